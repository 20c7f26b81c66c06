import type { Config } from "./config.ts";
import { LocalClock } from "./local-clock.ts";
import type { ReportContext } from "./report/report-context.ts";
import { settingsHash } from "./settings-hash.ts";
import { version } from "./version.ts";

/** What a report is written with; without `more` nothing is known of the shifts before. */
export function reportContext(
  config: Config,
  startWallUs: number | null,
  more: Partial<Pick<ReportContext, "history" | "maintenance">> = {},
): ReportContext {
  return {
    clock: startWallUs === null ? null : new LocalClock(config.timeZone),
    startWallUs,
    language: config.language,
    version: version(),
    settingsHash: settingsHash(config),
    history: [],
    maintenance: null,
    ...more,
  };
}
