import { InputError } from "../../drivers/input-error.ts";
import type { Authored } from "../corrections.ts";
import { LocalClock } from "../local-clock.ts";
import type { Log } from "../log.ts";
import { applianceName } from "../sync/config-sync.ts";
import { type CorrectionRow, parseCorrections } from "../sync/inbox/corrections-csv.ts";
import { isSignedBy } from "../sync/inbox/signature.ts";
import type { InboxFile, InboxResult } from "../sync/task.ts";
import type { Appliance } from "./appliance.ts";
import type { ConfigExchange } from "./config-exchange.ts";
import { Edits } from "./edits.ts";
import type { Note, SaidNote } from "./notes.ts";
import { Views } from "./views.ts";

/** What an inbox works with. */
export interface InboxParts {
  readonly appliance: Appliance;
  readonly wallUs: () => number;
  readonly log: Log;
  /** Null where there is no file to be replaced. */
  readonly exchange: Pick<ConfigExchange, "take"> | null;
}

/**
 * What people bring on a stick. A file is taken as a whole or not at all, once, and only if the configuration accepts it;
 * the person gets an answer in plain words.
 */
export class Inbox {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Takes the files, one after the other. Never rejects: what is wrong is in the answer. */
  async take(files: readonly InboxFile[]): Promise<readonly InboxResult[]> {
    const results: InboxResult[] = [];
    // corrections first: a new configuration starts the appliance anew
    for (const file of files.toSorted((a, b) => Number(a.name === "config.toml") - Number(b.name === "config.toml"))) {
      const isRepeat = this.#parts.appliance.notes.fileTakenUs(file.sha256) !== null;
      const text = this.#answer(file, await this.#takeOne(file));
      results.push({ name: file.name, sha256: file.sha256, text, isRepeat });
    }
    return results;
  }

  async #takeOne(file: InboxFile): Promise<string> {
    const { appliance, log, wallUs } = this.#parts;
    const takenUs = appliance.notes.fileTakenUs(file.sha256);
    if (takenUs !== null) return `This very file was taken on ${this.#time(takenUs)}. It is not taken again.`;
    const refusal = this.#refusal(file) ?? this.#storeFault();
    if (refusal !== null) {
      log.warning("inbox-refused", { file: file.name, message: refusal });
      return `NOT TAKEN: ${refusal}`;
    }
    try {
      const { words, notes } =
        file.name === "config.toml" ? { words: this.#takeConfig(file.text), notes: [] } : await this.#corrections(file);
      await appliance.notes.add({ note: "file", name: file.name, sha256: file.sha256, atUs: wallUs(), notes });
      log.notice("inbox-taken", { file: file.name, sha256: file.sha256 });
      return `TAKEN: ${words}`;
    } catch (error) {
      if (!(error instanceof InputError)) log.error("inbox-failed", { file: file.name, message: String(error) });
      else log.warning("inbox-refused", { file: file.name, message: error.message });
      return `NOT TAKEN, nothing was changed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #refusal({ name, text, signature }: InboxFile): string | null {
    const { config } = this.#parts.appliance;
    const { accept, publicKey = "" } = config.sync.inbox;
    if (accept === "anything") return null;
    if (accept === "nothing") return "the appliance takes nothing from sticks ([sync.inbox] accept)";
    if (signature === null) return `it is not signed: sealtrace sign ${name} writes ${name}.sig`;
    const file = { appliance: applianceName(config), name, content: Buffer.from(text) };
    return isSignedBy(file, signature, publicKey)
      ? null
      : "the signature is not that of the key, this file and this appliance";
  }

  /** Nobody waits for a disk that does not work. */
  #storeFault(): string | null {
    const { fault } = this.#parts.appliance.store.metrics();
    return fault === null ? null : `the appliance's own disk cannot be written at present (${fault}); come again`;
  }

  #takeConfig(text: string): string {
    const { exchange } = this.#parts;
    if (exchange !== null) return exchange.take(text);
    throw new InputError({
      source: "config.toml",
      problem: "there is no file to be replaced",
      remedy: "run setup first",
    });
  }

  /** All rows are tried on a copy of what people said so far; only when every one can be, they are kept, as one. */
  async #corrections({ text, sha256 }: InboxFile): Promise<{ readonly words: string; readonly notes: SaidNote[] }> {
    const { appliance, wallUs } = this.#parts;
    const tried: Note[] = [];
    const trial = appliance.notes.trial(tried);
    const views = new Views(appliance, trial);
    const edits = new Edits(appliance, views, trial);
    const rows = parseCorrections(text);
    for (const row of rows) {
      const author = {
        by: `stick ${sha256.slice(0, 8)}`,
        atUs: wallUs(),
        why: row.kind === "mark" ? "" : (row.text ?? ""),
      };
      await apply(row, views, edits, author).catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        const { problem, remedy, source } = error.fault;
        throw new InputError({ source: "corrections.csv", at: row.row, problem: `${source}: ${problem}`, remedy });
      });
    }
    return { words: `${rows.length} corrections, all of them.`, notes: tried as SaidNote[] };
  }

  #answer({ name, sha256 }: InboxFile, words: string): string {
    const appliance = applianceName(this.#parts.appliance.config);
    return `${appliance}, ${name} (SHA-256 ${sha256})\r\n${words}\r\n`;
  }

  #time(us: number): string {
    const clock = new LocalClock(this.#parts.appliance.config.timeZone);
    return `${clock.date(us)} at ${clock.time(us).slice(0, 5)}`;
  }
}

async function apply(row: CorrectionRow, views: Views, edits: Edits, author: Authored): Promise<void> {
  const line = views.line(row.line);
  const { shift, product, units, time, text } = row as {
    [Key in keyof CorrectionRow]: NonNullable<CorrectionRow[Key]>;
  };
  if (row.kind === "scrap") await edits.scrap(line, shift, row.product, units, author);
  else if (row.kind === "correct") await edits.correctUnits(line, shift, product, units, author);
  else if (row.kind === "mark") await edits.mark(line, shift, time, text, author);
  else await edits.nameProduct(line, product, text, { ...author, why: "" });
}
