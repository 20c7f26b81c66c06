import { shownList } from "../drivers/formats/printable.ts";
import { InputError } from "../drivers/input-error.ts";
import type { Refuse, ScenarioFile } from "./scenario-schema.ts";
import { checkSize } from "./scenario-size.ts";

// Limits of a micro-stop, as the report draws them: from so many cycles up to this long.
const MICRO_STOP_CYCLES = 2.5;
const LONGEST_MICRO_STOP_SECONDS = 120;
// S0 pulses of 50 ms with pauses of 50 ms at least.
const MAX_ENERGY_PULSES_PER_SECOND = 10;

/**
 * Checks what concerns several keys at once: that the machine of the scenario could exist.
 * @throws InputError for the first thing that is impossible.
 */
export function checkScenario(file: ScenarioFile, source: string): void {
  const refuse = (at: string, problem: string, remedy: string): never => {
    throw new InputError({ source, at, problem, remedy });
  };
  checkProducts(file, refuse);
  checkStops(file, refuse);
  checkEnergy(file, refuse);
  checkOrder("breaks", file.breaks, refuse);
  checkOrder("holes", file.holes, refuse);
  const idle = file.lateStartSeconds + file.earlyFinishSeconds;
  if (file.durationSeconds !== undefined && idle >= file.durationSeconds)
    refuse("durationSeconds", `${file.durationSeconds} leaves no time to work`, `give more than ${idle} seconds`);
  if (file.durationSeconds === undefined && file.earlyFinishSeconds > 0)
    refuse("earlyFinishSeconds", "there is no end to finish before", "give durationSeconds too");
  checkSize(file, refuse);
}

function checkProducts(file: ScenarioFile, refuse: Refuse): void {
  const names = file.products.map((product) => product.name);
  file.products.forEach((product, i) => {
    const { name, sealingTimeSeconds, cycleTimeSeconds } = product;
    if (names.indexOf(name) !== i)
      refuse(`products[${i}].name`, `"${name}" is there twice`, "give each product its own name");
    if (cycleTimeSeconds <= sealingTimeSeconds)
      refuse(
        `products[${i}].cycleTimeSeconds`,
        `${cycleTimeSeconds} is not longer than the sealing time of ${sealingTimeSeconds}`,
        `give more than ${sealingTimeSeconds} seconds`,
      );
    checkNoise(product, `products[${i}]`, refuse);
  });
  file.plan.forEach((run, i) => {
    if (!names.includes(run.product))
      refuse(`plan[${i}].product`, `"${run.product}" is no product`, `take one of ${shownList(names)}`);
  });
}

/** With noise as large as the time itself there is no usual time. */
function checkNoise(product: ScenarioFile["products"][number], place: string, refuse: Refuse): void {
  const { sealingTimeSeconds, noiseSeconds, cycleTimeSeconds, cycleNoiseSeconds } = product;
  if (noiseSeconds >= sealingTimeSeconds)
    refuse(
      `${place}.noiseSeconds`,
      `${noiseSeconds} is not less than the sealing time of ${sealingTimeSeconds}`,
      `give less than ${sealingTimeSeconds} seconds`,
    );
  if (cycleNoiseSeconds >= cycleTimeSeconds)
    refuse(
      `${place}.cycleNoiseSeconds`,
      `${cycleNoiseSeconds} is not less than the cycle time of ${cycleTimeSeconds}`,
      `give less than ${cycleTimeSeconds} seconds`,
    );
}

/** A stop must be of the kind that its length says, or the truth would contradict every report. */
function checkStops(file: ScenarioFile, refuse: Refuse): void {
  const longestCycle = Math.max(...file.products.map((product) => product.cycleTimeSeconds));
  const shortest = Math.max(2, MICRO_STOP_CYCLES * longestCycle);
  file.stops.forEach((stop, i) => {
    const [low, high] =
      typeof stop.lengthSeconds === "number" ? [stop.lengthSeconds, stop.lengthSeconds] : stop.lengthSeconds;
    const micro = stop.kind === "micro-stop";
    if (micro ? low >= shortest && high <= LONGEST_MICRO_STOP_SECONDS : low > LONGEST_MICRO_STOP_SECONDS) return;
    refuse(
      `stops[${i}].lengthSeconds`,
      `${JSON.stringify(stop.lengthSeconds)} is not the length of a ${stop.kind} stop`.replace("stop stop", "stop"),
      micro
        ? `give ${shortest} (2.5 cycles) to ${LONGEST_MICRO_STOP_SECONDS} seconds`
        : `give more than ${LONGEST_MICRO_STOP_SECONDS} seconds, or make it a micro-stop`,
    );
  });
}

function checkEnergy(file: ScenarioFile, refuse: Refuse): void {
  if (file.energy === undefined) return;
  const { pulsesPerKwh, sealingKw, readyKw, notReadyKw } = file.energy;
  const perSecond = (pulsesPerKwh * Math.max(sealingKw, readyKw, notReadyKw)) / 3600;
  if (perSecond > MAX_ENERGY_PULSES_PER_SECOND)
    refuse(
      "energy.pulsesPerKwh",
      `${pulsesPerKwh} makes ${perSecond.toFixed(1)} pulses a second at full power`,
      `give few enough for ${MAX_ENERGY_PULSES_PER_SECOND} pulses a second`,
    );
}

function checkOrder(
  key: "breaks" | "holes",
  intervals: readonly { readonly atSeconds: number; readonly lengthSeconds: number }[],
  refuse: Refuse,
): void {
  intervals.forEach((interval, i) => {
    const before = intervals[i - 1];
    if (before !== undefined && interval.atSeconds <= before.atSeconds + before.lengthSeconds)
      refuse(
        `${key}[${i}].atSeconds`,
        `${interval.atSeconds} is not after the end of the one before`,
        "list them in order of time, without overlap",
      );
  });
}
