import { createRequire } from "node:module";
import type { Level } from "../../algorithms/signal.ts";
import { InputError } from "../input-error.ts";
import type { EdgeOutlet } from "./edge-outlet.ts";
import type { Bias } from "./inputs.ts";
import { monotonicUs, runInputsWorker, type WorkerVoice } from "./inputs-worker.ts";
import { RpioSampler } from "./rpio-sampler.ts";
import { askForRealTime } from "./thread-priority.ts";

/** What the sampling thread has to do. */
export interface RpioJob {
  readonly pins: readonly { readonly pin: number; readonly bias: Bias | null; readonly activeLow: boolean }[];
  readonly periodUs: number;
  readonly blindAfterUs: number;
}

/** The part of rpio that is used. */
interface Rpio {
  readonly INPUT: number;
  readonly PULL_OFF: number;
  readonly PULL_DOWN: number;
  readonly PULL_UP: number;
  on(event: "warn", listener: (message: string) => void): void;
  init(options: { mapping: "gpio"; gpiomem: true; mock: false; close_on_exit: false }): void;
  open(pin: number, mode: number, pull?: number): void;
  read(pin: number): Level;
  exit(): void;
}

runInputsWorker(sample);

function sample(job: RpioJob, outlet: EdgeOutlet, voice: WorkerVoice): void {
  const rpio = openRegisters();
  try {
    for (const { pin, bias } of job.pins) openPin(rpio, pin, bias);
    askForRealTime();
    loop(rpio, job, outlet, voice);
  } finally {
    rpio.exit();
  }
}

function loop(rpio: Rpio, { pins, periodUs, blindAfterUs }: RpioJob, outlet: EdgeOutlet, voice: WorkerVoice): void {
  const { control } = outlet;
  const sampler = new RpioSampler(outlet, pins.length, blindAfterUs);
  const numbers = pins.map(({ pin }) => pin);
  const turned = pins.map(({ activeLow }) => (activeLow ? 1 : 0));
  const levelOf = (line: number) => (rpio.read(numbers[line] as number) ^ (turned[line] as number)) as Level;
  let dueUs = monotonicUs();
  sampler.look(dueUs, levelOf);
  voice.started();
  while (!control.stopped) {
    // what was missed is not made up for: the rhythm goes on from now
    dueUs = Math.max(dueUs + periodUs, monotonicUs());
    control.sleep((dueUs - monotonicUs()) / 1000);
    sampler.look(monotonicUs(), levelOf);
  }
}

function openRegisters(): Rpio {
  const rpio = loadRpio();
  rpio.on("warn", () => {
    // without this, rpio goes on with pins that read 0 for ever
    throw fault("does not know this board", 'use the driver "chardev"');
  });
  try {
    rpio.init({ mapping: "gpio", gpiomem: true, mock: false, close_on_exit: false });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw fault(
      "cannot map /dev/gpiomem",
      'check that the kernel offers it for this board, or use the driver "chardev"',
      cause,
    );
  }
  return rpio;
}

function loadRpio(): Rpio {
  try {
    return createRequire(import.meta.url)("rpio") as Rpio;
  } catch (cause) {
    throw fault(
      "is not installed or was not compiled",
      'install gcc, make and python3 and run `npm rebuild rpio`, or use the driver "chardev"',
      cause,
    );
  }
}

function openPin(rpio: Rpio, pin: number, bias: Bias | null): void {
  const pull = { "pull-up": rpio.PULL_UP, "pull-down": rpio.PULL_DOWN, disabled: rpio.PULL_OFF };
  try {
    if (bias === null) rpio.open(pin, rpio.INPUT);
    else rpio.open(pin, rpio.INPUT, pull[bias]);
  } catch (cause) {
    const isBusy = String(cause).includes("/sys/class/gpio");
    const problem = isBusy ? `GPIO${pin} is in use by /sys/class/gpio` : `GPIO${pin} is not on this board's header`;
    const remedy = isBusy ? `run \`echo ${pin} > /sys/class/gpio/unexport\`` : "name a GPIO of the header, such as 17";
    throw fault(problem, remedy, cause);
  }
}

function fault(problem: string, remedy: string, cause?: unknown): InputError {
  return new InputError({ source: "rpio", problem, remedy }, { cause });
}
