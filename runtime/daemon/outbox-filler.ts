import type { Log } from "../log.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { Outbox } from "../sync/outbox.ts";
import type { Appliance } from "./appliance.ts";
import type { ExportMarks } from "./export-marks.ts";
import { shiftKey } from "./shift-archive.ts";
import { shiftExport } from "./shift-export.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

/** So far back shifts are written for the first time, and again when somebody corrects them: 40 days of three shifts. */
const REACH = 120;
/** What of a shift that is not final is already worth reading. */
const PROVISIONAL = /\.(html|txt|json)$/;
const RETRY_MS = 600_000;

/** What a filler works with. */
export interface FillerParts {
  readonly appliance: Appliance;
  readonly views: Views;
  readonly outbox: Outbox;
  readonly marks: ExportMarks;
  readonly log: Log;
}

interface DueShift {
  readonly line: WatchedLine;
  readonly id: string;
  readonly key: number;
  readonly state: "provisional" | "final";
  readonly revision: number;
}

/**
 * Writes the files of shifts into the outbox: reports when a shift is over, everything when it is final, and again what a
 * correction has changed. Nothing is scheduled: whatever is due is done whenever somebody looks.
 */
export class OutboxFiller {
  readonly #parts: FillerParts;
  /** Shifts whose files could not be made or kept, and when that is tried again. */
  readonly #failed = new Map<string, number>();
  #work: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(parts: FillerParts) {
    this.#parts = parts;
  }

  /**
   * Writes what is due, the latest shift first.
   * @param most shifts that are written; the rest is left for the next time.
   */
  fill(most: number): Promise<void> {
    this.#work = this.#work.catch(() => {}).then(() => this.#fill(most));
    return this.#work;
  }

  /** Leaves what is not written for the next start; resolves when nothing more is read from the store. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#work.catch(() => {});
  }

  async #fill(most: number): Promise<void> {
    for (const { line } of this.#due().slice(0, most)) {
      if (this.#isStopping) return;
      // what is due may have changed meanwhile
      const due = this.#due().find((each) => each.line === line);
      if (due !== undefined) await this.#write(due);
    }
  }

  #due(): readonly DueShift[] {
    return this.#parts.appliance.lines.flatMap((line) => this.#dueOf(line)).sort((a, b) => b.key - a.key);
  }

  #dueOf(line: WatchedLine): readonly DueShift[] {
    const over = line.keeper.pipeline.inputs().filter(isOver);
    const provisional = over.flatMap((input) => this.#dueIf(line, input.window.id, shiftKey(input), "provisional"));
    const final = line.archive.keys.slice(-REACH).flatMap((key) => this.#dueIf(line, null, key, "final"));
    return [...provisional, ...final];
  }

  #dueIf(line: WatchedLine, id: string | null, key: number, state: DueShift["state"]): readonly DueShift[] {
    const { appliance, marks } = this.#parts;
    const name = line.keeper.settings.line.id;
    const mark = marks.of(name, key);
    const shift = id ?? mark?.shift ?? null;
    const edits = appliance.notes.productEdits(name).length;
    const revision = edits + (shift === null ? 0 : appliance.notes.corrections(name, shift).length);
    const isDone =
      mark?.state === "final" ? state === "provisional" || mark.revision === revision : mark?.state === state;
    const isLater = (this.#failed.get(`${name} ${key}`) ?? 0) > performance.now();
    if (isDone || isLater) return [];
    return [{ line, id: shift ?? "", key, state, revision }];
  }

  async #write(due: DueShift): Promise<void> {
    const { appliance, views, outbox, marks, log } = this.#parts;
    const line = due.line.keeper.settings.line.id;
    try {
      const id = due.state === "final" ? ((await due.line.archive.at(due.key))?.window.id ?? null) : due.id;
      if (id === null) throw new Error("the shift cannot be read");
      const edits = appliance.notes.productEdits(line).length;
      const revision = edits + appliance.notes.corrections(line, id).length;
      for (const file of await shiftExport(appliance, views, due.line, id)) {
        if (this.#isStopping) return;
        if (due.state === "provisional" && !PROVISIONAL.test(file.path)) continue;
        await outbox.put(file.path, due.state, await file.build());
        await new Promise(setImmediate);
      }
      await marks.add({ line, shift: id, key: due.key, state: due.state, revision });
      this.#failed.delete(`${line} ${due.key}`);
      log.info("shift-exported", { line, shift: id, state: due.state });
    } catch (error) {
      this.#failed.set(`${line} ${due.key}`, performance.now() + RETRY_MS);
      log.error("export-failed", { line, message: String(error) });
    }
  }
}

function isOver({ window, seenUntilUs, isFinal }: ShiftInput): boolean {
  return window.kind === "whole" ? isFinal : seenUntilUs >= window.endUs;
}
