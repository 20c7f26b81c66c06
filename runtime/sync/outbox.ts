import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../store/safe-files.ts";
import { listFiles } from "./local-files.ts";
import { isSafePath, type Version, versionOf, versionPath } from "./names.ts";

/** About a year of a busy line; the oldest go first. */
const MOST_BYTES = 2 * 2 ** 30;

/**
 * All files for the outside, in a folder on the appliance's own disk: written once, copied from there to any number of
 * targets by processes that know nothing else. A file never changes; a later version has another name, see `versionPath`.
 */
export class Outbox {
  readonly folder: string;
  /** Newest version of each file, by the path of its final one. */
  readonly #ages = new Map<string, number>();
  /** Counts changes. */
  serial = 0;

  /** @param folder made if it is not there. */
  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<Outbox> {
    await mkdir(folder, { recursive: true });
    const outbox = new Outbox(folder);
    for (const each of listFiles(folder)) {
      const { path, age } = versionOf(each);
      outbox.#ages.set(path, Math.max(age, outbox.#ages.get(path) ?? 0));
    }
    return outbox;
  }

  /** Paths of the newest versions. */
  get paths(): readonly string[] {
    return [...this.#ages].map(([path, age]) => versionPath(path, versionAt(age)));
  }

  /**
   * Takes a file; a provisional one only until there is another one. What is final and differs from what is there
   * becomes the next version of it, and the one before is removed.
   * @param path of the final version.
   * @throws RangeError for a path that cannot stand on every target.
   */
  async put(path: string, state: "provisional" | "final", content: Uint8Array): Promise<void> {
    if (!isSafePath(path) || versionOf(path).age !== 1) throw new RangeError(`${path} cannot stand on every target`);
    const age = this.#ages.get(path);
    if (state === "provisional" && age !== undefined) return;
    if (age !== undefined && age >= 1 && Buffer.compare(content, await readFile(this.#place(path, age))) === 0) return;
    const next = state === "provisional" ? 0 : (age ?? 0) + 1;
    const place = this.#place(path, next);
    await mkdir(dirname(place), { recursive: true });
    await replaceFile(place, content);
    this.#ages.set(path, next);
    this.serial++;
    if (age !== undefined) await rm(this.#place(path, age), { force: true });
  }

  /** Removes the files of the oldest days beyond the size that is kept; targets keep theirs. */
  async retain(mostBytes = MOST_BYTES): Promise<void> {
    const sizes: { readonly path: string; readonly day: string; readonly bytes: number }[] = [];
    for (const [path, age] of this.#ages) {
      const { size } = await stat(this.#place(path, age));
      sizes.push({ path, day: /\d{4}-?\d\d-?\d\d/.exec(path)?.[0]?.replaceAll("-", "") ?? "", bytes: size });
    }
    let bytes = sizes.reduce((sum, each) => sum + each.bytes, 0);
    for (const each of sizes.sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))) {
      if (bytes <= mostBytes) return;
      bytes -= each.bytes;
      await rm(this.#place(each.path, this.#ages.get(each.path) ?? 1), { force: true });
      this.#ages.delete(each.path);
    }
  }

  #place(path: string, age: number): string {
    return join(this.folder, versionPath(path, versionAt(age)));
  }
}

function versionAt(age: number): Version {
  return age === 0 ? "provisional" : age === 1 ? "final" : age;
}
