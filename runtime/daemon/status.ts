import type { DriverName } from "../../drivers/gpio/choose.ts";
import type { InputCounters } from "../../drivers/gpio/inputs.ts";
import type { TargetStatus } from "../sync/target-watch.ts";
import { version } from "../version.ts";
import type { Appliance } from "./appliance.ts";
import { alarmsOf } from "./appliance-health.ts";
import type { Health } from "./health.ts";
import { type LineStatus, lineStatus, reportsNow } from "./line-status.ts";
import { type ApplianceMetrics, metricsOf } from "./metrics.ts";
import type { Views } from "./views.ts";

/** Everything that `sealtrace status --json` prints (`sealtrace/status@1`). */
export interface ApplianceStatus {
  readonly schema: "sealtrace/status@1";
  readonly version: string;
  readonly lines: readonly LineStatus[];
  /** The driver of pins; null in a simulation. */
  readonly inputs: {
    readonly driver: DriverName;
    /** Why nothing is seen at the moment; null while all is well. */
    readonly trouble: string | null;
    readonly counters: InputCounters;
  } | null;
  /** In the words of the log; empty when all is well. */
  readonly alarms: readonly string[];
  readonly health: Health;
  /** Where everything is kept. */
  readonly dataFolder: string;
  /** Sticks and shares, also those that were pulled out lately. */
  readonly sync: readonly TargetStatus[];
  readonly metrics: ApplianceMetrics;
}

/** How the appliance and its lines are. */
export async function statusOf(appliance: Appliance, views: Views): Promise<ApplianceStatus> {
  const { lines } = appliance;
  const told: LineStatus[] = [];
  for await (const [line, report] of reportsNow(lines, views)) told.push(lineStatus(appliance, line, report));
  return {
    schema: "sealtrace/status@1",
    version: version(),
    lines: told,
    inputs: inputsOf(appliance),
    alarms: alarmsOf(appliance),
    health: appliance.health.known,
    dataFolder: appliance.health.folder,
    sync: appliance.sync.status(),
    metrics: metricsOf(appliance),
  };
}

function inputsOf({ inputs }: Appliance): ApplianceStatus["inputs"] {
  if (inputs === null) return null;
  const { name: driver, trouble, counters } = inputs;
  return { driver, trouble, counters };
}
