import * as v from "valibot";
import { setting } from "./config-setting.ts";

const DELIMITERS = [",", ";", "\t"] as const;
const DECIMAL_SIGNS = [".", ","] as const;

const exports = setting(
  v.strictObject({
    csvDelimiter: v.optional(
      setting(v.picklist(DELIMITERS, 'must be ",", ";" or "\\t"'), "what stands between the cells of CSV files", {
        absent: "by `language`",
      }),
    ),
    decimalSign: v.optional(
      setting(v.picklist(DECIMAL_SIGNS, 'must be "." or ","'), "of numbers in CSV files", { absent: "by `language`" }),
    ),
  }),
  "Files for others, see [formats](formats.md#files-of-a-shift).",
);

/** The part of a configuration that is about files for others. */
export const exportEntries = { export: v.optional(exports, {}) } as const;

/** How numbers stand in a CSV file that a spreadsheet of the plant opens. */
export interface CsvFormat {
  readonly delimiter: (typeof DELIMITERS)[number];
  readonly decimalSign: (typeof DECIMAL_SIGNS)[number];
}

/** What is not set is as spreadsheets of the language have it. */
export function csvFormat(config: {
  readonly language: string;
  readonly export: v.InferOutput<typeof exports>;
}): CsvFormat {
  const { csvDelimiter, decimalSign } = config.export;
  const isEnglish = config.language === "en";
  return { delimiter: csvDelimiter ?? (isEnglish ? "," : ";"), decimalSign: decimalSign ?? (isEnglish ? "." : ",") };
}
