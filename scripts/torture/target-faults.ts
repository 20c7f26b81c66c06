import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import { Helper } from "../../runtime/sync/helper.ts";
import type { Outbox } from "../../runtime/sync/outbox.ts";
import { command, makeExt4, mountExt4, onOwnDisks, unmount } from "./disk-tools.ts";
import { resultsOf } from "./power-cut-look.ts";
import { quietLog, type TortureMachine, tortureMachine } from "./power-cut-machine.ts";
import { seededRandom } from "./random.ts";
import { addDay, hashesBelow, targetFaults, taskOf } from "./stick-files.ts";

const STICK_BYTES = 8 << 20;
const LOOK_EVERY_MS = 100;
/** Long enough for a process to start on a crowded machine. */
const DEADLINE_SECONDS = 5;
const LONGEST_WAIT_MS = 60_000;
const AT_ONCE = 1e6;
const LONGEST_LIFE_MS = 400;
const OLD_FILES = 100_000;

/** What faults of a stick did. `faults` must be empty. */
export interface TargetFaultReport {
  /** Helpers that were killed at a random moment. */
  kills: number;
  hangSeconds: number;
  /** From the beginning of the hang to its alarm. */
  alarmSeconds: number;
  /** Most helpers of the stick that lived at one time; must be 1. */
  mostHelpers: number;
  /** Longest standstill of the daemon's thread before and during the hang, and how long events waited for the disk. */
  calmGapMs: number;
  hangGapMs: number;
  calmDurableMs: number | null;
  hangDurableMs: number | null;
  /** A visit of a target on which so many other files lie beside the new ones. */
  oldFiles: number;
  oldFilesVisitMs: number;
  seals: number;
  readonly faults: string[];
}

/**
 * An appliance counts while its stick is full, read-only, pulled out, and hangs. Its results must be those of an
 * undisturbed run, and the stick must have everything in the end. To be run by `onOwnDisks`.
 */
export async function targetFaultsOf(
  folder: string,
  { kills, hangSeconds, oldFiles }: { readonly kills: number; readonly hangSeconds: number; readonly oldFiles: number },
): Promise<TargetFaultReport> {
  const report: TargetFaultReport = {
    kills: 0,
    hangSeconds,
    alarmSeconds: 0,
    mostHelpers: 0,
    calmGapMs: 0,
    hangGapMs: 0,
    calmDurableMs: null,
    hangDurableMs: null,
    oldFiles,
    oldFilesVisitMs: 0,
    seals: 0,
    faults: [],
  };
  const bench = new StickBench(folder, report);
  await bench.run(hangSeconds);
  await killHelpers(join(folder, "kills"), kills, report);
  await crowdedTarget(join(folder, "crowd"), oldFiles, report);
  return report;
}

class StickBench {
  readonly #folder: string;
  readonly #media: string;
  readonly #stick: string;
  readonly #report: TargetFaultReport;
  #day = 0;

  constructor(folder: string, report: TargetFaultReport) {
    this.#folder = folder;
    this.#media = join(folder, "media");
    this.#stick = join(this.#media, "stick");
    this.#report = report;
  }

  async run(hangSeconds: number): Promise<void> {
    const machine = await tortureMachine(this.#folder);
    const calm = await this.#appliance(machine, "calm", AT_ONCE);
    await calm.run();
    const expected = await resultsOf(calm);
    await calm.stop();
    await mkdir(this.#stick, { recursive: true });
    await makeExt4(join(this.#folder, "image"), STICK_BYTES);
    const appliance = await this.#appliance(machine, "data", 7200 / (hangSeconds + 30));
    const outbox = await appliance.sync.open(async () => []);
    const looks = setInterval(() => appliance.sync.look(), LOOK_EVERY_MS);
    const running = appliance.run();
    try {
      await this.#mount();
      await this.#disturb(appliance, outbox, hangSeconds);
    } finally {
      clearInterval(looks);
      appliance.sync.stop();
      await command("fsfreeze", "--unfreeze", this.#stick).catch(() => {});
    }
    await running;
    if ((await resultsOf(appliance)) !== expected) this.#report.faults.push("results differ from the undisturbed run");
    this.#report.seals = appliance.lines[0]?.keeper.seals ?? 0;
    await appliance.stop();
    await unmount(this.#stick);
  }

  async #disturb(appliance: Appliance, outbox: Outbox, hangSeconds: number): Promise<void> {
    await this.#newDay(appliance, outbox);
    const calm = gapWatch();
    await sleep(2000);
    this.#report.calmGapMs = calm();
    this.#report.calmDurableMs = appliance.latency.percentile(0.99);

    await writeFile(join(this.#stick, "ballast"), Buffer.alloc(STICK_BYTES)).catch(() => {});
    await this.#alarm(appliance, outbox, /it is full: remove files/);
    await rm(join(this.#stick, "ballast"));
    await this.#good(appliance, outbox);

    await command("mount", "-o", "remount,ro", this.#stick);
    await this.#alarm(appliance, outbox, /it is read-only/);
    await command("mount", "-o", "remount,rw", this.#stick);
    await this.#good(appliance, outbox);

    await this.#hang(appliance, outbox, hangSeconds);

    for (let i = 0; i < 3; i++) {
      await addDay(outbox, this.#day++);
      await sleep(50 * i);
      await command("umount", "--lazy", this.#stick);
      await this.#until("it is gone", () => appliance.sync.status()[0]?.state === "gone");
      if (appliance.sync.alarms().length > 0) this.#report.faults.push("a stick that was pulled out is an alarm");
      if ((await readdir(this.#stick)).length > 0) this.#report.faults.push("something was written in its place");
      await this.#mount();
      await this.#good(appliance, outbox);
    }
  }

  async #hang(appliance: Appliance, outbox: Outbox, seconds: number): Promise<void> {
    await command("fsfreeze", "--freeze", this.#stick);
    try {
      const beganMs = performance.now();
      const gap = gapWatch();
      await this.#alarm(appliance, outbox, /it has not answered for 5 s/);
      this.#report.alarmSeconds = Math.round((performance.now() - beganMs) / 100) / 10;
      for (const sinceMs = performance.now(); performance.now() - sinceMs < seconds * 1000; ) {
        appliance.sync.request();
        this.#report.mostHelpers = Math.max(this.#report.mostHelpers, await helpersOf(this.#stick));
        await sleep(200);
      }
      this.#report.hangGapMs = gap();
      this.#report.hangDurableMs = appliance.latency.percentile(0.99);
      if (this.#report.mostHelpers !== 1) this.#report.faults.push(`${this.#report.mostHelpers} helpers at one time`);
      const state = appliance.sync.status()[0]?.state;
      if (state !== "not answering") this.#report.faults.push(`a stick that hangs is ${state}`);
    } finally {
      await command("fsfreeze", "--unfreeze", this.#stick);
    }
    await this.#good(appliance, outbox);
  }

  async #newDay(appliance: Appliance, outbox: Outbox): Promise<void> {
    await addDay(outbox, this.#day++);
    await this.#good(appliance, outbox);
  }

  /** There is something to be sent, and it cannot be. */
  async #alarm(appliance: Appliance, outbox: Outbox, text: RegExp): Promise<void> {
    await addDay(outbox, this.#day++);
    await this.#until(`an alarm ${text}`, () => appliance.sync.alarms().some((alarm) => text.test(alarm)));
  }

  /** Everything is there, and nobody complains. */
  async #good(appliance: Appliance, outbox: Outbox): Promise<void> {
    appliance.sync.request();
    await this.#until("everything is there", () => {
      const [status] = appliance.sync.status();
      if (status?.state === "failed") appliance.sync.request();
      return status?.state === "synced" && status.pendingFiles === 0 && appliance.sync.alarms().length === 0;
    });
    this.#report.faults.push(...targetFaults(outbox.folder, join(this.#stick, "sealtrace/sealer-1")).slice(0, 3));
  }

  async #until(what: string, isSo: () => boolean): Promise<void> {
    for (const beganMs = performance.now(); !isSo(); await sleep(20))
      if (performance.now() - beganMs > LONGEST_WAIT_MS) throw new Error(`waited in vain until ${what}`);
  }

  async #mount(): Promise<void> {
    await mountExt4(join(this.#folder, "image"), this.#stick);
  }

  #appliance({ config, scenario }: TortureMachine, data: string, speed: number): Promise<Appliance> {
    const sync = { ...config.sync, stickFolder: this.#media, deadlineSeconds: DEADLINE_SECONDS };
    const named = { ...config, appliance: "sealer-1", sync };
    return Appliance.start({
      config: named,
      dataFolder: join(this.#folder, data),
      openSource: async () => new SimulatedSource(scenario, speed, named),
      log: quietLog(),
      commitWindowMs: 100,
    });
  }
}

/** Kills helpers at random moments of their work: no half file under a final name, and the last one completes. */
async function killHelpers(folder: string, kills: number, report: TargetFaultReport): Promise<void> {
  const { Outbox } = await import("../../runtime/sync/outbox.ts");
  await mkdir(join(folder, "target"), { recursive: true });
  const outbox = await Outbox.open(join(folder, "outbox"));
  const task = taskOf(folder, join(folder, "target"));
  const random = seededRandom(7);
  const ever = new Map<string, string>();
  const visit = (lifeMs: number) =>
    new Promise<boolean>((done) => {
      let isDone = false;
      const helper = new Helper(task, LONGEST_WAIT_MS, {
        onMessage: ({ kind }) => {
          isDone ||= kind === "done";
        },
        onSilent: () => {},
        onGone: () => {
          clearTimeout(killer);
          done(isDone);
        },
      });
      const killer = setTimeout(() => helper.giveUp(), lifeMs);
    });
  for (; report.kills < kills; report.kills++) {
    if (report.kills % 10 === 0) {
      await addDay(outbox, report.kills / 10);
      for (const [path, sha256] of hashesBelow(outbox.folder)) ever.set(path, sha256);
    }
    await visit(30 + random(LONGEST_LIFE_MS));
    const there = await readdir(join(folder, "target")).then((names) => names.includes("sealtrace"));
    for (const [path, sha256] of there ? hashesBelow(join(folder, "target/sealtrace/sealer-1")) : []) {
      const isFinal = !path.includes("~") && path !== "manifest.sha256" && path !== "appliance.id";
      if (isFinal && ever.get(path) !== sha256) report.faults.push(`half after a kill: ${path}`);
    }
  }
  if (!(await visit(LONGEST_WAIT_MS))) report.faults.push("the visit after the kills did not complete");
  report.faults.push(...targetFaults(outbox.folder, join(folder, "target/sealtrace/sealer-1")));
}

async function crowdedTarget(folder: string, files: number, report: TargetFaultReport): Promise<void> {
  const { Outbox } = await import("../../runtime/sync/outbox.ts");
  const { visitTarget } = await import("../../runtime/sync/visit.ts");
  const root = join(folder, "target");
  const crowd = join(root, "sealtrace/sealer-1/shifts/line-1/2026-03");
  await mkdir(crowd, { recursive: true });
  await command("bash", "-c", `cd '${crowd}' && seq -f 'old-%g.html' ${files} | xargs touch`);
  const outbox = await Outbox.open(join(folder, "outbox"));
  await addDay(outbox, 0);
  const beganMs = performance.now();
  const hooks = { tell: () => {}, onInbox: async () => [], nowMs: () => 0, wallUs: () => 0 };
  const { sentFiles } = await visitTarget(taskOf(folder, root), hooks);
  report.oldFilesVisitMs = Math.round(performance.now() - beganMs);
  if (sentFiles !== outbox.paths.length) report.faults.push("old files change what is sent");
  if ((await readdir(crowd)).length < files) report.faults.push("old files are gone");
}

/** How many helper processes of this target there are, dead ones that wait for their parent left out. */
async function helpersOf(stick: string): Promise<number> {
  let count = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes("helper-child") && line.includes(`"root":"${stick}"`)) count++;
  }
  return count;
}

/** Watches the thread; the function that it returns ends that and tells the longest standstill in milliseconds. */
function gapWatch(): () => number {
  let lastMs = performance.now();
  let longestMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 5);
  return () => {
    clearInterval(timer);
    return Math.round(longestMs);
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await onOwnDisks(import.meta.url, async (folder, args) => {
    const number = (value: string) => ({ type: "string", default: value }) as const;
    const options = { kills: number("200"), hang: number("600"), old: number(String(OLD_FILES)) };
    const { kills, hang, old } = parseArgs({ args, options }).values;
    const report = await targetFaultsOf(folder, {
      kills: Number(kills),
      hangSeconds: Number(hang),
      oldFiles: Number(old),
    });
    return { report, isGood: report.faults.length === 0 };
  });
