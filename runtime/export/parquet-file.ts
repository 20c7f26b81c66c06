import { gzipSync } from "node:zlib";
import type { ColumnSource, SchemaElement } from "hyparquet-writer";

const GROUP_ROWS = 2500;

/** Kinds of columns: how they are kept, and what readers show. */
const KINDS = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  flag: { type: "BOOLEAN" },
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  double: { type: "DOUBLE" },
  utc: timestamp(true),
  local: timestamp(false),
} as const;

/** A column of a table; values are numbers, texts, booleans, or null where the column may have it. */
export interface ParquetColumn<Row> {
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly nullable?: true;
  /** Times are microseconds: since 1970 of UTC (`utc`), or as a local clock shows them (`local`). */
  readonly value: (row: Row) => string | number | boolean | null;
}

/**
 * A Parquet file; the same rows give the same bytes. Thousands of rows are written group by group, and others work in
 * between.
 */
export async function parquetFile<Row>(
  columns: readonly ParquetColumn<Row>[],
  rows: readonly Row[],
  createdBy: string,
): Promise<Uint8Array> {
  // loaded by the first export: a daemon that only counts does not need it
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const writer = new ByteWriter();
  const compressors = { GZIP: (input: Uint8Array) => gzipSync(input) };
  const file = new ParquetWriter({ writer, schema: schemaOf(columns), codec: "GZIP", compressors, createdBy });
  for (let from = 0; from === 0 || from < rows.length; from += GROUP_ROWS) {
    const group = rows.slice(from, from + GROUP_ROWS);
    await file.write({ columnData: columns.map((column) => columnData(column, group)), rowGroupSize: GROUP_ROWS });
    await new Promise(setImmediate);
  }
  file.finish();
  return writer.getBytes();
}

function schemaOf<Row>(columns: readonly ParquetColumn<Row>[]): SchemaElement[] {
  const elements = columns.map(({ name, kind, nullable }) => ({
    ...KINDS[kind],
    name,
    repetition_type: nullable ? ("OPTIONAL" as const) : ("REQUIRED" as const),
  }));
  return [{ name: "root", num_children: columns.length }, ...elements];
}

function columnData<Row>({ name, kind, value }: ParquetColumn<Row>, rows: readonly Row[]): ColumnSource {
  const isLong = kind === "int64" || kind === "utc" || kind === "local";
  const data = rows.map((row) => {
    const cell = value(row);
    return isLong && cell !== null ? BigInt(cell) : cell;
  });
  const isWhole = isLong || kind === "int32";
  return { name, data, ...(isWhole && { encoding: "DELTA_BINARY_PACKED" as const }) };
}

function timestamp(isAdjustedToUTC: boolean) {
  return { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC, unit: "MICROS" } } as const;
}
