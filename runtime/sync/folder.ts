import { closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TargetProblem } from "./target-problem.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
/** Folders that a disk without this ability cannot make durable: it does so by itself, or not at all. */
const NO_FOLDER_SYNC = ["EINVAL", "ENOTSUP", "ENOSYS", "EBADF"];

/**
 * A folder that was opened: whatever is done in it is done in this very folder of this very mount, also when its name
 * means another one by now. Links are never followed below the first one.
 */
export class Folder {
  readonly #descriptor: number;
  /** Its name in messages. */
  readonly name: string;

  private constructor(path: string, flags: number, name: string) {
    this.#descriptor = openSync(path, O_RDONLY | O_DIRECTORY | flags);
    this.name = name;
  }

  /** @throws Error of the file system. */
  static open(path: string): Folder {
    return new Folder(path, 0, path);
  }

  /** Number of the mount in which it lies; null when the kernel does not tell. */
  get mountId(): number | null {
    const info = readFileSync(`/proc/self/fdinfo/${this.#descriptor}`, "latin1");
    const id = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1];
    return id === undefined ? null : Number(id);
  }

  /** A path that leads to an entry of this folder, wherever it is now. */
  path(entry: string): string {
    return join("/proc/self/fd", String(this.#descriptor), entry);
  }

  /** Opens a folder in it; null when there is none. @throws TargetProblem when something else stands there. */
  enter(entry: string): Folder | null {
    const name = join(this.name, entry);
    try {
      return new Folder(this.path(entry), O_NOFOLLOW, name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return null;
      if (code === "ELOOP" || code === "ENOTDIR") throw new TargetProblem(`${name} is no folder: remove it`);
      throw error;
    }
  }

  /** Opens a folder in it, made if it is not there. */
  make(entry: string): Folder {
    const there = this.enter(entry);
    if (there !== null) return there;
    try {
      mkdirSync(this.path(entry));
    } catch (error) {
      // another appliance may have been quicker
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    this.sync();
    const made = this.enter(entry);
    if (made === null) throw new TargetProblem("it went away");
    return made;
  }

  /** Size of a plain file in it; null when there is none, or something else. */
  sizeOf(entry: string): number | null {
    const stat = lstatSync(this.path(entry), { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : null;
  }

  /** Removes a file, if it is there. */
  remove(entry: string): void {
    rmSync(this.path(entry), { force: true });
  }

  /** What its entries are called survives a power cut. */
  sync(): void {
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      if (!NO_FOLDER_SYNC.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
