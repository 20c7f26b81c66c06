import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Level } from "../../../algorithms/signal.ts";
import { leave, monotonicUs, waitUntilUs } from "./program.ts";
import { SimulatedChip } from "./simulated-chip.ts";
import type { Seen } from "./watch-lines.ts";

// A burst that the kernel has to keep while nobody reads, and pulses too short for an interrupt each.

/** What was driven into the two lines, and what the watcher had told after each. */
export interface BurstFindings {
  readonly driven: { readonly burst: number; readonly short: number };
  /** Levels of the two lines at the end. */
  readonly levels: readonly Level[];
  readonly burst: Seen;
  readonly short: Seen;
}

const BURST_EDGES = 3001;
const SHORT_PULSES = 200;
const LINE = 17;
const OTHER_LINE = 27;
/** The simulated chip interrupts at the kernel's next tick, of which there are 1,000 a second. */
const TICK_US = 1000;

const chip = new SimulatedChip([LINE, OTHER_LINE]);
const watcher = fork(new URL("watch-lines.js", import.meta.url), [String(LINE), String(OTHER_LINE)]);
await once(watcher, "message");

/** What the watcher has told, once it is at rest again and has looked at the levels. */
async function seenNow(): Promise<Seen> {
  await sleep(3000);
  watcher.send("tell");
  const [seen] = (await once(watcher, "message")) as [Seen];
  return seen;
}

watcher.kill("SIGSTOP");
for (let i = 0; i < BURST_EDGES; i++) {
  waitUntilUs(monotonicUs() + 2 * TICK_US);
  chip.toggle(i % 3 === 2 ? OTHER_LINE : LINE);
}
watcher.kill("SIGCONT");
const burst = await seenNow();
for (let i = 0; i < SHORT_PULSES; i++) {
  waitUntilUs(monotonicUs() + 20 * TICK_US);
  chip.toggle(LINE);
  chip.toggle(LINE);
}
const short = await seenNow();
watcher.disconnect();
leave("burst.json", {
  driven: { burst: BURST_EDGES, short: 2 * SHORT_PULSES },
  levels: [chip.levelOf(LINE), chip.levelOf(OTHER_LINE)],
  burst,
  short,
} satisfies BurstFindings);
