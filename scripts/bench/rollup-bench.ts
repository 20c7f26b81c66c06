import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { readReports } from "../../runtime/rollup/read-reports.ts";
import { rollUp } from "../../runtime/rollup/rollup.ts";
import { rollupHtml } from "../../runtime/rollup/rollup-html.ts";
import { writePlantReports } from "./plant-reports.ts";

const LINES = 40;
const DAYS = 90;
const MOST_SECONDS = 10;

/** Rolls up 40 lines x 90 days x 3 shifts from files on the disk, and says how long it took. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "st-rollup-"));
  try {
    const written = writePlantReports(folder, { lines: LINES, days: DAYS, firstDay: Date.UTC(2026, 0, 1) });
    const from = performance.now();
    const reports = await readReports(folder, { from: null, to: null });
    const read = performance.now();
    const page = rollupHtml(rollUp(reports.shifts, "day"), reports, "en");
    const end = performance.now();
    const seconds = (end - from) / 1000;
    const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
    process.stdout.write(
      `${written.length} reports: read ${((read - from) / 1000).toFixed(2)} s, summed and drawn ${((end - read) / 1000).toFixed(2)} s, together ${seconds.toFixed(2)} s of ${MOST_SECONDS} s; page ${Math.round(page.length / 1024)} KB; ${memory} MB resident\n`,
    );
    if (seconds > MOST_SECONDS) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
