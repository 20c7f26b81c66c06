import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { serialize } from "node:v8";
import { Outbox } from "../../runtime/sync/outbox.ts";
import type { HelperMessage } from "../../runtime/sync/task.ts";
import { visitTarget } from "../../runtime/sync/visit.ts";
import { type DiskEntry, DiskRecorder } from "./disk-recorder.ts";
import { addDay, hashesBelow, taskOf } from "./stick-files.ts";

// Fills a stick, which is a disk that records everything, day by day, and writes the recording into the file `recording`.

const STICK_BYTES = 12 << 20;
const DAYS = 8;

/** What was known at a place of the recording. */
export interface StickMoment {
  readonly position: number;
  /** Paths that were said to be there, since the manifest or since they were sent. */
  readonly acknowledged: readonly string[];
  /** What the appliance remembered of the stick, by file name. */
  readonly memory: Readonly<Record<string, string>>;
  /** How many days were in the outbox. */
  readonly days: number;
}

/** A recording of a stick. */
export interface StickRecording {
  readonly blank: Uint8Array;
  readonly entries: readonly DiskEntry[];
  readonly moments: readonly StickMoment[];
  /** SHA-256 of every file that was ever in the outbox. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** @param isNaive a control: files are simply written, as most programs do. */
async function record(folder: string, isNaive: boolean): Promise<StickRecording> {
  const recorder = await DiskRecorder.mount(folder, STICK_BYTES);
  const outbox = await Outbox.open(join(folder, "outbox"));
  const task = { ...taskOf(folder, recorder.root), applianceId: "the-one" };
  const moments: StickMoment[] = [];
  const hashes: Record<string, string> = {};
  const acknowledged = new Set<string>();
  const note = (days: number) =>
    moments.push({ position: recorder.position, acknowledged: [...acknowledged], memory: memoryOf(task.memory), days });
  for (let day = 0; day < DAYS; day++) {
    await addDay(outbox, day);
    Object.assign(hashes, Object.fromEntries(hashesBelow(outbox.folder)));
    // what is superseded may go at any time from now on
    for (const path of acknowledged) if (!outbox.paths.includes(path)) acknowledged.delete(path);
    note(day + 1);
    const tell = (message: HelperMessage) => {
      if (message.kind === "sent") acknowledged.add(message.path);
      note(day + 1);
    };
    if (isNaive) copyNaively(outbox, join(recorder.root, "sealtrace/sealer-1"), (path) => tell(sent(path)));
    else await visitTarget(task, { tell, onInbox: async () => [], nowMs: () => day * 1e6, wallUs: () => 0 });
    note(day + 1);
  }
  const end = recorder.position;
  const entries = (await recorder.finish()).slice(0, end);
  return { blank: recorder.blank, entries, moments, hashes };
}

function sent(path: string): HelperMessage {
  return { kind: "sent", path, bytes: 0, pendingFiles: 0 };
}

function copyNaively(outbox: Outbox, folder: string, onFile: (path: string) => void): void {
  for (const path of outbox.paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), readFileSync(join(outbox.folder, path)));
    onFile(path);
  }
}

function memoryOf(folder: string | null): Record<string, string> {
  try {
    return Object.fromEntries(
      readdirSync(folder as string).map((name) => [name, readFileSync(join(folder as string, name), "utf8")]),
    );
  } catch {
    return {};
  }
}

const options = { folder: { type: "string", default: "" }, naive: { type: "boolean", default: false } } as const;
const { folder, naive } = parseArgs({ options }).values;
writeFileSync(join(folder, "recording"), serialize(await record(folder, naive)));
