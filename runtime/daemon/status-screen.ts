import { liveMoment } from "../live-moment.ts";
import { healthWords } from "../report/live-health.ts";
import { healthLine } from "../report/live-lines.ts";
import { named } from "../report/parts/report.ts";
import { type StatusRow, shortStatusRows, statusRows } from "../report/status-lines.ts";
import { textsOf } from "../report/texts/texts-of.ts";
import type { Appliance } from "./appliance.ts";
import { alarmsOf, shownHealth } from "./appliance-health.ts";
import { contactState, reportsNow } from "./line-status.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

/** With more lines than this each one gets two rows, so that all fit one screen. */
const MOST_WHOLE_LINES = 3;

/** What `sealtrace status` prints without `--json`: words in the language of the configuration, nothing else. */
export interface StatusScreen {
  readonly rows: readonly StatusRow[];
  readonly alarms: readonly string[];
}

/** How the appliance and its lines are, as rows of a screen. */
export async function statusScreen(appliance: Appliance, views: Views): Promise<StatusScreen> {
  const texts = textsOf(appliance.config.language);
  const { lines } = appliance;
  const alarms = alarmsOf(appliance);
  const rowsOf = lines.length > MOST_WHOLE_LINES ? shortStatusRows : statusRows;
  const rows: StatusRow[] = [];
  for await (const [line, report] of reportsNow(lines, views)) {
    if (report === null) rows.push(unbegun(line));
    else rows.push(...rowsOf(report, liveMoment(line.keeper.pipeline)));
  }
  const health = healthLine({ texts }, healthWords(shownHealth(appliance, appliance.config.timeZone), texts));
  return { rows: [...rows, ...alarms.map((alarm) => [`${texts.live.alarm}  ${alarm}`]), health], alarms };
}

function unbegun(line: WatchedLine): StatusRow {
  return [named(line.keeper.settings.line.name).toUpperCase(), contactState(line).toUpperCase(), "no shift yet"];
}
