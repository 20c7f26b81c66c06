import { clip, lengthUs } from "../algorithms/interval.ts";
import type { ShiftFigures } from "../algorithms/maintenance/shift-figures.ts";
import type { OeeResult } from "../algorithms/oee.ts";
import type { ShiftQuality } from "../algorithms/quality.ts";
import type { QuarterHour } from "../algorithms/quarter-hours.ts";
import type { TimeUse } from "../algorithms/stops.ts";
import { wallTime } from "./clock-time.ts";
import { correctionResult } from "./corrections.ts";
import { productId } from "./products.ts";
import type { PlacedSeal } from "./seal-ledger.ts";
import type { ShiftInput } from "./shift-input.ts";
import type { ShiftResult } from "./shift-result.ts";
import { type ResultSettings, ShiftView } from "./shift-view.ts";
import { signalCounts } from "./signal-counts.ts";
import { worstHour } from "./worst-hour.ts";

/** Everything that follows from what was seen of a shift: the one calculation behind every report, view and file. */
export function shiftResult(input: ShiftInput, settings: ResultSettings): ShiftResult {
  const view = new ShiftView(input, settings);
  const time = view.time;
  const { window, seenUntilUs, isFinal, sealCount, remarks, moreRemarks } = input;
  const { span } = view;
  const isOver = window.kind === "whole" ? isFinal : seenUntilUs >= window.endUs;
  const planned = window.kind === "shift";
  const holesUs = view.holes === null ? null : lengthUs(clip(view.holes, span));
  const spanUs = span.endUs - span.startUs;
  const hasContacts = Object.keys(input.countsAfter).length > 0 || sealCount > 0;
  return {
    line: settings.line.id,
    lineName: settings.line.name,
    id: window.id,
    shift: window.name,
    date: window.date,
    state: isFinal ? "final" : isOver ? "provisional" : "running",
    startUs: span.startUs,
    endUs: span.endUs,
    start: wallTime(settings.startWallUs, span.startUs),
    end: wallTime(settings.startWallUs, span.endUs),
    plannedStartUs: planned ? window.startUs : null,
    plannedEndUs: planned ? window.endUs : null,
    ...view.outsideHours(),
    coverage: spanUs > 0 && holesUs !== null && hasContacts ? 1 - holesUs / spanUs : null,
    notReadySeconds: view.notReadySeconds(),
    seals: sealCount,
    unassigned: sealCount - view.runs.reduce((sum, { tally }) => sum + tally.seals, 0),
    signals: signalCounts(input.countsBefore, input.countsAfter),
    products: view.productResults(),
    runs: view.runResults(),
    stops: view.stopResults(),
    oee: time === null ? null : oeeFigures(time.oee, view.quality),
    slowCycleSeconds: time === null || window.kind === "unscheduled" ? null : slowCycles(time.oee),
    stopLimits: time === null ? null : stopLimits(time.use),
    quality: view.qualityResult(),
    energy: view.energyResult(),
    ...view.minutes(),
    sealsWhileNotReady: time?.use.sealsWhileNotReady ?? null,
    tooSlowIdeals: view.tooSlowIdeals(),
    worstHour: worstHour(input, settings.startWallUs ?? 0),
    corrections: settings.corrections.map(correctionResult),
    remarks,
    moreRemarks,
  };
}

/** What a shift consists of, for tables: each seal, and each quarter of an hour. */
export interface ShiftRows {
  /** Null where they are too many, as `stops` of the result. */
  readonly seals: readonly PlacedSeal[] | null;
  /** Null as `stops` of the result, or when the wall time is not known. */
  readonly quarterHours: readonly QuarterHour[] | null;
}

/** The rows behind a shift's result; times as in it. */
export function shiftRows(input: ShiftInput, settings: ResultSettings): ShiftRows {
  const view = new ShiftView(input, settings);
  return { seals: view.seals(), quarterHours: view.quarterHours() };
}

/** What maintenance remembers of a shift; null where stops are not known. */
export function shiftFigures(input: ShiftInput, settings: ResultSettings): ShiftFigures | null {
  return new ShiftView(input, settings).figures();
}

function oeeFigures(result: OeeResult, quality: ShiftQuality | null): NonNullable<ShiftResult["oee"]> {
  const { sums: _sums, coverage: _coverage, lowConfidence: _confidence, reasons, ...figures } = result;
  const why = quality?.reason ?? null;
  return { ...figures, reasons: why === null ? reasons : { ...reasons, quality: why } };
}

/** Time in production without a cycle's worth to show for it; below 0 when an ideal cycle is too slow. */
function slowCycles({ netSeconds, iso }: OeeResult): number | null {
  return netSeconds === null ? null : iso.actualProductionSeconds - netSeconds;
}

function stopLimits({ limits, longestMicroStopSeconds }: TimeUse): NonNullable<ShiftResult["stopLimits"]> {
  const micro = [...limits].filter(([product]) => product !== null);
  return {
    microStopSeconds: Object.fromEntries(
      micro.map(([id, limit]) => [productId(id as number), limit.shortestMicroStopSeconds]),
    ),
    stopSeconds: longestMicroStopSeconds,
  };
}
