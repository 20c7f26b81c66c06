import { setTimeout as sleep } from "node:timers/promises";
import type { Level } from "../../algorithms/signal.ts";
import type { Driver } from "../../drivers/driver.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import type { SystemClock } from "../../runtime/clock/system-clock.ts";
import type { Source } from "../../runtime/daemon/source.ts";
import { MachineTime } from "../../runtime/daemon/timekeeping.ts";
import { paced } from "../../sim/paced-driver.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation } from "../../sim/sim-driver.ts";

const RING_EDGES = 1 << 15;
/** The daemon starts so long after its computer: its time is that of the simulation since then, and so much more. */
export const UP_US = 20_000_000;

/** From when to when a computer watches the simulated machine; times in microseconds of the simulation. */
export interface ComputerLife {
  readonly bootId: string;
  /** When the computer began; `fromUs` unless told. */
  readonly bootUs?: number;
  readonly fromUs: number;
  readonly untilUs: number;
  /** What the wall clock shows more than the truth; 0 unless told. */
  readonly clockErrorUs?: (timeUs: number) => number;
  /** Whether the network has set it, right or wrong; always unless told. */
  readonly isClockTrusted?: (timeUs: number) => boolean;
  /** Times real time. */
  readonly speed: number;
}

/**
 * A simulated machine watched as real contacts are: by a computer with a monotonic clock that begins with each boot and
 * a good wall clock. What happens while it is off is not seen.
 */
export class LiveSimulation implements Source {
  readonly #life: ComputerLife;
  readonly #startWallUs: number;
  readonly #recorder: number;
  readonly driver: Driver;
  #nowUs: number;

  constructor(scenarioPath: string, channelNames: readonly string[], life: ComputerLife) {
    const scenario = loadScenario(scenarioPath);
    this.#life = life;
    this.#startWallUs = scenario.startWallUs ?? 0;
    this.#nowUs = life.fromUs;
    this.#recorder = channelNames.indexOf("recorder");
    const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
    const simulation = openSimulation(scenario, scenario.seed, channelNames);
    this.driver = this.#watched(paced(simulation, life.speed, clock, life.fromUs));
  }

  time(saved: unknown, reached: { readonly boot: number; readonly monoUs: number } | null): MachineTime {
    return new MachineTime(this.#clock(), saved as ConstructorParameters<typeof MachineTime>[1], reached);
  }

  #clock(): SystemClock {
    return {
      monoUs: () => this.#monoOf(this.#nowUs),
      wallUs: () => this.#startWallUs + this.#nowUs + (this.#life.clockErrorUs?.(this.#nowUs) ?? 0),
      bootId: () => this.#life.bootId,
      wallIsTrusted: () => this.#life.isClockTrusted?.(this.#nowUs) ?? true,
    };
  }

  #monoOf(timeUs: number): number {
    return timeUs - (this.#life.bootUs ?? this.#life.fromUs) + UP_US;
  }

  #watched(driver: Driver): Driver {
    const { fromUs, untilUs } = this.#life;
    const ahead = new EdgeRing(RING_EDGES);
    const before = new Map<number, Level>();
    let isOn = false;
    const turnOn = (ring: EdgeRing) => {
      isOn = true;
      // as the driver of pins does
      ring.push(this.#monoOf(fromUs), this.#recorder, 1);
      for (const [channel, level] of before) ring.push(this.#monoOf(fromUs), channel, level);
    };
    const read = async (ring: EdgeRing): Promise<boolean> => {
      const more = await driver.read(ahead);
      let isOver = false;
      ahead.drain((timeUs, channel, level) => {
        if (timeUs < fromUs) before.set(channel, level);
        else if (timeUs > untilUs) isOver = true;
        else {
          if (!isOn) turnOn(ring);
          this.#nowUs = timeUs;
          ring.push(this.#monoOf(timeUs), channel, level);
        }
      });
      return more && !isOver;
    };
    return { startWallUs: null, progress: null, read, close: () => driver.close() };
  }
}
