import type { ChardevJob } from "../drivers/gpio/chardev-worker.ts";
import { ChardevWatcher } from "../drivers/gpio/chardev-watcher.ts";
import { monotonicUs, runInputsWorker } from "../drivers/gpio/inputs-worker.ts";
import { FakeGpio } from "./fake-gpio.ts";

/** Line 17 changes at each multiple of this on the computer's own clock. */
export const BEAT_US = 100_000;

const HANGS_AFTER_US = 1_500_000;

// The thread of the character device on a chip in memory, in real time: however often it is opened, line 17 goes on as a
// machine would that nobody asks; all other lines rest at 1. On a chip called
// `hanging` the thread stands still for ever after a while.
runInputsWorker<ChardevJob>((job, outlet, voice) => {
  const gpio = new FakeGpio(28);
  for (const line of gpio.lines) line.level = 1;
  const beatAt = (timeUs: number) => Math.floor(timeUs / BEAT_US);
  const levelAt = (timeUs: number) => (beatAt(timeUs) % 2) as 0 | 1;
  gpio.us = monotonicUs();
  gpio.setSilently(17, levelAt(gpio.us));
  const until = job.chip === "hanging" ? gpio.us + HANGS_AFTER_US : Number.POSITIVE_INFINITY;
  gpio.whenOver = () => {
    if (gpio.us > until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    const nextUs = (beatAt(gpio.us) + 1) * BEAT_US;
    outlet.control.sleep(Math.ceil((nextUs - monotonicUs()) / 1000));
    gpio.us = nextUs;
    gpio.set(17, levelAt(nextUs));
  };
  new ChardevWatcher(gpio, { ...job, chip: null }, outlet, voice, gpio).run();
});
