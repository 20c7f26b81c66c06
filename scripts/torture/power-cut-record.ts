import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serialize } from "node:v8";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import type { Source } from "../../runtime/daemon/source.ts";
import type { LoggedEvent } from "../../runtime/store/read-log.ts";
import { type DiskEntry, DiskRecorder, nowMs } from "./disk-recorder.ts";
import { LiveSimulation, UP_US } from "./live-simulation.ts";
import { quietLog, tortureMachine } from "./power-cut-machine.ts";
import { smallLogs } from "./small-logs.ts";

// Runs an appliance on a disk that records everything, and writes the recording into the file `recording` of the folder.
// The process ends as a computer does whose power fails: nothing of it is left but what reached the disk.

const DISK_BYTES = 32 << 20;
const SIMULATED_SECONDS = 7200;
/** Contacts are watched less long, so that something follows every power cut. */
const LIVE_UNTIL_US = 6_900_000_000;
const KEEP_EVERY = 6;
const NOTE_EVERY = 9;

/** What was known at a place of the recording. */
export interface Moment {
  readonly position: number;
  readonly atMs: number;
  /** Events of the line that were given a number. */
  readonly events: number;
  /** Events, and notes, that were said to be durable. */
  readonly durableEvents: number;
  readonly durableNotes: number;
  /** Time of the simulation: of the latest edge. */
  readonly nowUs: number;
}

/** A recording of a disk, and what whoever wrote to it was told. */
export interface Recording {
  readonly blank: Uint8Array;
  readonly entries: readonly DiskEntry[];
  readonly moments: readonly Moment[];
  /** All events of the line, in order. */
  readonly events: readonly LoggedEvent[];
  /** The longest that an event waited for the disk. */
  readonly longestWaitMs: number;
}

/** How an appliance was recorded. */
export interface RecordSettings {
  readonly folder: string;
  /** Contacts as they are, or a simulation that can be read from its beginning again. */
  readonly live: boolean;
  readonly sync: boolean;
  readonly seconds: number;
  readonly commitWindowMs: number;
}

async function record({ folder, live, sync, seconds, commitWindowMs }: RecordSettings): Promise<Recording> {
  const { scenario, config } = await tortureMachine(folder);
  const recorder = await DiskRecorder.mount(folder, DISK_BYTES);
  const speed = SIMULATED_SECONDS / seconds;
  const moments: Moment[] = [];
  const known = { events: 0, durableEvents: 0, durableNotes: 0, nowUs: 0 };
  const tell = () => moments.push({ position: recorder.position, atMs: nowMs(), ...known });
  let longestWaitMs = 0;
  const openSource = async (names: readonly string[]): Promise<Source> =>
    live
      ? new LiveSimulation(scenario, names, { bootId: boot(1), fromUs: 0, untilUs: LIVE_UNTIL_US, speed })
      : new SimulatedSource(scenario, speed, config);
  const appliance = await Appliance.start({
    config,
    dataFolder: join(recorder.root, "data"),
    openSource,
    log: quietLog(),
    commitWindowMs,
    storeOptions: {
      openDatabase: smallLogs(sync),
      onDurable: (_line, seq, waitedMs) => {
        known.durableEvents = seq + 1;
        longestWaitMs = Math.max(longestWaitMs, waitedMs);
        tell();
      },
    },
  });
  const { keeper } = appliance.lines[0] as Appliance["lines"][number];
  let portions = 0;
  await appliance.run(() => {
    known.events = keeper.events;
    known.nowUs = Math.max(0, (appliance.nowUs ?? 0) - (live ? UP_US : 0));
    tell();
    portions++;
    if (portions % KEEP_EVERY === 0) appliance.keep();
    if (portions % NOTE_EVERY === 0)
      void appliance.notes.add(numberedNote(portions / NOTE_EVERY)).then(() => {
        known.durableNotes++;
        tell();
      });
  });
  const end = recorder.position;
  await appliance.store.commit();
  const events: LoggedEvent[] = [];
  for await (const event of appliance.store.events(keeper.settings.number)) events.push(event);
  await appliance.stop();
  const entries = (await recorder.finish()).slice(0, end);
  return { blank: recorder.blank, entries, moments, events, longestWaitMs };
}

/** A note that says which one it is, on a shift that never was: it changes no result. */
function numberedNote(number: number) {
  const correction = {
    kind: "scrap",
    product: null,
    units: number,
    by: "torture",
    atUs: number,
    why: "power",
  } as const;
  return { note: "correction", line: "line-1", shift: "1999-01-01/none", correction } as const;
}

/** The kernel's name of a boot. */
export function boot(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

if (process.argv[1]?.endsWith("power-cut-record.js")) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { folder: text, seconds: text, window: text, live: flag, unsynced: flag };
  const { folder = "", seconds, window, live, unsynced } = parseArgs({ options }).values;
  await mkdir(folder, { recursive: true });
  const settings = { folder, live, sync: !unsynced, seconds: Number(seconds), commitWindowMs: Number(window) };
  await writeFile(join(folder, "recording"), serialize(await record(settings)));
}
