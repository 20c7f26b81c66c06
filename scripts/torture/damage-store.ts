import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Store } from "../../runtime/store/store.ts";
import type { StoreAlarm } from "../../runtime/store/store-alarm.ts";
import { damageOneFile } from "./damage-file.ts";
import { checkLog, knownEvent } from "./known-events.ts";
import { seededRandom } from "./random.ts";

const LINES = [0, 1, 7];

/** What the damage did. `wrong`, `unreported` and `unusable` must be 0. */
export interface DamageReport {
  cases: number;
  /** Events that came back as something else. */
  wrong: number;
  /** Cases in which events were missing and nobody said so. */
  unreported: number;
  /** Cases after which the store did not take, keep and give back new events. */
  unusable: number;
  /** Cases in which events were missing, all of them told. */
  losses: number;
  readonly ways: Record<string, number>;
  /** Descriptions of what went wrong. */
  readonly failures: string[];
}

/** Builds a store, damages one file of a copy of it again and again, and opens that. */
export async function damageStore(folder: string, times: number, seed: number, events = 8_000): Promise<DamageReport> {
  const random = seededRandom(seed);
  const report: DamageReport = {
    cases: 0,
    wrong: 0,
    unreported: 0,
    unusable: 0,
    losses: 0,
    ways: {},
    failures: [],
  };
  const stopped = join(folder, "stopped");
  const crashed = join(folder, "crashed");
  await buildStore(stopped, crashed, events);
  for (; report.cases < times; report.cases++) {
    const work = join(folder, "work");
    await rm(work, { recursive: true, force: true });
    const isStopped = random(2) === 0;
    await cp(isStopped ? stopped : crashed, work, { recursive: true });
    const damage = `${isStopped ? "stopped" : "crashed"} ${await damageOneFile(work, await filesOf(work), random)}`;
    try {
      await lookAt(work, events, damage, report);
    } catch (error) {
      report.unusable++;
      report.failures.push(`${damage}: ${String(error)}`);
    }
  }
  return report;
}

/** One store twice: closed in order, and as a power cut would leave it. */
async function buildStore(stopped: string, crashed: string, events: number): Promise<void> {
  const store = await Store.open(stopped);
  for (let seq = 0; seq < events; seq++) {
    for (const line of LINES) store.append(line, knownEvent(line, seq));
    if (seq % 500 !== 499) continue;
    for (const line of LINES) store.setFront(line, { seq });
    store.putSnapshot(0, { seq, filler: filler(seq, 50_000) });
    store.putResult(1, seq, { seq, filler: filler(seq, 2_000) });
    await store.appendNote({ seq });
  }
  await store.mark();
  await cp(stopped, crashed, { recursive: true });
  await rm(join(crashed, "lock"));
  await store.close();
}

/** Bytes that do not shrink when compressed, so that the database gets several tables. */
function filler(seed: number, bytes: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: bytes }, () => random(256));
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, "db"));
  return ["marks", ...names.filter((name) => name !== "LOCK").map((name) => `db/${name}`)];
}

async function lookAt(folder: string, events: number, damage: string, report: DamageReport): Promise<void> {
  const alarms: StoreAlarm[] = [];
  const store = await Store.open(folder, { onAlarm: (alarm) => alarms.push(alarm) });
  const { way, lostEvents } = store.opened;
  report.ways[way] = (report.ways[way] ?? 0) + 1;
  let missing = 0;
  let isTold = true;
  for (const line of LINES) {
    const { seqs, wrong } = await checkLog(store, line);
    report.wrong += wrong;
    if (wrong > 0) report.failures.push(`${damage}: ${wrong} wrong events in line ${line}, ${way}`);
    missing += events - seqs.length;
    if (events - seqs.length > (lostEvents[line] ?? 0)) isTold = alarms.some(({ kind }) => kind === "damaged");
  }
  if (missing > 0) report.losses++;
  if (missing > 0 && !isTold) {
    report.unreported++;
    report.failures.push(`${damage}: ${missing} events missing, told ${lostEvents.join(" ")}, ${way}`);
  }
  await goOn(store, folder, damage, report);
}

/** A rescued store must be a good store. */
async function goOn(store: Store, folder: string, damage: string, report: DamageReport): Promise<void> {
  const { nextSeq } = await store.load(1);
  for (let i = 0; i < 300; i++) store.append(1, knownEvent(1, nextSeq + i));
  await store.commit();
  await store.close();
  const alarms: StoreAlarm[] = [];
  const again = await Store.open(folder, { onAlarm: (alarm) => alarms.push(alarm) });
  const { seqs } = await checkLog(again, 1);
  const isGood = seqs.filter((seq) => seq >= nextSeq).length === 300 && (await again.load(1)).nextSeq === nextSeq + 300;
  if (!isGood || again.opened.way === "emptied" || again.opened.way === "blind") {
    report.unusable++;
    report.failures.push(`${damage}: afterwards ${again.opened.way}, ${again.opened.reason}, ${alarms.length} alarms`);
  }
  await again.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { times: { type: "string", default: "200" }, seed: { type: "string" } } });
  const folder = await mkdtemp(join(tmpdir(), "damage-store-"));
  const report = await damageStore(folder, Number(values.times), Number(values.seed ?? 1));
  await rm(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.wrong + report.unreported + report.unusable === 0 ? 0 : 1;
}
