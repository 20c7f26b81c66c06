/** A mount as `/proc/self/mountinfo` has it (proc(5)). */
export interface Mount {
  /** Its own for as long as it lasts; a later mount may get it again. */
  readonly id: number;
  /** `major:minor` of the device. */
  readonly device: string;
  readonly place: string;
  readonly type: string;
  readonly source: string;
  /** By its own options or its file system's. */
  readonly isReadOnly: boolean;
}

/** Reads `/proc/self/mountinfo`; in order: of several mounts at one place the last one is seen. Odd lines are left out. */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [own = "", filesystem = ""] = line.split(" - ", 2);
    const [id, , device, , place, options] = own.split(" ");
    const [type, source, superOptions] = filesystem.split(" ");
    if (device === undefined || place === undefined || options === undefined || !type) return [];
    const flags = [...options.split(","), ...(superOptions ?? "").split(",")];
    return [
      {
        id: Number(id),
        device,
        place: unescaped(place),
        type,
        source: unescaped(source ?? ""),
        isReadOnly: flags.includes("ro"),
      },
    ];
  });
}

/** The mount that is seen at this very place; undefined when it is none. */
export function mountAt(mounts: readonly Mount[], place: string): Mount | undefined {
  return mounts.findLast((mount) => mount.place === place);
}

/** Whether this place is mounted when it is used, and unmounted when it is not (an automount of systemd). */
export function isAutomounted(mounts: readonly Mount[], place: string): boolean {
  return mounts.some((mount) => mount.place === place && mount.type === "autofs");
}

/** Space, tab, newline and backslash stand as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
