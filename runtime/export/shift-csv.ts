import type { CsvFormat } from "../config-export.ts";
import type { LocalClock } from "../local-clock.ts";
import { productId } from "../products.ts";
import type { ShiftResult } from "../shift-result.ts";
import { type CsvCell, CsvTable } from "./csv-table.ts";
import type { ShiftWithRows } from "./exported-shift.ts";

const ROWS_AT_A_TIME = 500;

/** A column of a table: its name, and what stands in it. */
type Column<Row> = readonly [name: string, cell: (row: Row) => CsvCell];

/** One row: the shift's figures under their ISO 22400-2 symbols; times in seconds, ratios as they are. */
export function shiftCsv(shift: ShiftResult, format: CsvFormat, clock: LocalClock): Promise<Buffer> {
  const { oee, quality, energy } = shift;
  const units = shift.products.reduce((sum, each) => sum + each.units, 0);
  const iso = oee?.iso;
  const columns: readonly Column<null>[] = [
    ["line", () => shift.line],
    ["line_name", () => shift.lineName],
    ["shift_id", () => shift.id],
    ["shift", () => shift.shift],
    ["state", () => shift.state],
    ["start_local", () => localText(shift.startUs, format, clock)],
    ["end_local", () => localText(shift.endUs, format, clock)],
    ["start_utc", () => shift.start],
    ["end_utc", () => shift.end],
    ["coverage", () => shift.coverage],
    ["seals", () => shift.seals],
    ["PQ", () => units],
    ["GQ", () => quality?.goodUnits ?? null],
    ["PBT", () => oee?.plannedBusySeconds ?? null],
    ["APT", () => iso?.actualProductionSeconds ?? null],
    ["AUPT", () => iso?.actualUnitProcessingSeconds ?? null],
    ["AUST", () => iso?.actualSetupSeconds ?? null],
    ["ADET", () => iso?.actualDelaySeconds ?? null],
    ["PRI_PQ", () => oee?.netSeconds ?? null],
    ["A", () => iso?.availability ?? null],
    ["E", () => iso?.effectiveness ?? null],
    ["QR", () => oee?.quality ?? null],
    ["OEE", () => oee?.oee ?? null],
    ["OEE_is", () => oee?.headline ?? null],
    ["NEE", () => iso?.nee ?? null],
    ["TE", () => iso?.technicalEfficiency ?? null],
    ["SeR", () => iso?.setupRatio ?? null],
    ["MTBF", () => oee?.mtbfSeconds ?? null],
    ["MTTR", () => oee?.mttrSeconds ?? null],
    ["run_TPM", () => oee?.runSeconds ?? null],
    ["A_TPM", () => oee?.availability ?? null],
    ["P_TPM", () => oee?.performance ?? null],
    ["TEEP", () => oee?.teep ?? null],
    ["kWh", () => energy?.kwh ?? null],
  ];
  return tableOf(format, columns, [null]);
}

/** A row for each run: what was made from when to when. */
export function runsCsv(shift: ShiftResult, format: CsvFormat, clock: LocalClock): Promise<Buffer> {
  const productOf = (id: string) => shift.products.find((each) => each.id === id);
  const columns: readonly Column<ShiftResult["runs"][number]>[] = [
    ["line", () => shift.line],
    ["shift_id", () => shift.id],
    ["product", ({ product }) => product],
    ["product_name", ({ product }) => productOf(product)?.name ?? null],
    ["perhaps", ({ rival }) => rival],
    ["start_local", ({ startUs }) => localText(startUs, format, clock)],
    ["end_local", ({ endUs }) => localText(endUs, format, clock)],
    ["seals", ({ seals }) => seals],
    ["PQ", ({ units }) => units],
    ["suspect_seals", ({ suspectSeals }) => suspectSeals],
    ["sealing_s", ({ sealingTimeSeconds }) => sealingTimeSeconds],
    ["PRI", ({ product }) => perUnit(productOf(product))],
    ["PRI_is", ({ product }) => productOf(product)?.idealCycleSource ?? null],
  ];
  return tableOf(format, columns, shift.runs);
}

/** A row for each stop, micro-stops included. */
export function stopsCsv(shift: ShiftResult, format: CsvFormat, clock: LocalClock): Promise<Buffer> {
  const columns: readonly Column<NonNullable<ShiftResult["stops"]>[number]>[] = [
    ["line", () => shift.line],
    ["shift_id", () => shift.id],
    ["start_local", ({ startUs }) => localText(startUs, format, clock)],
    ["end_local", ({ endUs }) => localText(endUs, format, clock)],
    ["seconds", ({ startUs, endUs }) => (endUs - startUs) / 1e6],
    ["kind", ({ kind }) => kind],
    ["name", ({ name }) => name],
    ["open", ({ open }) => (open ? 1 : 0)],
    ["continued", ({ continued }) => (continued ? 1 : 0)],
    ["reason", ({ reason }) => reason],
  ];
  return tableOf(format, columns, shift.stops ?? []);
}

/** A row for each seal. */
export function sealsCsv({ shift, seals }: ShiftWithRows, format: CsvFormat, clock: LocalClock): Promise<Buffer> {
  const names = new Map(shift.products.map(({ id, name }) => [id, name]));
  const idOf = (product: number | null) => (product === null ? null : productId(product));
  const columns: readonly Column<NonNullable<ShiftWithRows["seals"]>[number]>[] = [
    ["line", () => shift.line],
    ["shift_id", () => shift.id],
    ["on_local", ({ onUs }) => localText(onUs, format, clock)],
    ["off_local", ({ offUs }) => localText(offUs, format, clock)],
    ["on_us_utc", ({ onUs }) => onUs],
    ["sealing_s", ({ sealingTimeSeconds }) => sealingTimeSeconds],
    ["product", ({ product }) => idOf(product)],
    ["product_name", ({ product }) => names.get(idOf(product) ?? "") ?? null],
    ["run", ({ run }) => (run === null ? null : run + 1)],
  ];
  return tableOf(format, columns, seals ?? []);
}

/** Thousands of rows let others work in between. */
async function tableOf<Row>(format: CsvFormat, columns: readonly Column<Row>[], rows: readonly Row[]): Promise<Buffer> {
  const table = new CsvTable(
    format,
    columns.map(([name]) => name),
  );
  for (const [i, row] of rows.entries()) {
    table.row(columns.map(([, cell]) => cell(row)));
    if (i % ROWS_AT_A_TIME === ROWS_AT_A_TIME - 1) await new Promise(setImmediate);
  }
  return table.bytes();
}

/** ISO 22400-2 counts the planned time of one item, not of one cycle. */
function perUnit(product: ShiftResult["products"][number] | undefined): number | null {
  if (product === undefined || product.idealCycleSeconds === null) return null;
  return product.idealCycleSeconds / product.unitsPerSeal;
}

/** As a spreadsheet understands it: `2026-03-02 06:00:01.204`, with the decimal sign of the numbers. */
function localText(wallUs: number, { decimalSign }: CsvFormat, clock: LocalClock): string {
  const text = clock.iso(wallUs);
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${decimalSign}${text.slice(20, 23)}`;
}
