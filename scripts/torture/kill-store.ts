import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Store } from "../../runtime/store/store.ts";
import { checkLog } from "./known-events.ts";
import { type Random, seededRandom } from "./random.ts";

const CHILD = fileURLToPath(new URL("./append-child.js", import.meta.url));

/** What the kills did. All but `kills`, `acknowledged` and `ways` must be 0. */
export interface KillReport {
  kills: number;
  /** Events that were reported as durable. */
  acknowledged: number;
  /** Events that were reported as durable and are not there. */
  lost: number;
  /** Events that are not the ones that were appended. */
  wrong: number;
  /** Restarts after which the front state did not belong to the last event. */
  inconsistent: number;
  /** How the store was opened after each kill. */
  readonly ways: Record<string, number>;
}

/** Kills a process that appends, over and over, and looks each time whether everything acknowledged is still there. */
export async function killStore(folder: string, times: number, seed: number): Promise<KillReport> {
  const random = seededRandom(seed);
  const report: KillReport = { kills: 0, acknowledged: 0, lost: 0, wrong: 0, inconsistent: 0, ways: {} };
  for (; report.kills < times; report.kills++) {
    const acknowledged = await appendAndKill(folder, random);
    const store = await Store.open(folder);

    report.ways[store.opened.way] = (report.ways[store.opened.way] ?? 0) + 1;
    for (const [line, last] of acknowledged) await lookAt(store, line, last, report);
    await store.markHealthy();
    await store.close();
  }
  return report;
}

async function lookAt(store: Store, line: number, last: number, report: KillReport): Promise<void> {
  const { seqs, wrong } = await checkLog(store, line);
  const { front, nextSeq } = await store.load(line);
  report.acknowledged = Math.max(report.acknowledged, last + 1);
  report.wrong += wrong;
  report.lost += Math.max(0, last + 1 - seqs.filter((seq) => seq <= last).length);
  const state = front?.state as { nextSeq: number } | undefined;
  if (state?.nextSeq !== nextSeq || front?.lastSeq !== nextSeq - 1) report.inconsistent++;
}

/** Resolves to the last number that was reported as durable, per line. */
function appendAndKill(folder: string, random: Random): Promise<Map<number, number>> {
  const acknowledged = new Map<number, number>();
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let linesToGo = 1 + random(60);
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const [, line, seq] of lines.map((line) => /^(\d+) (\d+)$/.exec(line) ?? []))
      if (line !== undefined) acknowledged.set(Number(line), Number(seq));
    linesToGo -= lines.length;
    if (linesToGo <= 0) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(acknowledged));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { times: { type: "string", default: "100" }, seed: { type: "string" } } });
  const folder = await mkdtemp(join(tmpdir(), "kill-store-"));
  const report = await killStore(join(folder, "store"), Number(values.times), Number(values.seed ?? 1));
  await rm(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.lost + report.wrong + report.inconsistent === 0 ? 0 : 1;
}
