import { QUARTER_US, type QuarterHour } from "../../algorithms/quarter-hours.ts";
import type { LocalClock } from "../local-clock.ts";
import { productId } from "../products.ts";
import type { PlacedSeal } from "../seal-ledger.ts";
import type { ShiftResult } from "../shift-result.ts";
import { version } from "../version.ts";
import type { ShiftWithRows } from "./exported-shift.ts";
import { type ParquetColumn, parquetFile } from "./parquet-file.ts";

/** A row with the shift that it belongs to. */
interface OfShift {
  readonly shift: ShiftResult;
}

interface SealRow extends OfShift {
  readonly seal: PlacedSeal;
  readonly product: ShiftResult["products"][number] | null;
}

interface QuarterRow extends OfShift {
  readonly quarter: QuarterHour;
  /** Null without a meter. */
  readonly kwh: number | null;
}

/** All seals of a line's day. */
export function sealsParquet(shifts: readonly ShiftWithRows[], day: number, clock: LocalClock): Promise<Uint8Array> {
  const rows = shifts.flatMap(({ shift, seals }) => {
    const products = new Map(shift.products.map((product) => [product.id, product]));
    const productOf = ({ product }: PlacedSeal) =>
      product === null ? null : (products.get(productId(product)) ?? null);
    return (seals ?? []).map((seal): SealRow => ({ shift, seal, product: productOf(seal) }));
  });
  const columns: readonly ParquetColumn<SealRow>[] = [
    ...shiftColumns<SealRow>(day, clock),
    { name: "slot_15m", kind: "int32", value: ({ seal }) => slotOf(seal.offUs) },
    { name: "on_utc", kind: "utc", value: ({ seal }) => seal.onUs },
    { name: "off_utc", kind: "utc", value: ({ seal }) => seal.offUs },
    { name: "on_local", kind: "local", value: ({ seal }) => seal.onUs + clock.offsetUs(seal.onUs) },
    { name: "sealing_time_us", kind: "int64", nullable: true, value: ({ seal }) => sealingUs(seal) },
    { name: "product", kind: "text", nullable: true, value: ({ product }) => product?.id ?? null },
    { name: "product_name", kind: "text", nullable: true, value: ({ product }) => product?.name ?? null },
    { name: "run", kind: "int32", nullable: true, value: ({ seal: { run } }) => (run === null ? null : run + 1) },
    { name: "units", kind: "int32", value: ({ product }) => product?.unitsPerSeal ?? 0 },
    { name: "doubtful", kind: "flag", value: ({ seal }) => seal.isDoubtful },
  ];
  return parquetFile(columns, rows, `sealtrace ${version()}`);
}

/** The quarters of an hour of a line's day: the unit of any roll-up. A quarter that two shifts share has two rows. */
export function quartersParquet(shifts: readonly ShiftWithRows[], day: number, clock: LocalClock): Promise<Uint8Array> {
  const rows = shifts.flatMap(({ shift, quarterHours }) => {
    const energy = new Map(shift.energy?.quarterHours?.map(({ startUs, kwh }) => [startUs, kwh]));
    return (quarterHours ?? []).map(
      (quarter): QuarterRow => ({ shift, quarter, kwh: energy.get(quarter.startUs) ?? null }),
    );
  });
  const seconds = (name: string, value: (quarter: QuarterHour) => number): ParquetColumn<QuarterRow> => ({
    name: `${name}_seconds`,
    kind: "double",
    value: ({ quarter }) => value(quarter),
  });
  const columns: readonly ParquetColumn<QuarterRow>[] = [
    ...shiftColumns<QuarterRow>(day, clock),
    { name: "slot_15m", kind: "int32", value: ({ quarter }) => slotOf(quarter.startUs) },
    { name: "start_utc", kind: "utc", value: ({ quarter }) => quarter.startUs },
    { name: "start_local", kind: "local", value: ({ quarter: { startUs } }) => startUs + clock.offsetUs(startUs) },
    seconds("total", ({ times }) => times.shiftSeconds),
    { name: "planned", kind: "flag", value: ({ shift }) => (shift.oee?.plannedBusySeconds ?? 0) > 0 },
    { name: "seals", kind: "int32", value: ({ quarter }) => quarter.seals },
    { name: "units", kind: "int32", value: ({ quarter }) => quarter.units },
    seconds("planned_busy", ({ plannedBusySeconds }) => plannedBusySeconds),
    seconds("run", ({ runSeconds }) => runSeconds),
    { name: "net_seconds", kind: "double", nullable: true, value: ({ quarter }) => quarter.netSeconds },
    seconds("micro_stop", ({ times }) => times.microStopSeconds),
    seconds("not_ready", ({ times }) => times.notReadySeconds),
    seconds("waiting", ({ times }) => times.waitingSeconds),
    seconds("changeover", ({ times }) => times.changeoverSeconds),
    seconds("late_start", ({ times }) => times.lateStartSeconds),
    seconds("late_restart", ({ times }) => times.lateRestartSeconds),
    seconds("early_finish", ({ times }) => times.earlyFinishSeconds),
    seconds("break", ({ times }) => times.breakSeconds),
    seconds("no_data", ({ times }) => times.noDataSeconds),
    { name: "not_ready_events", kind: "int32", value: ({ quarter }) => quarter.times.notReadyEvents },
    { name: "kwh", kind: "double", nullable: true, value: ({ kwh }) => kwh },
  ];
  return parquetFile(columns, rows, `sealtrace ${version()}`);
}

/** What every table begins with: the same words in all, so that they can be joined. */
function shiftColumns<Row extends OfShift>(day: number, clock: LocalClock): readonly ParquetColumn<Row>[] {
  return [
    { name: "line", kind: "text", value: ({ shift }) => shift.line },
    { name: "day", kind: "int32", value: () => day },
    { name: "shift", kind: "int32", value: ({ shift }) => startOf(shift, clock) },
    { name: "shift_id", kind: "text", value: ({ shift }) => shift.id },
  ];
}

/** A shift as a number: the local time at which it begins, 600 for 06:00. */
function startOf({ plannedStartUs, startUs }: ShiftResult, clock: LocalClock): number {
  return Number(clock.time(plannedStartUs ?? startUs).replace(":", ""));
}

/** Quarters of an hour since 1970 (UTC). */
function slotOf(wallUs: number): number {
  return Math.floor(wallUs / QUARTER_US);
}

function sealingUs({ sealingTimeSeconds }: PlacedSeal): number | null {
  return sealingTimeSeconds === null ? null : Math.round(sealingTimeSeconds * 1e6);
}
