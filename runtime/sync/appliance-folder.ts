import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { Folder } from "./folder.ts";
import { type Mount, parseMountinfo } from "./mountinfo.ts";
import { TOP_FOLDER } from "./names.ts";
import { placeFile } from "./place-file.ts";
import { readContent } from "./read-back.ts";
import { TargetProblem } from "./target-problem.ts";
import { mountFault, type Target, targetKey } from "./targets.ts";
import type { SyncTask } from "./task.ts";

const OWNER = "appliance.id";
const MOST_OWNER_BYTES = 200;
const BY_UUID = "/dev/disk/by-uuid";
/** Folders that are kept open; a target may have thousands. */
const MOST_OPEN = 32;

/** A target whose folder was opened: what is done through it stays on this mount. */
export interface OpenTarget {
  readonly root: Folder;
  /** What it is remembered by. */
  readonly key: string;
  /** This mount of it, and no other one; null when the kernel does not tell. */
  readonly mount: string | null;
}

/** Opens a target; the first access mounts it, where it is mounted on use. @throws TargetProblem when it is not as it should be. */
export function openTarget(target: Target): OpenTarget {
  const root = Folder.open(target.root);
  const mounts = mountsNow();
  const mount = mounts.find(({ id }) => id === root.mountId);
  const fault = mountFault(target, mount, mounts);
  if (fault !== null) throw new TargetProblem(fault);
  return { root, key: targetKey(target, uuidOf(mount)), mount: mount === undefined ? null : `${bootId()} ${mount.id}` };
}

/** The mounts of this moment. */
export function mountsNow(): readonly Mount[] {
  return parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** A name in a folder. */
export interface Place {
  readonly folder: Folder;
  readonly name: string;
}

/** The folder of one appliance on a target, with those below it. */
export class ApplianceFolder {
  readonly top: Folder;
  readonly #below = new Map<string, Folder>();

  /**
   * Opens it, made if it is not there.
   * @throws TargetProblem when another appliance has this name there.
   */
  constructor(root: Folder, { appliance, applianceId }: Pick<SyncTask, "appliance" | "applianceId">) {
    const all = root.make(TOP_FOLDER);
    this.top = all.make(appliance);
    all.close();
    const owner = readContent(this.top, OWNER, MOST_OWNER_BYTES)?.toString("utf8").trim() ?? "";
    if (owner === "") placeFile(this.top, OWNER, [Buffer.from(`${applianceId}\n`)], () => {});
    else if (owner !== applianceId)
      throw new TargetProblem(
        `another appliance is called ${appliance} there: give each its own name (appliance = "..."), or remove ${this.top.name}/${OWNER} if this one takes its place`,
      );
  }

  /** The folder that holds a path, which is as `isSafePath` has it, made if it is not there; and the last name. */
  place(path: string): Place {
    return this.#walk(path, (folder, segment) => folder.make(segment)) as Place;
  }

  /** As `place`; null when the folder is not there. */
  find(path: string): Place | null {
    return this.#walk(path, (folder, segment) => folder.enter(segment));
  }

  close(): void {
    for (const folder of [...this.#below.values(), this.top]) folder.close();
    this.#below.clear();
  }

  #walk(path: string, step: (folder: Folder, segment: string) => Folder | null): Place | null {
    const [name = "", ...folders] = path.split("/").reverse();
    let folder = this.top;
    let key = "";
    for (const segment of folders.reverse()) {
      key += `${segment}/`;
      const next = this.#below.get(key) ?? step(folder, segment);
      if (next === null) return null;
      folder = this.#keep(key, next);
    }
    return { folder, name };
  }

  #keep(key: string, folder: Folder): Folder {
    if (this.#below.has(key)) return folder;
    if (this.#below.size >= MOST_OPEN) this.#closeOthers(key);
    this.#below.set(key, folder);
    return folder;
  }

  #closeOthers(key: string): void {
    for (const [other, folder] of this.#below)
      if (!key.startsWith(other)) {
        folder.close();
        this.#below.delete(other);
      }
  }
}

function uuidOf(mount: Mount | undefined): string | null {
  if (mount === undefined) return null;
  try {
    const device = basename(mount.source);
    return readdirSync(BY_UUID).find((uuid) => basename(readlinkSync(`${BY_UUID}/${uuid}`)) === device) ?? null;
  } catch {
    return null;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}
