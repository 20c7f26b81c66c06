import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Level } from "../../../algorithms/signal.ts";
import { HeardProcess } from "../heard-process.ts";
import type { Board, SetLine } from "./board.ts";
import { Wire } from "./wire.ts";

const CHECKOUT = fileURLToPath(new URL("../../../..", import.meta.url));
const UP = /lab: up/;
const ENDED = /lab: ended with (\d+)/;
const MOST_OUTPUT = 20_000;

// The kernel unpacks one archive after the other: what lies ready, this checkout as it was compiled, and the task.
const LAY_INITRD = `set -e
checkout=$1 guest=$2 folder=$3
cp "$guest/root.cpio" "$folder/initrd"
cd "$checkout"
{ printf 'dist\\ndist/scripts\\n'; find package.json dist/algorithms dist/drivers dist/runtime dist/sim dist/scripts/lab
} | cpio --quiet -o -H newc -R 0:0 >> "$folder/initrd"
cd "$folder"
echo task.json | cpio --quiet -o -H newc -R 0:0 >> initrd`;

/** What the scenes of emulated computers work with. */
export interface EmulatedStage {
  /** The folder of `build-guest.sh`. */
  readonly guest: string;
  /** An empty folder of its own. */
  readonly folder: string;
}

/** An emulated computer that is to be switched on. */
export interface EmulatedPlan extends EmulatedStage {
  readonly board: Board;
  /** The compiled module that is its program. */
  readonly program: URL;
  /** Plain data for it. */
  readonly task: unknown;
  /** After so many milliseconds it is switched off, and that is a failure. */
  readonly limitMs: number;
}

/** A computer with another processor than this one, emulated by QEMU. It speaks and listens on its serial line. */
export class EmulatedMachine {
  readonly #process: HeardProcess;
  readonly #endMs: number;
  readonly qtest: Wire;
  readonly #monitor: Wire;
  #setLine: SetLine = () => Promise.reject(new Error("the machine is not up"));

  private constructor(plan: EmulatedPlan, qtest: Wire, monitor: Wire) {
    this.#process = new HeardProcess("qemu-system-aarch64", emulatorArguments(plan), "pipe");
    this.#endMs = performance.now() + plan.limitMs;
    this.qtest = qtest;
    this.#monitor = monitor;
  }

  /** Switches a machine on, plays with it, and switches it off; it must have ended well. */
  static async play<Result>(plan: EmulatedPlan, play: (machine: EmulatedMachine) => Promise<Result>): Promise<Result> {
    const machine = await EmulatedMachine.#start(plan);
    try {
      await machine.says(UP);
      machine.#setLine = await plan.board.connect({ qtest: machine.qtest, monitor: machine.#monitor });
      const result = await play(machine);
      const [, status] = await machine.says(ENDED);
      if (status !== "0") throw machine.#fault(`ended with the status ${status}`);
      return result;
    } finally {
      await machine.#off();
    }
  }

  static async #start(plan: EmulatedPlan): Promise<EmulatedMachine> {
    const { guest, folder, task } = plan;
    await writeFile(join(folder, "task.json"), JSON.stringify(task));
    const { status, stderr } = spawnSync("sh", ["-c", LAY_INITRD, "sh", CHECKOUT, guest, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the machine's files cannot be laid out: ${stderr}`);
    return new EmulatedMachine(plan, await Wire.listen(join(folder, "qtest")), await Wire.listen(join(folder, "qmp")));
  }

  /** Moves what is wired to a line of its chip. */
  async set(line: number, level: Level): Promise<void> {
    await this.#setLine(line, level);
  }

  /** Waits until the machine has said this. @throws Error when its program ends, or its limit is over, before that. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const awaited = new RegExp(`${pattern.source}|${ENDED.source}`);
    await this.#process.hears(awaited, this.#endMs - performance.now());
    const match = pattern.exec(this.#process.output);
    if (match === null) throw this.#fault(`did not say ${pattern}`);
    return match;
  }

  /** What the machine's program leaves under this name: plain data. */
  async left<Data>(name: string): Promise<Data> {
    const [, data = ""] = await this.says(new RegExp(`lab: left ${name} (.*?)\r?\n`));
    return JSON.parse(data) as Data;
  }

  /** Says a line to the machine's program. */
  tell(line: string): void {
    this.#process.tell(line);
  }

  async #off(): Promise<void> {
    this.qtest.close();
    this.#monitor.close();
    await this.#process.off();
  }

  #fault(problem: string): Error {
    return new Error(`the machine ${problem}; it said:\n${this.#process.output.slice(-MOST_OUTPUT)}`);
  }
}

function emulatorArguments({ board, guest, folder, program }: EmulatedPlan): string[] {
  const module = fileURLToPath(program).slice(CHECKOUT.length - 1);
  const kernelOptions = [`console=${board.console},115200`, "loglevel=1", ...board.kernelOptions];
  return [
    ...board.arguments(guest),
    ...["-display", "none", "-no-reboot", "-monitor", "none"],
    ...["-qtest", `unix:${join(folder, "qtest")}`, "-qtest-log", "/dev/null"],
    ...["-qmp", `unix:${join(folder, "qmp")}`],
    ...["-kernel", join(guest, "kernel"), "-initrd", join(folder, "initrd")],
    ...["-append", [...kernelOptions, `lab_module=${module}`].join(" ")],
  ];
}
