import * as v from "valibot";
import { rollUpSums } from "../../algorithms/oee.ts";
import type { OeeSums } from "../../algorithms/oee-sums.ts";
import { isPrintable } from "../../drivers/formats/printable.ts";
import { SHIFT_JSON_SCHEMA } from "../export/shift-json.ts";

const FAMILY = "sealtrace/shift@";
const LONGEST_TEXT = 200;

/** More than any shift has of anything; sums of such are numbers still. */
const MOST = 1e15;

const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MOST));
const moment = v.pipe(v.number(), v.minValue(Number.MIN_SAFE_INTEGER), v.maxValue(Number.MAX_SAFE_INTEGER));
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(LONGEST_TEXT), v.check(isPrintable, "is not printable"));
const report = v.object({
  appliance: text,
  area: v.nullable(text),
  revision: v.pipe(amount, v.integer()),
  shift: v.object({
    line: text,
    lineName: text,
    id: text,
    date: v.nullable(v.pipe(v.string(), v.isoDate())),
    state: v.picklist(["running", "provisional", "final"]),
    startUs: moment,
    endUs: moment,
    coverage: v.nullable(amount),
    seals: amount,
    products: v.array(v.object({ units: v.pipe(v.number(), v.minValue(-MOST), v.maxValue(MOST)) })),
    oee: v.nullable(
      v.object({
        plannedBusySeconds: amount,
        runSeconds: amount,
        netSeconds: v.nullable(amount),
        mtbfSeconds: v.nullable(amount),
        mttrSeconds: v.nullable(amount),
        products: v.array(v.object({ cycles: amount })),
        iso: v.object({
          actualProductionSeconds: amount,
          actualSetupSeconds: amount,
          actualDelaySeconds: amount,
        }),
      }),
    ),
    quality: v.nullable(v.object({ goodUnits: v.nullable(amount), totalUnits: amount })),
    energy: v.nullable(v.object({ kwh: amount })),
  }),
});

type ShiftFile = v.InferOutput<typeof report>["shift"];

/** What a roll-up takes from a shift's report: sums, never ratios. */
export interface RolledShift {
  readonly appliance: string;
  readonly area: string | null;
  readonly line: string;
  readonly lineName: string;
  readonly id: string;
  /** Local date on which it starts. */
  readonly date: string;
  readonly state: ShiftFile["state"];
  readonly revision: number;
  readonly endUs: number;
  readonly seals: number;
  readonly units: number;
  readonly kwh: number | null;
  readonly shiftSeconds: number;
  /** Of these, what the recorder saw. */
  readonly seenSeconds: number;
  /** Null where stops are not known, and of time that nobody planned. */
  readonly sums: OeeSums | null;
}

/** A file that is no report of a shift: `reason` says why, null for a file of ours that is another. */
export interface NoReport {
  readonly reason: string | null;
}

/** The report of a shift in the text of a JSON file, whoever wrote it. */
export function shiftReport(content: string): RolledShift | NoReport {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { reason: "is no JSON, or only a part of it" };
  }
  const schema = typeof parsed === "object" && parsed !== null && "schema" in parsed ? parsed.schema : null;
  if (typeof schema !== "string" || !schema.startsWith("sealtrace/")) return { reason: "is no report of a shift" };
  if (!schema.startsWith(FAMILY)) return { reason: null };
  if (schema !== SHIFT_JSON_SCHEMA) return { reason: "was written by a newer version; update this one" };
  const { success, output, issues } = v.safeParse(report, parsed);
  if (!success) return { reason: `has no ${v.getDotPath(issues[0]) ?? "shift"} that can be used` };
  const { appliance, area, revision, shift } = output;
  if (shift.date === null) return { reason: "has no date" };
  const { line, lineName, id, date, state, startUs, endUs, seals, energy } = shift;
  const shiftSeconds = Math.max(0, (endUs - startUs) / 1e6);
  const sums = sumsOf(shift);
  if (sums !== null && !isPossible(sums)) return { reason: "holds times or counts that do not fit together" };
  return {
    ...{ appliance, area, revision, line, lineName, id, date, state, endUs, seals, shiftSeconds },
    units: shift.products.reduce((sum, { units }) => sum + units, 0),
    kwh: energy?.kwh ?? null,
    seenSeconds: shiftSeconds * Math.min(1, shift.coverage ?? 0),
    sums,
  };
}

function isPossible(sums: OeeSums): boolean {
  try {
    rollUpSums([sums]);
    return true;
  } catch {
    return false;
  }
}

/** The sums behind the ratios, as `rollUpSums` takes them; delays are not told apart except those not ready. */
function sumsOf({ oee, quality }: ShiftFile): OeeSums | null {
  if (oee === null || oee.plannedBusySeconds === 0) return null;
  const { plannedBusySeconds, runSeconds, netSeconds, mtbfSeconds, mttrSeconds, iso } = oee;
  const microStopSeconds = rest(runSeconds, iso.actualProductionSeconds);
  const changeoverSeconds = iso.actualSetupSeconds;
  const events = mtbfSeconds === null || mtbfSeconds === 0 ? 0 : Math.round(runSeconds / mtbfSeconds);
  const delays = rest(iso.actualDelaySeconds, microStopSeconds);
  // events that began in the shift before have their time here; no more of it than there is
  const notReadySeconds = Math.min(delays, (mttrSeconds ?? 0) * events);
  const cycles = oee.products.reduce((sum, product) => sum + product.cycles, 0);
  const { goodUnits = null, totalUnits = 0 } = quality ?? {};
  return {
    times: {
      shiftSeconds: plannedBusySeconds,
      breakSeconds: 0,
      noDataSeconds: 0,
      changeoverSeconds,
      microStopSeconds,
      notReadySeconds,
      waitingSeconds: delays - notReadySeconds,
      lateStartSeconds: 0,
      lateRestartSeconds: 0,
      earlyFinishSeconds: rest(plannedBusySeconds, runSeconds + changeoverSeconds + delays),
      notReadyEvents: events,
    },
    products: [{ id: "all", cycles, netSeconds, runSeconds: null }],
    quality: goodUnits === null ? null : { goodUnits, totalUnits },
    calendarSeconds: null,
  };
}

function rest(whole: number, part: number): number {
  return Math.max(0, whole - part);
}
