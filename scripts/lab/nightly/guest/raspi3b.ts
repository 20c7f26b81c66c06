import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { probeInputs } from "../../../../drivers/gpio/probe.ts";
import { openRpio } from "../../../../drivers/gpio/rpio.ts";
import type { NightlyTask } from "../scene-task.ts";
import { heardLine, leave, task } from "./console.ts";
import { configure, count } from "./count.ts";
import { watch } from "./watch.ts";

// A Raspberry Pi 3 whose pins are read through its kernel, and then, as if that had no chip for them, by rpio.

const { lines, config, levels, shift, startUs } = task<NightlyTask>();
const contacts = Object.entries(lines).map(([name, line]) => ({ name, line: line as number }));
await heardLine();
leave("probe", await probeInputs({ lines: contacts }));
for (const name of readdirSync("/dev")) if (name.startsWith("gpiochip")) rmSync(join("/dev", name));
leave("refusal", await openRpio({ lines: [{ name: "sealing", pin: 17 }] }).then(() => null, String));
// the scene makes outputs of the pins first
await heardLine();
// the device of Raspberry Pi's own kernel, see gpiomem.c
execFileSync("busybox", ["mknod", "/dev/gpiomem", "c", "1", "1"]);
leave("probe-rpio", await probeInputs({ lines: contacts }));
leave("watched", await watch(lines, levels));
configure(config);
leave("counted", await count(shift, startUs));
