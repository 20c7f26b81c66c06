import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import type { SyncConfig } from "./config-sync.ts";
import { isAutomounted, type Mount, mountAt } from "./mountinfo.ts";
import { slugOf } from "./names.ts";

/** File systems that a stick may have. */
export const STICK_TYPES = ["vfat", "exfat", "ext4", "fuseblk"] as const;

export type TargetKind = "stick" | "share" | "folder";

/** A place to which the files are copied. */
export interface Target {
  readonly kind: TargetKind;
  /** Where it is, or is to be, mounted; or the folder. */
  readonly root: string;
  /** File systems that are written to; null for any. */
  readonly types: readonly string[] | null;
  /** Nothing is written unless something is mounted there: a plain folder would be on the appliance's own card. */
  readonly requireMount: boolean;
}

/**
 * The targets there are: sticks that are mounted, or would be as soon as they are used, right below their folder; and
 * every configured folder, whether its server is there or not.
 */
export function findTargets({ stickFolder, folder }: SyncConfig, mounts: readonly Mount[]): readonly Target[] {
  const places = new Set(mounts.filter(({ place }) => dirname(place) === stickFolder).map(({ place }) => place));
  const sticks = [...places].filter((place) => isStick(mounts, place));
  return [
    ...sticks.map((root) => ({ kind: "stick" as const, root, types: STICK_TYPES, requireMount: true })),
    ...folder.map(({ path, fileSystem, requireMount }) => ({
      kind: requireMount ? ("share" as const) : ("folder" as const),
      root: path,
      types: fileSystem === "any" ? null : [fileSystem],
      requireMount,
    })),
  ];
}

function isStick(mounts: readonly Mount[], place: string): boolean {
  const type = mountAt(mounts, place)?.type ?? "";
  return (STICK_TYPES as readonly string[]).includes(type) || isAutomounted(mounts, place);
}

/**
 * Why a target must not be written to, in words; null when it may be.
 * @param mount in which its folder was opened; undefined when that is not known.
 */
export function mountFault(target: Target, mount: Mount | undefined, mounts: readonly Mount[]): string | null {
  const isOwnDisk = mount === undefined || mount.type === "autofs" || mount.device === mountAt(mounts, "/")?.device;
  if (target.requireMount && isOwnDisk) return "nothing is mounted there";
  if (target.types !== null && !target.types.includes(mount?.type ?? ""))
    return `a file system of type ${mount?.type ?? "unknown"} is mounted there, not ${target.types.join(" or ")}`;
  return mount?.isReadOnly === true ? "it is read-only" : null;
}

/**
 * What a target is remembered by: the identity of a stick's file system, so that it is known again wherever it is
 * plugged in; the path of a folder.
 * @param uuid of the file system; null when nobody knows it: then the name of the mount point has to do.
 */
export function targetKey({ kind, root }: Target, uuid: string | null): string {
  if (kind === "stick") return `stick-${slugOf(uuid ?? basename(root))}`;
  return `folder-${slugOf(basename(root))}-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
}
