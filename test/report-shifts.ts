import fc from "fast-check";
import type { AvailabilityInterval } from "../algorithms/availability.ts";
import type { Interval } from "../algorithms/interval.ts";
import { defaultConfig, type LineConfig } from "../runtime/config.ts";
import type { Correction } from "../runtime/corrections.ts";
import type { Remark } from "../runtime/line-event.ts";
import { LocalClock } from "../runtime/local-clock.ts";
import { Products } from "../runtime/products.ts";
import type { ReportContext } from "../runtime/report/report-context.ts";
import { RunTallies } from "../runtime/run-tally.ts";
import type { PlacedSeal } from "../runtime/seal-ledger.ts";
import type { ShiftWithRows } from "../runtime/export/exported-shift.ts";
import { shiftResult, shiftRows } from "../runtime/shift-calculation.ts";
import type { ShiftInput } from "../runtime/shift-input.ts";
import type { ShiftWindow } from "../runtime/shift-plan.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import type { ResultSettings } from "../runtime/shift-view.ts";

/** 2 March 2026, 06:00 UTC. */
export const START_WALL_US = Date.UTC(2026, 2, 2, 6) * 1000;
export const HOUR_US = 3_600_000_000;
const SECOND_US = 1_000_000;
const MINUTE_US = 60_000_000;

/** Seals at an even pace; each product seals one second longer than the one before it. */
export interface Stretch {
  readonly product: number;
  readonly fromUs: number;
  readonly seals: number;
  readonly cycleSeconds: number;
}

/** What a shift of a test is made of. */
export interface ShiftSpec {
  readonly stretches: readonly Stretch[];
  readonly endUs: number;
  readonly seenUntilUs?: number;
  readonly kind?: ShiftWindow["kind"];
  readonly notReady?: readonly Interval[];
  readonly hasAvailability?: boolean;
  readonly holes?: readonly Interval[];
  readonly breaks?: readonly Interval[];
  /** Ideal cycle of each product, set by name; null: learned nowhere. */
  readonly ideals?: readonly (number | null)[];
  readonly name?: string;
  readonly corrections?: readonly Correction[];
  readonly remarks?: readonly Remark[];
  readonly rejectsUs?: readonly number[] | null;
  readonly energyUs?: readonly number[] | null;
  readonly startWallUs?: number | null;
}

/** The result of a shift from 06:00 on, computed as every other one. */
export function shiftOf(spec: ShiftSpec): ShiftResult {
  return shiftResult(inputOf(spec), settingsOf(spec));
}

/** A shift with its seals and its quarters of an hour. */
export function shiftWithRows(spec: ShiftSpec): ShiftWithRows {
  const [input, settings] = [inputOf(spec), settingsOf(spec)];
  return { shift: shiftResult(input, settings), ...shiftRows(input, settings) };
}

function settingsOf(spec: ShiftSpec): ResultSettings {
  const { name = "Sealer 4", ideals = [], startWallUs = START_WALL_US, corrections = [] } = spec;
  const [line] = defaultConfig().line;
  const product = ideals.flatMap((idealCycleSeconds, i) =>
    idealCycleSeconds === null ? [] : [{ name: `${name} ${i + 1}`, sealingTimeSeconds: i + 1, idealCycleSeconds }],
  );
  const settings = { ...line, id: "sealer-4", name, product } as LineConfig;
  return { line: settings, products: new Products(settings), startWallUs, corrections };
}

function inputOf(spec: ShiftSpec): ShiftInput {
  const { stretches, endUs, seenUntilUs = endUs, notReady = [], holes = [], remarks = [] } = spec;
  const seals = stretches
    .flatMap((stretch, run) => [...sealsOf(stretch, run)])
    .filter(({ offUs }) => offUs <= seenUntilUs);
  const tallies = new RunTallies();
  for (const seal of seals) tallies.add(seal);
  const numbers = [...new Set(tallies.runs.map((tally) => tally.product))];
  const removed = { glitch: 3, chatter: 8, dropout: 0, burst: 0, mains: 0, short: 1 };
  const counts = { edges: 2 * seals.length + 12, kept: 2 * seals.length, removed, bounces: 0, bounceUs: 0 };
  const hasAvailability = spec.hasAvailability ?? true;
  return {
    window: windowOf(spec),
    seenFromUs: 0,
    seenUntilUs,
    isFinal: seenUntilUs >= endUs,
    seals,
    sealCount: seals.length,
    sealsBefore: 0,
    runs: tallies.runs,
    products: numbers.map((number) => ({ number, sealingTimeSeconds: number, learnedCycleSeconds: null })),
    availability: hasAvailability ? statesOf(notReady, seenUntilUs) : [],
    holes,
    rejectsUs: spec.rejectsUs ?? null,
    energyUs: spec.energyUs ?? null,
    remarks,
    moreRemarks: 0,
    countsBefore: {},
    countsAfter: {
      sealing: counts,
      ...(hasAvailability && { availability: counts }),
      ...(spec.rejectsUs && { reject: counts }),
      ...(spec.energyUs && { energy: counts }),
    },
  };
}

function* sealsOf({ product, fromUs, seals, cycleSeconds }: Stretch, run: number): Generator<PlacedSeal> {
  for (let i = 0; i < seals; i++) {
    const onUs = Math.round(fromUs + i * cycleSeconds * SECOND_US);
    const place = { run: run + 1, product, rival: null, isDoubtful: false };
    yield { ...place, onUs, offUs: onUs + product * SECOND_US, sealingTimeSeconds: product };
  }
}

function windowOf({ endUs, kind = "shift", breaks = [] }: ShiftSpec): ShiftWindow {
  const isShift = kind === "shift";
  return {
    id: kind === "whole" ? "2026-03-02/whole" : `2026-03-02/early${isShift ? "" : "-after"}`,
    name: isShift ? "Early" : null,
    date: "2026-03-02",
    kind,
    startUs: 0,
    endUs: kind === "whole" ? Number.POSITIVE_INFINITY : endUs,
    breaks: isShift ? breaks : [],
    plannedStops: [],
    touchesBefore: false,
    touchesAfter: false,
    fromUs: -HOUR_US,
    untilUs: endUs + HOUR_US,
  };
}

/** Ready, but for some times. */
function statesOf(notReady: readonly Interval[], endUs: number): AvailabilityInterval[] {
  const states: AvailabilityInterval[] = [];
  let fromUs = 0;
  for (const { startUs, endUs: untilUs } of notReady) {
    states.push({ startUs: fromUs, endUs: startUs, ready: true }, { startUs, endUs: untilUs, ready: false });
    fromUs = untilUs;
  }
  return [...states, { startUs: fromUs, endUs: Math.max(fromUs, endUs), ready: true }];
}

/** What a report of a test is written with. */
export function contextOf(changes: Partial<ReportContext> = {}): ReportContext {
  return {
    clock: new LocalClock("UTC"),
    startWallUs: START_WALL_US,
    language: "en",
    version: "1.2.3",
    settingsHash: "1a2b3c4d",
    history: [],
    maintenance: null,
    ...changes,
  };
}

/**
 * 06:00 to 14:00, a break from 10:00 to 10:30. Of P1 (ideal cycle 5 s) 1,380 seals from 06:05 and 1,080 from 08:30, of
 * P2 (4 s) 2,970 from 10:42, all at the ideal pace; not ready from 08:00 to 08:30. So 5 min late start, 30 min not
 * ready and 12 min changeover of 450 min; possible are 252 min / 5 s + 198 min / 4 s = 3,024 + 2,970 units.
 */
export const EARLY: ShiftSpec = {
  stretches: [
    { product: 1, fromUs: 5 * MINUTE_US, seals: 1380, cycleSeconds: 5 },
    { product: 1, fromUs: 2.5 * HOUR_US, seals: 1080, cycleSeconds: 5 },
    { product: 2, fromUs: 4.7 * HOUR_US, seals: 2970, cycleSeconds: 4 },
  ],
  endUs: 8 * HOUR_US,
  notReady: [{ startUs: 2 * HOUR_US, endUs: 2.5 * HOUR_US }],
  breaks: [{ startUs: 4 * HOUR_US, endUs: 4.5 * HOUR_US }],
  ideals: [5, 4],
};

const interval = fc
  .tuple(fc.nat(HOUR_US), fc.integer({ min: SECOND_US, max: HOUR_US / 2 }))
  .map(([startUs, us]) => [{ startUs, endUs: startUs + us }]);
const remark = fc.record({
  kind: fc.constantFrom("stuck", "cut", "repeated", "lost-edges", "noise-burst", "clock-step" as const),
  startUs: fc.nat(HOUR_US),
  endUs: fc.constant(null),
}) as fc.Arbitrary<Remark>;
/** Names with everything in them that a terminal or a page could take amiss. */
const nastyName = fc
  .array(fc.constantFrom("<b>", "&", '"', "'", "\u001b[2J", "\u0007", "\n", "\u202e", "é", "漢", "🍕", "a ", "x"), {
    minLength: 1,
    maxLength: 60,
  })
  .map((parts) => parts.join(""));
const entry = { by: nastyName, atUs: fc.constant(START_WALL_US), why: nastyName };
const correction = fc.oneof(
  fc.record({ kind: fc.constant("scrap" as const), product: fc.constantFrom(null, 1), units: fc.nat(9), ...entry }),
  fc.record({
    kind: fc.constant("units" as const),
    product: fc.constant(1),
    units: fc.integer({ min: -5, max: 5 }),
    ...entry,
  }),
  fc.record({
    kind: fc.constant("mark" as const),
    momentUs: fc.nat(HOUR_US).map((us) => START_WALL_US + us),
    text: nastyName,
    ...entry,
  }),
);
const pulses = fc.option(fc.array(fc.nat(HOUR_US), { maxLength: 30 }).map((times) => times.sort((a, b) => a - b)));

/** Any shift of up to some hours. */
export const anyShift: fc.Arbitrary<ShiftSpec> = fc
  .record({
    pieces: fc.array(
      fc.record({
        product: fc.integer({ min: 1, max: 4 }),
        gapSeconds: fc.nat(2500),
        seals: fc.integer({ min: 1, max: 60 }),
        cycleSeconds: fc.integer({ min: 5, max: 30 }),
      }),
      { maxLength: 8 },
    ),
    restSeconds: fc.nat(3000),
    kind: fc.constantFrom("shift", "whole", "unscheduled" as const),
    notReady: interval,
    hasAvailability: fc.boolean(),
    holes: fc.oneof(fc.constant([]), interval),
    breaks: fc.oneof(fc.constant([]), interval),
    ideals: fc.array(fc.constantFrom(null, 2, 5, 12.5), { maxLength: 4 }),
    name: nastyName,
    corrections: fc.array(correction, { maxLength: 3 }),
    remarks: fc.array(remark, { maxLength: 12 }),
    rejectsUs: pulses,
    energyUs: pulses,
    startWallUs: fc.constantFrom(null, START_WALL_US),
    seenShare: fc.constantFrom(1, 0.4),
  })
  .map(({ pieces, restSeconds, seenShare, ...spec }) => {
    let atUs = 0;
    const stretches = pieces.map(({ gapSeconds, ...piece }) => {
      const fromUs = atUs + gapSeconds * SECOND_US;
      atUs = fromUs + piece.seals * piece.cycleSeconds * SECOND_US;
      return { ...piece, fromUs };
    });
    const endUs = atUs + (restSeconds + 1) * SECOND_US;
    return { ...spec, stretches, endUs, seenUntilUs: Math.ceil(endUs * seenShare) } as ShiftSpec;
  });
