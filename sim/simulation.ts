import type { ChannelKind } from "../algorithms/signal.ts";
import { Machine } from "./machine.ts";
import { contactsOf, machineSignals } from "./machine-signals.ts";
import { type MachineSpec, plannedSeals, toUs } from "./machine-spec.ts";
import { disturb } from "./panel.ts";
import type { PanelSpec } from "./panel-spec.ts";
import { Random } from "./random.ts";
import { record, type SimulatedEdge } from "./recorder.ts";
import { type Truth, TruthCollector } from "./truth.ts";

/** A scenario: a machine, the panel around it, and how the contacts are recorded. */
export interface Scenario {
  /** Bare name of a shipped scenario, or the path of its file. */
  readonly name: string;
  readonly title: string;
  /** Used where no other seed is asked for. */
  readonly seed: number;
  /** Wall time of t = 0 in microseconds since 1970 (UTC); null where the scenario does not say. */
  readonly startWallUs: number | null;
  /** Time step of the recorder's clock; a coarse one only looks at the contacts that often. */
  readonly timeStepUs: number;
  readonly machine: MachineSpec;
  readonly panel: PanelSpec;
}

/**
 * One pass through a scenario: the recording edge by edge, then what is true about it. The driver and every file that is
 * written come from here; the same scenario and seed give the same edges.
 */
export class Simulation {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Names of the recording's channels, which the edges index. */
  readonly channels: readonly ChannelKind[];
  readonly #machine: Machine;
  readonly #truth: TruthCollector | null;
  readonly #random: Random;
  readonly #expectedUs: number;
  #begun = false;

  /**
   * @param keepsTruth false where nobody will ask for it: a machine that runs for years would remember each seal.
   * @throws RangeError for a seed that is no integer from 0 to 2^53 - 1.
   */
  constructor(scenario: Scenario, seed: number = scenario.seed, keepsTruth = true) {
    this.scenario = scenario;
    this.seed = seed;
    this.#random = new Random(seed);
    this.#machine = new Machine(scenario.machine, this.#random.fork("machine"));
    this.#truth = keepsTruth ? new TruthCollector(scenario.machine) : null;
    this.#expectedUs = expectedUs(scenario.machine);
    const contacts = contactsOf(scenario.machine);
    this.channels = scenario.machine.holes.length > 0 ? ["recorder", ...contacts] : contacts;
  }

  /** How much is done, 0 to 1; an estimate where the scenario ends with its plan. */
  get progress(): number {
    if (this.#machine.done) return 1;
    return this.#expectedUs > 0 ? Math.min(0.999, this.#machine.nowUs / this.#expectedUs) : 0;
  }

  /**
   * The recording, once, in order of time.
   * @throws Error when asked a second time.
   */
  edges(): Generator<SimulatedEdge, void, undefined> {
    if (this.#begun) throw new Error("a simulation runs once: make another one");
    this.#begun = true;
    const { machine, panel, timeStepUs } = this.scenario;
    const contacts = contactsOf(machine);
    const endUs = () => this.#machine.nowUs;
    const segments = this.#machine.segments();
    const clean = machineSignals(machine, this.#truth?.watch(segments) ?? segments);
    const raw = disturb(panel, contacts, clean, endUs, this.#random.fork("panel"));
    const { swapped, inverted } = panel;
    const wiring = { channels: this.channels, timeStepUs, holes: machine.holes, swapped, inverted };
    return record(wiring, contacts, raw, endUs);
  }

  /**
   * What is true about the recording.
   * @throws Error before the machine is done, which it is when all edges have been read, and where none was kept.
   */
  truth(): Truth {
    if (this.#truth === null) throw new Error("this simulation keeps no truth");
    if (!this.#machine.done) throw new Error("the truth is known once all edges have been read");
    return this.#truth.truth(this.scenario.name, this.seed);
  }
}

/** The truth about a scenario without its edges: the machine alone, much faster. */
export function truthOf(scenario: Scenario, seed: number = scenario.seed): Truth {
  const machine = new Machine(scenario.machine, new Random(seed).fork("machine"));
  const collector = new TruthCollector(scenario.machine);
  for (const _ of collector.watch(machine.segments()));
  return collector.truth(scenario.name, seed);
}

function expectedUs(spec: MachineSpec): number {
  if (spec.durationSeconds !== null) return toUs(spec.durationSeconds);
  const seconds = spec.plan.reduce((sum, run) => {
    return sum + run.seals * (spec.products[run.product]?.cycleTimeSeconds ?? 0);
  }, 0);
  return plannedSeals(spec) === 0 ? 0 : toUs(seconds * spec.planRepeats);
}
