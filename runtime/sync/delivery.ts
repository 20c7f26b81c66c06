import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ApplianceFolder, mountsNow, type OpenTarget } from "./appliance-folder.ts";
import { deliveryPlan } from "./delivery-plan.ts";
import { MANIFEST, MOST_MANIFEST_BYTES, type Manifest, manifestText, parseManifest } from "./manifest.ts";
import { isAutomounted } from "./mountinfo.ts";
import { partName, piecesOf, placeFile } from "./place-file.ts";
import { readBack, readContent } from "./read-back.ts";
import type { TargetMemory } from "./target-memory.ts";
import { TargetProblem } from "./target-problem.ts";
import type { Proof, SyncTask, Visit, VisitHooks } from "./task.ts";

const MANIFEST_EVERY_MS = 10_000;

/** What a delivery works on. */
export interface DeliveryParts {
  readonly task: SyncTask;
  readonly hooks: VisitHooks;
  readonly opened: OpenTarget;
  readonly memory: TargetMemory;
  readonly folder: ApplianceFolder;
}

/** The files of a visit: what is missing is sent, what was sent is proved. */
export class Delivery {
  readonly #task: SyncTask;
  readonly #hooks: VisitHooks;
  readonly #opened: OpenTarget;
  readonly #memory: TargetMemory;
  readonly #folder: ApplianceFolder;
  /** What the target has for certain. */
  readonly #known = new Map<string, string>();
  readonly #unproved = new Set<string>();
  #manifestMs: number;
  #isManifestDue = false;
  #proof: Proof | null = null;
  #sentFiles = 0;
  #sentBytes = 0;
  #foundFiles = 0;
  #removedFiles = 0;
  #damagedFiles = 0;

  readonly #alive = (): void => this.#hooks.tell({ kind: "alive" });

  constructor({ task, hooks, opened, memory, folder }: DeliveryParts) {
    this.#task = task;
    this.#hooks = hooks;
    this.#opened = opened;
    this.#memory = memory;
    this.#folder = folder;
    this.#manifestMs = hooks.nowMs();
  }

  run(wanted: readonly string[]): Visit {
    const isTrusted = this.#readKnown(wanted);
    this.#proveEarlier();
    const { send, superseded } = deliveryPlan(wanted, this.#known);
    for (const [i, path] of send.entries()) this.#deliver(path, send.length - i - 1);
    for (const path of superseded) this.#supersede(path);
    if (this.#isManifestDue || !isTrusted) this.#writeManifest();
    const deliveredUs = this.#hooks.wallUs();
    const isProofDue = this.#unproved.size > 0 && isAutomounted(mountsNow(), this.#task.target.root);
    if (!isProofDue) this.#proveNow();
    this.#remember(deliveredUs);
    return {
      sentFiles: this.#sentFiles,
      sentBytes: this.#sentBytes,
      foundFiles: this.#foundFiles,
      removedFiles: this.#removedFiles,
      damagedFiles: this.#damagedFiles,
      proof: this.#proof,
      deliveredUs,
      isProofDue,
    };
  }

  /**
   * Finds out what the target has. A manifest that we wrote, unchanged, is believed: a file that is listed and not there
   * was removed by a person. In any other case every file is read.
   * @returns whether it was believed.
   */
  #readKnown(wanted: readonly string[]): boolean {
    const text = readContent(this.#folder.top, MANIFEST, MOST_MANIFEST_BYTES)?.toString("utf8") ?? "";
    const listed = parseManifest(text);
    if (listed !== null && this.#memory.wrote(text)) {
      for (const [path, sha256] of listed) this.#known.set(path, sha256);
      return true;
    }
    const mine = new Set(wanted);
    const others: Manifest = new Map([...this.#memory.known, ...(listed ?? [])]);
    // what is to be removed need not be whole
    const doomed = new Set(deliveryPlan(wanted, others).superseded);
    for (const [path, sha256] of others)
      if (!mine.has(path) && (doomed.has(path) || this.#hashOf(path) === sha256)) this.#known.set(path, sha256);
    return false;
  }

  /** What was written under an earlier mount is read again; what is not as it should be is sent again. */
  #proveEarlier(): void {
    const recalled = this.#memory.recall();
    this.#proof = recalled?.proof ?? null;
    const isSameMount = recalled?.unprovedMount === this.#opened.mount;
    for (const path of recalled?.unproved ?? []) {
      const sha256 = this.#known.get(path);
      if (isSameMount) this.#unproved.add(path);
      else if (sha256 !== undefined && this.#hashOf(path) !== sha256) this.#forget(path);
    }
    if (recalled !== null && recalled.unproved.length > 0 && !isSameMount) this.#proof = "re-read-after-mount";
  }

  /** Sends a file, unless it turns out to be there. */
  #deliver(path: string, pendingFiles: number): void {
    const source = join(this.#task.outbox, path);
    const { folder, name } = this.#folder.place(path);
    if (folder.sizeOf(name) !== null) {
      const found = this.#hashOf(path);
      if (found !== null && found === hashOf(piecesOf(source))) {
        this.#foundFiles++;
        this.#add(path, found);
        return;
      }
    }
    const { bytes, sha256 } = placeFile(folder, name, piecesOf(source), this.#alive);
    this.#sentFiles++;
    this.#sentBytes += bytes;
    this.#add(path, sha256);
    this.#hooks.tell({ kind: "sent", path, bytes, pendingFiles });
  }

  #add(path: string, sha256: string): void {
    this.#known.set(path, sha256);
    this.#unproved.add(path);
    this.#isManifestDue = true;
    if (this.#hooks.nowMs() - this.#manifestMs > MANIFEST_EVERY_MS) this.#writeManifest();
  }

  #forget(path: string): void {
    this.#damagedFiles++;
    this.#known.delete(path);
    this.#isManifestDue = true;
  }

  /** The file goes before its row in the manifest does: what is still listed is not forgotten. */
  #supersede(path: string): void {
    this.#removeOld(path);
    this.#known.delete(path);
    this.#unproved.delete(path);
    this.#isManifestDue = true;
  }

  #removeOld(path: string): void {
    const found = this.#folder.find(path);
    if (found === null) return;
    const { folder, name } = found;
    folder.remove(partName(name));
    if (folder.sizeOf(name) === null) return;
    folder.remove(name);
    folder.sync();
    this.#removedFiles++;
  }

  #writeManifest(): void {
    const text = manifestText(this.#known);
    this.#memory.before(this.#known);
    placeFile(this.#folder.top, MANIFEST, [Buffer.from(text)], this.#alive);
    this.#memory.after(this.#known);
    this.#remember(this.#memory.recall()?.deliveredUs ?? null);
    this.#manifestMs = this.#hooks.nowMs();
    this.#isManifestDue = false;
  }

  /** Nobody will unmount it soon: what was written is read at once, past the memory of this computer if that is possible. */
  #proveNow(): void {
    let isDirect = this.#unproved.size > 0;
    const count = this.#unproved.size;
    for (const path of this.#unproved) {
      const found = this.#folder.find(path);
      const read = found === null ? null : readBack(found.folder, found.name, this.#alive);
      if (read?.sha256 === this.#known.get(path)) isDirect &&= read?.isDirect ?? false;
      else this.#forget(path);
    }
    this.#unproved.clear();
    if (this.#isManifestDue) {
      this.#writeManifest();
      throw new TargetProblem(`${this.#damagedFiles} files were not as they had been written: take another stick`);
    }
    if (count > 0) this.#proof = isDirect ? "re-read-direct" : "re-read";
  }

  #hashOf(path: string): string | null {
    const found = this.#folder.find(path);
    return found === null ? null : (readBack(found.folder, found.name, this.#alive)?.sha256 ?? null);
  }

  #remember(deliveredUs: number | null): void {
    const { kind, root } = this.#task.target;
    const unproved = [...this.#unproved];
    const proof = unproved.length > 0 ? "written" : this.#proof;
    this.#proof = proof;
    this.#memory.remember({ kind, root, deliveredUs, proof, unproved, unprovedMount: this.#opened.mount });
  }
}

function hashOf(pieces: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
