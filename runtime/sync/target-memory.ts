import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Folder } from "./folder.ts";
import { type Manifest, manifestText, parseManifest } from "./manifest.ts";
import { placeFile } from "./place-file.ts";
import type { Proof } from "./task.ts";
import type { Target } from "./targets.ts";

const PROOFS = ["written", "re-read", "re-read-direct", "re-read-after-mount"] as const satisfies readonly Proof[];

const recalled = v.object({
  kind: v.picklist(["stick", "share", "folder"]),
  root: v.string(),
  /** When it had everything; wall time in microseconds. */
  deliveredUs: v.nullable(v.number()),
  proof: v.nullable(v.picklist(PROOFS)),
  /** Files that are to be read again when this mount is over, and which mount that is. */
  unproved: v.array(v.string()),
  unprovedMount: v.nullable(v.string()),
});

/** What is remembered of a target besides the files that it has. */
export type Recalled = v.InferOutput<typeof recalled>;

const NOTHING = new Map<string, string>();

/**
 * What a target has, kept on the appliance's own disk: `KEY.sha256` is the manifest that was written last, and
 * `KEY.next.sha256` the one that is being written: one of the two stands on the target.
 */
export class TargetMemory {
  readonly #folder: Folder | null;
  readonly #key: string;

  private constructor(folder: Folder | null, key: string) {
    this.#folder = folder;
    this.#key = key;
  }

  /** @param path null to remember nothing. */
  static open(path: string | null, key: string): TargetMemory {
    if (path === null) return new TargetMemory(null, key);
    mkdirSync(path, { recursive: true });
    return new TargetMemory(Folder.open(path), key);
  }

  /** The files that the target had at the end of the last visit. */
  get known(): Manifest {
    return parseManifest(this.#read(".sha256") ?? "") ?? NOTHING;
  }

  /** Whether the target may well have a manifest of this text: we wrote it. */
  wrote(text: string): boolean {
    return [".sha256", ".next.sha256"].some((ending) => this.#read(ending) === text);
  }

  /** A manifest is about to be written. */
  before(files: Manifest): void {
    this.#write(".next.sha256", manifestText(files));
  }

  /** The manifest has been written. */
  after(files: Manifest): void {
    this.#write(".sha256", manifestText(files));
  }

  close(): void {
    this.#folder?.close();
  }

  recall(): Recalled | null {
    return recalledFrom(this.#read(".json"));
  }

  remember(what: Recalled): void {
    this.#write(".json", `${JSON.stringify(what)}\n`);
  }

  #read(ending: string): string | null {
    return this.#folder === null ? null : readOrNull(this.#folder.path(`${this.#key}${ending}`));
  }

  #write(ending: string, text: string): void {
    if (this.#folder !== null) placeFile(this.#folder, `${this.#key}${ending}`, [Buffer.from(text)], () => {});
  }
}

/** Of which targets something is remembered in a folder. */
export function listMemory(path: string): readonly string[] {
  try {
    return readdirSync(path).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []));
  } catch {
    return [];
  }
}

/** The files that a target had at the end of its last visit. */
export function recallKnown(path: string, key: string): Manifest {
  return parseManifest(readOrNull(join(path, `${key}.sha256`)) ?? "") ?? NOTHING;
}

/** What is remembered of the targets with these keys that was last seen at this place; null when there is nothing. */
export function recallAt(path: string, { root, kind }: Target, keys: readonly string[]) {
  const all = keys.flatMap((key) => {
    const what = recalledFrom(readOrNull(join(path, `${key}.json`)));
    return what === null ? [] : [{ key, ...what }];
  });
  const same = all.filter((each) => each.kind === kind && each.root === root);
  return same.toSorted((a, b) => (a.deliveredUs ?? 0) - (b.deliveredUs ?? 0)).at(-1) ?? null;
}

function recalledFrom(text: string | null): Recalled | null {
  try {
    const parsed = v.safeParse(recalled, JSON.parse(text ?? "null"));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
