import { readFileSync } from "node:fs";
import type { Level } from "../../../../algorithms/signal.ts";
import { EdgeRing } from "../../../../drivers/edge-ring.ts";
import { openInputs } from "../../../../drivers/gpio/choose.ts";
import type { InputCounters } from "../../../../drivers/gpio/inputs.ts";
import type { ContactLines } from "../board.ts";
import { say } from "./console.ts";

/** A level of a contact as the driver told it; microseconds of the monotonic clock. */
export interface SeenLevel {
  readonly timeUs: number;
  readonly channel: number;
  readonly level: Level;
}

/** What was seen of the contacts. */
export interface Watched {
  /** The driver that was chosen. */
  readonly driver: string;
  /** The levels at the start, then each change. */
  readonly levels: readonly SeenLevel[];
  readonly counters: InputCounters;
  readonly trouble: string | null;
  /** Whether registers are still mapped after the driver was closed. */
  readonly keepsRegisters: boolean;
}

/** An emulated processor is slow: fewer looks of rpio, and a late one is nothing unusual. */
export const RPIO_PACE = { rateHz: 100, blindAfterMs: 1000 };

/** Watches the contacts with the driver that fits until so many levels were seen, and says each at once. */
export async function watch(lines: ContactLines, count: number): Promise<Watched> {
  const contacts = Object.entries(lines).map(([name, line]) => ({ name, line: line as number }));
  const { name, driver } = await openInputs({ lines: contacts, ...RPIO_PACE });
  const ring = new EdgeRing(1024);
  const levels: SeenLevel[] = [];
  const latest = new Map<number, Level>();
  const see = (timeUs: number, channel: number, level: Level) => {
    if (latest.get(channel) === level) return;
    latest.set(channel, level);
    levels.push({ timeUs, channel, level });
    say(`saw ${levels.length}`);
  };
  while (levels.length < count && (await driver.read(ring))) ring.drain(see);
  const { counters, trouble } = driver;
  await driver.close();
  const keepsRegisters = readFileSync("/proc/self/maps", "latin1").includes("/dev/gpiomem");
  return { driver: name, levels, counters, trouble, keepsRegisters };
}
