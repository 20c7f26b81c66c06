import t from "tap";
import { CHANNEL_KINDS } from "../algorithms/signal.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { type Config, defaultConfig, type LineConfig } from "../runtime/config.ts";
import { LinePipeline } from "../runtime/pipeline.ts";
import { Products } from "../runtime/products.ts";
import { planOf } from "../runtime/recording.ts";
import { shiftResult } from "../runtime/shift-calculation.ts";
import type { ShiftInput } from "../runtime/shift-input.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { loadScenario } from "../sim/scenario.ts";
import { openSimulation } from "../sim/sim-driver.ts";
import type { Truth } from "../sim/truth.ts";

interface Played {
  readonly truth: Truth;
  readonly shifts: readonly ShiftResult[];
  /** Wall time of line time 0. */
  readonly startUs: number;
}

/** A simulated shift through the whole pipeline, in a calendar that knows it and its breaks. */
async function play(name: string, seed: number, cut: boolean): Promise<Played> {
  const scenario = loadScenario(name);
  const startUs = scenario.startWallUs ?? Date.UTC(2026, 2, 2, 6) * 1000;
  const driver = openSimulation(scenario, seed, CHANNEL_KINDS);
  const ring = new EdgeRing(1 << 15);
  const edges: [number, number, 0 | 1][] = [];
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) => edges.push([timeUs, channel, level]));
  }
  const truth = driver.truth();
  const config = calendarOf(truth, startUs, cut);
  const line = config.line[0] as LineConfig;
  const final: ShiftInput[] = [];
  const pipeline = new LinePipeline(line, planOf(config, line, startUs), { onFinal: (input) => final.push(input) });
  for (const [timeUs, channel, level] of edges) pipeline.edge(timeUs, channel, level, false);
  pipeline.finish(edges.at(-1)?.[0] ?? 0);
  const settings = { line, products: new Products(line), startWallUs: startUs, corrections: [] };
  const shifts = [...final, ...pipeline.inputs()].map((input) => shiftResult(input, settings));
  return { truth, shifts, startUs };
}

const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Breaks of the truth become planned stops, from full minute to full minute. */
function calendarOf(truth: Truth, startUs: number, cut: boolean): Config {
  const minute = (us: number) => new Date((startUs + us) / 1000).toISOString().slice(0, 16);
  const plannedStop = truth.stops
    .filter(({ kind }) => kind === "break")
    .map((stop) => ({ name: "break", start: minute(stop.startUs), end: minute(stop.endUs + 59e6) }));
  const [from, middle, until] = [0, truth.endUs / 2, truth.endUs + 60e6].map((us) => minute(us).slice(11));
  const shift = (name: string, start = "00:00", end = "00:00") => ({
    name,
    start,
    end,
    days: [...EVERY_DAY],
    breaks: [],
  });
  const shifts = cut ? [shift("A", from, middle), shift("B", middle, until)] : [shift("A", from, until)];
  return { ...defaultConfig(), shift: shifts, plannedStop };
}

function sumOf(shifts: readonly ShiftResult[], of: (shift: ShiftResult) => number): number {
  return shifts.reduce((sum, shift) => sum + of(shift), 0);
}

function minutesOf(shifts: readonly ShiftResult[], kind: string): number {
  const us = sumOf(shifts, ({ stops }) =>
    (stops ?? []).reduce((sum, stop) => sum + (stop.kind === kind ? stop.endUs - stop.startUs : 0), 0),
  );
  return us / 60e6;
}

const KINDS = ["not-ready", "waiting", "changeover", "micro-stop", "break", "no-data"] as const;
const SCENARIOS = ["paper-3", "paper-5", "demo", "paper-6", "hole", "quiet"];

t.test("simulated shifts against their truth: units, minutes by kind, the two splits of OEE", async (t) => {
  for (const [i, name] of SCENARIOS.entries())
    for (const cut of [false, true]) {
      const { truth, shifts } = await play(name, 31 + i, cut);
      const what = `${name}${cut ? ", cut in two" : ""}`;
      const totalMinutes = truth.endUs / 60e6;
      // where nobody saw them, units are not counted, and are not expected to be
      const units = sumOf(shifts, ({ products }) => products.reduce((sum, product) => sum + product.units, 0));
      const expected = truth.stops.some(({ kind }) => kind === "no-data") ? null : truth.totals.units;
      if (expected !== null)
        t.ok(Math.abs(units - expected) <= 0.005 * expected, `${what}: ${units} of ${expected} units`);
      for (const kind of KINDS) {
        const offMinutes = Math.abs(minutesOf(shifts, kind) - truth.totals.minutes[kind]);
        t.ok(offMinutes <= 0.01 * totalMinutes, `${what}: ${kind} off by ${offMinutes.toFixed(3)} min`);
      }
      for (const { oee, stops, startUs, endUs } of shifts) {
        if (oee?.availability == null || oee.performance === null) continue;
        const { availability, effectiveness } = oee.iso;
        const difference = oee.availability * oee.performance - (availability ?? 0) * (effectiveness ?? 0);
        t.ok(Math.abs(difference) < 1e-9, `${what}: A x P = A x E`);
        t.ok(
          (stops ?? []).every((stop) => startUs <= stop.startUs && stop.endUs <= endUs && stop.startUs < stop.endUs),
        );
      }
    }
});

t.test("on a quiet panel units are exact to one seal in five thousand, and each stop to one cycle", async (t) => {
  for (const [name, seed] of [
    ["paper-3", 5],
    ["paper-5", 5],
    ["paper-1", 6],
    ["quiet", 7],
  ] as const) {
    const { truth, shifts } = await play(name, seed, false);
    const [shift] = shifts as [ShiftResult];
    for (const [i, product] of truth.products.entries()) {
      const found = shift.products.find(
        (each) => Math.abs(each.sealingTimeSeconds / product.sealingTimeSeconds - 1) < 0.02,
      );
      const off = Math.abs((found?.units ?? 0) - product.units);
      t.ok(off <= Math.ceil(product.units / 5000), `${name} product ${i}: ${found?.units} of ${product.units}`);
    }
    const cycleUs = 1e6 * Math.max(...truth.products.map(({ cycleTimeSeconds }) => cycleTimeSeconds));
    for (const stop of truth.stops) {
      const near = (shift.stops ?? []).some(
        ({ kind, startUs, endUs }) =>
          kind === stop.kind && Math.abs(startUs - stop.startUs) <= cycleUs && Math.abs(endUs - stop.endUs) <= cycleUs,
      );
      t.ok(near, `${name}: ${stop.kind} at ${stop.startUs / 1e6} s`);
    }
  }
});
