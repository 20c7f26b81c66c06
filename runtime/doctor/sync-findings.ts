import type { ApplianceStatus } from "../daemon/status.ts";
import { type Finding, ok, warn } from "./finding.ts";

type Target = ApplianceStatus["sync"][number];

const REMEDY = "sealtrace status --json tells more; is it plugged in, mounted, writable, and has it room?";

/** When each stick and share last had everything. What is in trouble is among the daemon's alarms as well. */
export function syncFindings({ sync }: Pick<ApplianceStatus, "sync">): readonly Finding[] {
  if (sync.length === 0) return [ok("sync", "no stick was plugged in and no share is set")];
  return sync.map(targetFinding);
}

function targetFinding({ target, state, lastDeliveredUs, pendingFiles, problem }: Target): Finding {
  const about = `sync ${target}`;
  const last =
    lastDeliveredUs === null
      ? "never had everything"
      : `had everything at ${new Date(lastDeliveredUs / 1000).toISOString().slice(0, 16)}Z`;
  const text = `${state}; ${last}`;
  if (problem !== null) return warn(about, `${text}; ${problem}`, REMEDY);
  const waits = pendingFiles === null || pendingFiles === 0 ? "" : `; ${pendingFiles} files to come`;
  return ok(about, `${text}${waits}`);
}
