import { Mobisea, type MobiseaView } from "../../algorithms/mobisea/mobisea.ts";
import { SealRules } from "../../algorithms/seal-rules.ts";
import type { Scenario } from "../../sim/simulation.ts";
import { filtered, rawSealing } from "./contact.ts";

/** The sealing times of a shift and what was found in them. */
export interface FoundShift extends MobiseaView {
  readonly sealingTimesSeconds: readonly number[];
  /** Number of each seal's run from 0; -1 belongs to nobody. */
  readonly runOf: readonly number[];
}

/** A simulated shift on its whole way: contact, level filter, seal rules, runs. */
export function foundShift(scenario: Scenario): FoundShift {
  const rules = new SealRules();
  const sealingTimesSeconds: number[] = [];
  const runOf: number[] = [];
  const mobisea = new Mobisea({ onAssigned: (_index, run) => runOf.push(run) });
  for (const { timeUs, level } of filtered(rawSealing(scenario)).clean) {
    const event = rules.push(timeUs, level);
    const seconds = event?.kind === "seal" ? event.seal.sealingTimeSeconds : null;
    if (seconds === null) continue;
    sealingTimesSeconds.push(seconds);
    mobisea.push(seconds);
  }
  return { sealingTimesSeconds, runOf, ...mobisea.finish() };
}
