import type { Config } from "./config.ts";
import { LocalClock } from "./local-clock.ts";
import type { ReportContext } from "./report/report-context.ts";
import { settingsHash } from "./settings-hash.ts";
import { version } from "./version.ts";

/** What a report of a recording is written with: no shifts before it are known. */
export function reportContext(config: Config, startWallUs: number | null): ReportContext {
  return {
    clock: startWallUs === null ? null : new LocalClock(config.timeZone),
    startWallUs,
    language: config.language,
    version: version(),
    settingsHash: settingsHash(config),
    history: [],
    maintenance: null,
  };
}
