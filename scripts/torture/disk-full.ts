import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import type { WatchedLine } from "../../runtime/daemon/watched-line.ts";
import { command, makeExt4, mountExt4, onOwnDisks, unmount } from "./disk-tools.ts";
import { IMPATIENT_CLOCK } from "./hand-clock.ts";
import { resultsOf } from "./power-cut-look.ts";
import { quietLog, type TortureMachine, tortureMachine } from "./power-cut-machine.ts";

const DISK_BYTES = 24 << 20;
const EVENTS_IN_MEMORY = 25;
const LONGEST_WAIT_MS = 90_000;
const AT_ONCE = 1e6;
const MOST_WAITING = 100_000;

/** What a disk that is full, or suddenly read-only, did to a running appliance. `faults` must be empty. */
export interface DiskFaultReport {
  /** Times at which the disk was full, and at which it was read-only. */
  full: number;
  readOnly: number;
  /** Events that were counted while nothing could be written, all told. */
  countedInMemory: number;
  /** The most events that ever waited in memory. */
  mostWaiting: number;
  events: number;
  seconds: number;
  readonly faults: string[];
}

/**
 * Runs an appliance on a small disk that is filled, emptied, stopped by the kernel and mounted again meanwhile, and
 * compares what it says in the end with the undisturbed run. To be run by `onOwnDisks`.
 * @param episodes of each kind.
 */
export async function diskFaults(folder: string, episodes: number): Promise<DiskFaultReport> {
  const startedMs = performance.now();
  const report: DiskFaultReport = {
    full: 0,
    readOnly: 0,
    countedInMemory: 0,
    mostWaiting: 0,
    events: 0,
    seconds: 0,
    faults: [],
  };
  await new SmallDisk(folder, report).run(episodes);
  report.seconds = Math.round((performance.now() - startedMs) / 1000);
  return report;
}

class SmallDisk {
  readonly #folder: string;
  readonly #root: string;
  readonly #image: string;
  readonly #report: DiskFaultReport;

  constructor(folder: string, report: DiskFaultReport) {
    this.#folder = folder;
    this.#root = join(folder, "root");
    this.#image = join(folder, "image");
    this.#report = report;
  }

  async run(episodes: number): Promise<void> {
    const machine = await tortureMachine(this.#folder);
    const calm = await this.#calmResults(machine);
    await mkdir(this.#root);
    await makeExt4(this.#image, DISK_BYTES);
    await this.#mount();
    try {
      await this.#disturbed(machine, calm, episodes);
      await this.#lookAgain(machine, calm);
    } finally {
      await unmount(this.#root);
    }
  }

  async #calmResults(machine: TortureMachine): Promise<string> {
    const appliance = await started(machine, join(this.#folder, "calm"), AT_ONCE);
    await appliance.run();
    const results = await resultsOf(appliance);
    await appliance.stop();
    return results;
  }

  async #disturbed(machine: TortureMachine, calm: string, episodes: number): Promise<void> {
    // several times as long as the episodes need: the machine must not be over before they are, on a crowded computer
    const appliance = await started(machine, join(this.#root, "data"), 7200 / (30 + 10 * episodes));
    let isOver = false;
    const running = appliance
      .run(() => {
        const { pendingEvents } = appliance.store.metrics();
        this.#report.mostWaiting = Math.max(this.#report.mostWaiting, pendingEvents);
      })
      .finally(() => {
        isOver = true;
      });
    const until = waiter(() => isOver);
    for (let episode = 0; episode < episodes; episode++) {
      await this.#full(appliance, until);
      await this.#readOnly(appliance, until);
    }
    await running;
    await appliance.store.commit();
    if ((await resultsOf(appliance)) !== calm) this.#report.faults.push("results differ from the undisturbed run");
    const { droppedEvents, droppedRecords } = appliance.store.metrics();
    if (droppedEvents + droppedRecords > 0) this.#report.faults.push("something was dropped");
    if (this.#report.mostWaiting > MOST_WAITING) this.#report.faults.push("memory has no bound");
    await appliance.stop();
  }

  /** After a restart everything is there, and nobody complains. */
  async #lookAgain(machine: TortureMachine, calm: string): Promise<void> {
    const appliance = await started(machine, join(this.#root, "data"), AT_ONCE);
    const { way } = appliance.store.opened;
    if (way !== "clean") this.#report.faults.push(`opened ${way} after an orderly stop`);
    let next = 0;
    for await (const { seq } of appliance.store.events(0)) if (seq === next) next++;
    this.#report.events = next;
    if (next !== (await appliance.store.load(0)).nextSeq) this.#report.faults.push(`event ${next} is not there`);
    await appliance.run();
    if ((await resultsOf(appliance)) !== calm) this.#report.faults.push("results differ after a restart");
    for (const { message } of appliance.alarms.values()) this.#report.faults.push(message);
    await appliance.stop();
  }

  async #full(appliance: Appliance, until: Until): Promise<void> {
    await until("something is durable", () => isWritten(appliance));
    const ballast = join(this.#root, "ballast");
    await fill(ballast);
    await until("the full disk is an alarm", () => appliance.alarms.has("write-failed"));
    await this.#countInMemory(appliance, until);
    await rm(ballast);
    await until("the alarm is cleared", () => !appliance.alarms.has("write-failed") && isWritten(appliance));
    this.#report.full++;
  }

  /** The kernel finds the file system faulty and lets nobody write to it any more. */
  async #readOnly(appliance: Appliance, until: Until): Promise<void> {
    await until("something is durable", () => isWritten(appliance));
    const device = await command("findmnt", "--noheadings", "--output", "SOURCE", this.#root);
    await writeFile(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, "torture");
    await until("the read-only disk is an alarm", () => appliance.alarms.has("write-failed"));
    await this.#countInMemory(appliance, until);
    // the journal closes its files, which keep the file system busy, when it notices
    void appliance.journal.flush();
    await until("the journal notices", () => appliance.alarms.has("journal-failed"));
    await unmount(this.#root);
    await this.#mount();
    await until("the alarm is cleared", () => !appliance.alarms.has("write-failed") && isWritten(appliance));
    this.#report.readOnly++;
  }

  async #countInMemory(appliance: Appliance, until: Until): Promise<void> {
    const { keeper } = appliance.lines[0] as WatchedLine;
    const [events, durable] = [keeper.events, appliance.store.durableSeq(0)];
    await until("counting goes on", () => keeper.events >= events + EVENTS_IN_MEMORY);
    if (appliance.store.durableSeq(0) !== durable) this.#report.faults.push("acknowledged without a disk");
    this.#report.countedInMemory += keeper.events - events;
  }

  #mount(): Promise<void> {
    return mountExt4(this.#image, this.#root, "errors=remount-ro");
  }
}

type Until = (what: string, isTrue: () => boolean) => Promise<void>;

/** Waits until something is true, but not for ever, and not beyond the end of the machine. */
function waiter(isOver: () => boolean): Until {
  return async (what, isTrue) => {
    const endMs = performance.now() + LONGEST_WAIT_MS;
    while (!isTrue()) {
      if (isOver() || performance.now() > endMs) throw new Error(`waited in vain until ${what}`);
      await sleep(2);
    }
  };
}

/** Something has come, and all of it is durable but what belongs to the next commit. */
function isWritten({ store }: Appliance): boolean {
  return store.durableSeq(0) >= 0 && store.metrics().fault === null && store.metrics().pendingEvents < EVENTS_IN_MEMORY;
}

function started({ config, scenario }: TortureMachine, dataFolder: string, speed: number): Promise<Appliance> {
  const openSource = async () => new SimulatedSource(scenario, speed, config);
  const storeOptions = { clock: IMPATIENT_CLOCK };
  return Appliance.start({ config, dataFolder, openSource, log: quietLog(), storeOptions });
}

/** Leaves not a byte. */
async function fill(path: string): Promise<void> {
  for (const bytes of [1 << 20, 1 << 16, 1 << 12, 1 << 9])
    for (let isRoom = true; isRoom; ) {
      isRoom = await appendFile(path, Buffer.alloc(bytes, 0xa5)).then(
        () => true,
        () => false,
      );
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await onOwnDisks(import.meta.url, async (folder, args) => {
    const { values } = parseArgs({ args, options: { episodes: { type: "string", default: "5" } } });
    const report = await diskFaults(folder, Number(values.episodes));
    return { report, isGood: report.faults.length === 0 };
  });
