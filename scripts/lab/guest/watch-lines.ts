import { EdgeRing } from "../../../drivers/edge-ring.ts";
import { openChardev } from "../../../drivers/gpio/chardev.ts";
import type { InputCounters } from "../../../drivers/gpio/inputs.ts";
import { SimulatedChip } from "./simulated-chip.ts";

// Watches lines with the driver, as a process of its own that can be stopped; tells what it saw when it is asked.

/** Time (microseconds), channel, level, and whether edges were lost before. */
export type SeenEntry = readonly [timeUs: number, channel: number, level: 0 | 1, lostBefore: boolean];

/** What the driver told so far. */
export interface Seen {
  readonly entries: readonly SeenEntry[];
  readonly counters: InputCounters;
  readonly trouble: string | null;
}

const lines = process.argv.slice(2).map((line) => ({ name: `line${line}`, line: Number(line) }));
const driver = await openChardev({ lines, chip: SimulatedChip.label });
const ring = new EdgeRing(2 ** 16);
const entries: SeenEntry[] = [];
process.on("message", () => {
  const { counters, trouble } = driver;
  process.send?.({ entries, counters, trouble } satisfies Seen);
});
process.on("disconnect", () => driver.close());
process.send?.("watching");
while (await driver.read(ring)) ring.drain((...entry) => entries.push(entry));
