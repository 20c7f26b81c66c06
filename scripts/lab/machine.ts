import { readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HeardProcess } from "./heard-process.ts";

const INIT = fileURLToPath(new URL("../../../scripts/lab/init.sh", import.meta.url));
const FIRST_LINE = /lab: up/;
const FIRST_LINE_MS = 10_000;
const MOST_OUTPUT = 20_000;

/** A computer that is to be switched on. */
export interface MachinePlan {
  /** The kernel as a program. */
  readonly kernel: string;
  /** Shared with the machine, under the same path; must have no blank in its name. */
  readonly folder: string;
  /** The compiled module that is the machine's program; it gets the folder as its argument. */
  readonly program: URL;
  /** Plain data for it, as `task.json` in the folder. */
  readonly task?: unknown;
  /** After so many milliseconds of this computer's time it is switched off, and that is a failure. */
  readonly limitMs: number;
  /**
   * The wall clock at the start, microseconds since 1970: the machine then lives in time travel, where waiting takes no
   * time. Without it, time is this computer's.
   */
  readonly timeTravelFromUs?: number;
  /** The file that is its disk `/dev/ubda`. */
  readonly disk?: string;
}

/** A computer of the laboratory: a real kernel that runs as a process, on this computer's files. */
export class Machine {
  readonly #plan: MachinePlan;
  readonly #process: HeardProcess;
  #isLate = false;

  private constructor(plan: MachinePlan) {
    this.#plan = plan;
    this.#process = onProcessorOfItsOwn([plan.kernel, ...kernelArguments(plan)]);
  }

  /**
   * Switches a machine on and waits for its first word. One that says nothing for ten seconds is started once more.
   * @throws Error with what it said when it does not come up.
   */
  static async start(plan: MachinePlan): Promise<Machine> {
    await rm(join(plan.folder, "status"), { force: true });
    await writeFile(join(plan.folder, "task.json"), JSON.stringify(plan.task ?? null));
    for (let attempt = 1; ; attempt++) {
      const machine = new Machine(plan);
      if ((await machine.#process.hears(FIRST_LINE, FIRST_LINE_MS)) !== null) return machine;
      await machine.off();
      if (attempt === 2) throw machine.#fault("does not start");
    }
  }

  /** Switches a machine on and waits until its program has ended well. */
  static async run(plan: MachinePlan): Promise<void> {
    await (await Machine.start(plan)).end();
  }

  /** Waits until the machine has said this. @throws Error when it ends, or its limit is over, before that. */
  async says(pattern: RegExp): Promise<void> {
    if ((await this.#process.hears(pattern, this.#plan.limitMs)) === null) throw this.#fault(`did not say ${pattern}`);
  }

  /** Waits until the machine's program has ended. @throws Error unless it ended well, within the limit. */
  async end(): Promise<void> {
    const limit = setTimeout(() => {
      this.#isLate = true;
      this.#process.cut();
    }, this.#plan.limitMs);
    await this.#process.ended();
    clearTimeout(limit);
    if (this.#isLate) throw this.#fault(`was not ready in ${this.#plan.limitMs / 1000} s`);
    const status = await readFile(join(this.#plan.folder, "status"), "utf8").catch(() => "none");
    if (status.trim() !== "0") throw this.#fault(`ended with the status ${status.trim()}`);
  }

  /** Cuts its power; resolves when nothing of it is left. */
  async off(): Promise<void> {
    await this.#process.off();
  }

  #fault(problem: string): Error {
    return new Error(`the machine ${problem}; it said:\n${this.#process.output.slice(-MOST_OUTPUT)}`);
  }
}

const taken = new Set<number>();

/**
 * A machine is many processes that take turns, one at a time. Where two of them meet on one processor their turn comes
 * ten times sooner (5 us, not 47) than where the other processor has to be woken up.
 */
function onProcessorOfItsOwn(command: readonly string[]): HeardProcess {
  const free = allowedProcessors().find((processor) => !taken.has(processor));
  if (free === undefined) return new HeardProcess(command[0] as string, command.slice(1));
  taken.add(free);
  const heard = new HeardProcess("taskset", ["--cpu-list", String(free), ...command]);
  void heard.ended().finally(() => taken.delete(free));
  return heard;
}

function allowedProcessors(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function kernelArguments({ folder, program, timeTravelFromUs, disk }: MachinePlan): string[] {
  return [
    "mem=768M",
    "rootfstype=hostfs",
    "rootflags=/",
    "ro",
    `init=${INIT}`,
    "con=null",
    "con0=null,fd:1",
    "con1=null",
    "ssl=null",
    "quiet",
    "lpj=4000000",
    ...(disk === undefined ? [] : [`ubd0=${disk}`]),
    ...(timeTravelFromUs === undefined ? [] : ["time-travel", `time-travel-start=${timeTravelFromUs}000`]),
    `lab_folder=${folder}`,
    `lab_node=${process.execPath}`,
    `lab_module=${fileURLToPath(program)}`,
  ];
}
