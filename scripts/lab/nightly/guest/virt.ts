import { openRpio } from "../../../../drivers/gpio/rpio.ts";
import { sealtrace } from "../../guest/appliance.ts";
import type { NightlyTask } from "../scene-task.ts";
import { packageBinaries } from "./binaries.ts";
import { heardLine, leave, task } from "./console.ts";
import { configure, count } from "./count.ts";
import { watch } from "./watch.ts";

// A computer with an arm64 processor and a chip of pins that is no Raspberry Pi.

const { lines, config, levels, shift, startUs } = task<NightlyTask>();
await heardLine();
leave("binaries", { arch: process.arch, node: process.version, binaries: packageBinaries() });
leave("refusal", await openRpio({ lines: [{ name: "sealing", pin: 17 }] }).then(() => null, String));
leave("probe", JSON.parse(sealtrace("inputs", "--probe", "--config", configure(config), "--json")));
leave("watched", await watch(lines, levels));
leave("counted", await count(shift, startUs));
