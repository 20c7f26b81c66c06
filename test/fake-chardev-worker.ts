import { ChardevWatcher } from "../drivers/gpio/chardev-watcher.ts";
import type { ChardevJob } from "../drivers/gpio/chardev-worker.ts";
import { runInputsWorker } from "../drivers/gpio/inputs-worker.ts";
import { FakeGpio } from "./fake-gpio.ts";

// The thread of the character device on a chip in memory: two contacts that move as the contract test expects; a chip
// called `vanishing` goes away first, and on one called `failing` the thread dies.
runInputsWorker<ChardevJob>((job, outlet, voice) => {
  const gpio = new FakeGpio(28, job.chip ?? "pinctrl-fake");
  if (job.chip === "vanishing") gpio.after(0, () => gpio.unplug());
  if (job.chip === "failing")
    gpio.after(0, () => {
      throw new Error("the thread failed");
    });
  gpio.set(17, 1);
  for (let i = 0; i < 20; i++) gpio.after(30_000, () => gpio.set(i % 2 === 0 ? 17 : 27, i % 4 > 1 ? 1 : 0));
  gpio.after(100_000, () => gpio.set(27, 1));
  gpio.whenOver = () => outlet.control.sleep(1);
  new ChardevWatcher(gpio, job, outlet, voice, gpio).run();
});
