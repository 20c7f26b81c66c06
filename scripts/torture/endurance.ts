import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ApplianceStatus } from "../../runtime/daemon/status.ts";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import { DaemonProcess } from "./daemon-process.ts";

const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const SCENARIO = "year";
const LINES = 4;
const EVENT_DAYS = 10;
const JOURNAL_MEGABYTES = 64;
const LOOKS = 60;
/** A daemon that leaves so many questions in a row unanswered, each for ten seconds, is taken for dead. */
const MOST_UNANSWERED = 6;
const DAY_US = 86_400_000_000;
const MEGABYTE = 2 ** 20;
/** Memory that grows by more in a month is a leak. */
const MOST_GROWTH_MEGABYTES = 10;

interface Look {
  readonly day: number;
  readonly residentBytes: number;
  readonly databaseBytes: number;
  readonly journalBytes: number;
}

/** How a run went. */
interface Course {
  readonly speed: number;
  readonly unanswered: number;
  readonly isSilent: boolean;
  readonly endedWell: boolean;
}

/** What a month of four machines that never rest did to the daemon. `faults` must be empty. */
export interface EnduranceReport {
  readonly days: number;
  readonly speed: number;
  readonly seals: number;
  readonly edges: number;
  readonly residentMegabytes: { readonly first: number; readonly most: number; readonly last: number };
  /** Of the second half, by least squares. */
  readonly growthMegabytesADay: number;
  readonly databaseMegabytes: { readonly afterEventDays: number; readonly last: number };
  readonly journalMegabytes: { readonly most: number; readonly bound: number };
  /** Keys and values handed to LevelDB in a simulated day; commits are by the real clock. */
  readonly writtenMegabytesADay: number;
  readonly commits: number;
  readonly cpu: number;
  /** How often `status` did not answer in time. */
  readonly unanswered: number;
  readonly eventLoop: ApplianceStatus["metrics"]["eventLoop"];
  readonly faults: readonly string[];
}

/** Runs the daemon as its unit does on four simulated machines, fast, and looks how it grows. */
export async function endurance(days: number, speed: number): Promise<EnduranceReport> {
  const folder = await mkdtemp(join(tmpdir(), "seal-"));
  const lines = Array.from({ length: LINES }, (_, i) => `[[line]]\nid = "line-${i + 1}"\n`).join("");
  const shifts = [6, 14, 22].map((hour, i) => shiftConfig(i, hour)).join("");
  const kept = `[store]\neventDays = ${EVENT_DAYS}\njournalMegabytes = ${JOURNAL_MEGABYTES}\n`;
  await writeFile(join(folder, "config.toml"), kept + shifts + lines);
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", folder];
  const args = ["--max-semi-space-size=1", MAIN, "run", ...files, "--sim", SCENARIO, "--speed", String(speed)];
  const env = { ...process.env, MALLOC_ARENA_MAX: "1" };
  const daemon = new DaemonProcess(args, env);
  try {
    await daemon.up();
    const ask = async () => {
      const client = await SocketClient.connect({ folder });
      return (await client.call("status").finally(() => client.close())) as ApplianceStatus;
    };
    const looks: Look[] = [];
    let last = await ask();
    let [unanswered, inARow] = [0, 0];
    while (dayOf(last) < days && !daemon.isOver && inARow < MOST_UNANSWERED) {
      await sleep((days * 86_400_000) / speed / LOOKS);
      // a crowded machine may keep an answer waiting for too long, and that ends the connection
      const answer = await ask().catch(() => null);
      inARow = answer === null ? inARow + 1 : 0;
      if (answer === null) {
        unanswered++;
        continue;
      }
      last = answer;
      looks.push(await lookAt(answer, join(folder, "data")));
    }
    const [status] = await daemon.stop();
    if (looks.length === 0) throw new Error(`the daemon never answered: ${daemon.said}`);
    const isSilent = inARow === MOST_UNANSWERED;
    return reportOf(looks, last, { speed, unanswered, isSilent, endedWell: status === 0 });
  } finally {
    await daemon.kill();
    await rm(folder, { recursive: true });
  }
}

function shiftConfig(i: number, hour: number): string {
  const clock = (of: number) => `"${String(of % 24).padStart(2, "0")}:00"`;
  const days = `["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]`;
  return `[[shift]]\nname = "S${i + 1}"\nstart = ${clock(hour)}\nend = ${clock(hour + 8)}\ndays = ${days}\n`;
}

async function lookAt(status: ApplianceStatus, data: string): Promise<Look> {
  return { day: dayOf(status), residentBytes: status.metrics.residentBytes, ...(await sizesOf(data)) };
}

/** The simulation begins with the year. */
function dayOf({ lines }: ApplianceStatus): number {
  const endUs = lines[0]?.shift?.endUs ?? Date.UTC(2026, 0, 1) * 1000;
  return (endUs - Date.UTC(2026, 0, 1) * 1000) / DAY_US;
}

async function sizesOf(data: string) {
  const size = async (folder: string): Promise<number> => {
    let sum = 0;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      // files come and go meanwhile
      sum += entry.isDirectory()
        ? await size(path)
        : await stat(path).then(
            ({ size }) => size,
            () => 0,
          );
    }
    return sum;
  };
  return { databaseBytes: await size(join(data, "db")), journalBytes: await size(join(data, "journal")) };
}

function reportOf(
  looks: readonly Look[],
  { metrics, alarms }: ApplianceStatus,
  { speed, unanswered, isSilent, endedWell }: Course,
): EnduranceReport {
  const last = looks.at(-1) as Look;
  const megabytes = (bytes: number) => Math.round((bytes / MEGABYTE) * 10) / 10;
  const resident = looks.map(({ residentBytes }) => residentBytes);
  const growth = slope(looks.filter(({ day }) => day > last.day / 2)) / MEGABYTE;
  const journalMost = Math.max(...looks.map(({ journalBytes }) => journalBytes));
  const faults = [
    ...(growth * last.day > MOST_GROWTH_MEGABYTES ? [`memory grows by ${growth.toFixed(2)} MB a day`] : []),
    ...(journalMost > JOURNAL_MEGABYTES * MEGABYTE ? ["the journal is above its bound"] : []),
    ...(metrics.lostEdges > 0 ? [`${metrics.lostEdges} edges were lost`] : []),
    // on a crowded machine anything may stand still: `eventLoop` tells
    ...alarms.filter((alarm) => !alarm.includes("stood still")),
    ...(isSilent ? ["it does not answer any more"] : []),
    ...(endedWell ? [] : ["it did not stop in order"]),
  ];
  return {
    days: Math.round(last.day * 10) / 10,
    speed,
    seals: metrics.seals,
    edges: metrics.edges,
    residentMegabytes: {
      first: megabytes(resident[0] ?? 0),
      most: megabytes(Math.max(...resident)),
      last: megabytes(last.residentBytes),
    },
    growthMegabytesADay: Math.round(growth * 1000) / 1000,
    databaseMegabytes: {
      afterEventDays: megabytes(looks.find(({ day }) => day > EVENT_DAYS)?.databaseBytes ?? Number.NaN),
      last: megabytes(last.databaseBytes),
    },
    journalMegabytes: { most: megabytes(journalMost), bound: JOURNAL_MEGABYTES },
    writtenMegabytesADay: megabytes(metrics.store.writtenBytes / last.day),
    commits: metrics.store.commits,
    cpu: Math.round((metrics.cpuSeconds / metrics.upSeconds) * 1000) / 1000,
    unanswered,
    eventLoop: metrics.eventLoop,
    faults,
  };
}

/** Bytes a day, by least squares. */
function slope(looks: readonly Look[]): number {
  const mean = (of: (look: Look) => number) => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const [day, bytes] = [mean((look) => look.day), mean((look) => look.residentBytes)];
  const covariance = mean((look) => (look.day - day) * (look.residentBytes - bytes));
  return covariance / mean((look) => (look.day - day) ** 2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { days: { type: "string", default: "30" }, speed: { type: "string", default: "1000" } },
  });
  const report = await endurance(Number(values.days), Number(values.speed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}
