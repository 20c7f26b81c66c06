import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import type { EdgeWriter } from "../../drivers/formats/edge-format.ts";
import { shown } from "../../drivers/formats/printable.ts";
import { VcdWriter } from "../../drivers/formats/vcd-writer.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { EdgeBatch } from "../daemon/edge-feed.ts";
import { counted } from "../report/text.ts";
import { EdgeRecord, type RecordRow } from "./capture/edge-record.ts";
import { listenToEdges } from "./inputs/edge-stream.ts";
import { onNextSignal } from "./part-files.ts";
import { Progress } from "./progress.ts";
import { WholeFile } from "./whole-file.ts";

/** Contacts that rest are heard of once a second: the end is noticed so late at most. */
const LATE_MS = 2_500;
/** A name that a VCD can hold. */
const VCD_NAME = /^[^\s\p{C}]+$/u;

interface CaptureOptions {
  readonly line?: string;
  readonly seconds: number;
}

/** Why a capture ended. */
type End = { readonly why: "done" | "stopped" } | { readonly why: "fault"; readonly fault: InputError };

/**
 * `sealtrace capture OUT`: the raw edges of the running daemon's contacts as a recording; in a VCD with the filtered
 * levels beside. Ctrl-C ends it before its time, and what was recorded until then is kept.
 */
export async function capture(path: string, { line, seconds }: CaptureOptions): Promise<void> {
  const isVcd = isVcdName(path);
  const file = await WholeFile.create(path);
  const progress = new Progress("capturing");
  try {
    const sink = new CaptureFile(file, line ?? null, isVcd, seconds * 1e6, progress);
    const end = await listen(line, seconds, sink);
    progress.clear();
    await finish(path, file, sink, end);
  } catch (error) {
    progress.clear();
    await file.discard();
    throw error;
  }
}

async function finish(path: string, file: WholeFile, sink: CaptureFile, end: End): Promise<void> {
  const { record } = sink;
  if (record === null) throw end.why === "fault" ? end.fault : nothing(path);
  await sink.end();
  await file.complete();
  const seconds = `${(sink.lengthUs / 1e6).toFixed(1)} s`;
  const holes = record.dropped > 0 ? `; ${counted(record.dropped, "edge")} could not be taken in time: a hole` : "";
  const said = `${path}: ${seconds}, ${counted(record.edges, "edge")}${holes}`;
  if (end.why === "fault")
    throw new InputError({
      source: path,
      problem: `the daemon ended after ${seconds} (${end.fault.fault.problem})`,
      remedy: "the file holds what came until then; capture again once the daemon runs",
    });
  process.stderr.write(`sealtrace: ${end.why === "stopped" ? "stopped; " : ""}${said}\n`);
}

/** Resolves when enough was recorded, somebody stops it or the daemon ends. @throws InputError when the file fails. */
async function listen(line: string | undefined, seconds: number, sink: CaptureFile): Promise<End> {
  let stop: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<End>((resolve, reject) => {
      onNextSignal(() => resolve({ why: "stopped" }));
      const onBatch = (batch: EdgeBatch) => {
        timer ??= setTimeout(() => resolve({ why: "done" }), seconds * 1000 + LATE_MS);
        sink.take(batch).then((isFull) => isFull && resolve({ why: "done" }), reject);
      };
      listenToEdges(line, { onBatch, onEnd: (fault) => resolve({ why: "fault", fault }) }).then((end) => {
        stop = end;
      }, reject);
    });
  } finally {
    onNextSignal(null);
    clearTimeout(timer);
    stop();
  }
}

/** A recording on its way into its file. */
class CaptureFile {
  record: EdgeRecord | null = null;
  readonly #file: WholeFile;
  readonly #line: string | null;
  readonly #isVcd: boolean;
  readonly #lengthUs: number;
  readonly #progress: Progress;
  #writer: EdgeWriter | null = null;
  #last: RecordRow | null = null;
  #written: Promise<void> = Promise.resolve();

  constructor(file: WholeFile, line: string | null, isVcd: boolean, lengthUs: number, progress: Progress) {
    this.#file = file;
    this.#line = line;
    this.#isVcd = isVcd;
    this.#lengthUs = lengthUs;
    this.#progress = progress;
  }

  /** How long the recording is. */
  get lengthUs(): number {
    return Math.min(this.#lengthUs, this.record?.lengthUs ?? 0);
  }

  /** @returns whether it is as long as it is to be. @throws InputError when the file cannot be written. */
  async take(batch: EdgeBatch): Promise<boolean> {
    if (this.record === null) this.#begin(batch);
    else this.#write(this.record.take(batch));
    await this.#written;
    const length = this.record?.lengthUs ?? 0;
    this.#progress.show(Math.min(1, length / this.#lengthUs));
    return length >= this.#lengthUs;
  }

  /** Everything that is left, and the end of the file. */
  async end(): Promise<void> {
    this.#write(this.record?.end() ?? []);
    // a level that is repeated changes nothing and tells how long the recording is
    if (this.#last !== null) this.#write([{ ...this.#last, timeUs: this.lengthUs }]);
    const rest = this.#writer?.end();
    await this.#written;
    if (rest !== undefined) await this.#file.append(rest);
  }

  #begin(batch: EdgeBatch): void {
    const record = new EdgeRecord(batch, this.#line, this.#isVcd);
    const seen = batch.lines.some(({ channels }) => channels.length > 0);
    if (!seen) return;
    const bad = record.names.find((name) => !VCD_NAME.test(name));
    if (this.#isVcd && bad !== undefined)
      throw new InputError({
        source: "capture",
        problem: `a VCD cannot hold the channel name ${shown(bad)}`,
        remedy: "capture to a name ending in .csv, or give the channel a `signal` without blanks",
      });
    const { names, startWallUs } = record;
    this.record = record;
    this.#writer = this.#isVcd ? new VcdWriter(names, { startWallUs }) : new EdgeCsvWriter(names, { startWallUs });
  }

  #write(rows: readonly RecordRow[]): void {
    for (const row of rows) {
      const { timeUs, name, level } = row;
      if (timeUs > this.#lengthUs) continue;
      this.#last = row;
      const chunk = this.#writer?.push(timeUs, name, level);
      if (chunk !== undefined) this.#written = this.#written.then(() => this.#file.append(chunk));
    }
  }
}

/** @throws InputError for a name that says no format. */
function isVcdName(path: string): boolean {
  const name = path.toLowerCase();
  if (name.endsWith(".vcd") || name.endsWith(".csv")) return name.endsWith(".vcd");
  const problem = "the name says no format";
  throw new InputError({ source: path, problem, remedy: "end it with .vcd (PulseView, GTKWave) or .csv (edge log)" });
}

function nothing(path: string): InputError {
  const problem = "nothing was recorded: no contact has been seen yet";
  return new InputError({ source: path, problem, remedy: "see `sealtrace inputs --probe`" });
}
