import type { ApplianceStatus, LineStatus } from "../daemon/status.ts";
import { ask, printJson } from "./ask.ts";

/** `sealtrace status`: one screen on how the lines and the appliance are. Exit status 1 when something is wrong. */
export async function status({ json }: { readonly json?: true }): Promise<void> {
  const now = (await ask("status", "status")) as ApplianceStatus;
  if (json) printJson(now);
  else process.stdout.write(`${statusText(now).join("\n")}\n`);
  if (now.alarms.length > 0) process.exitCode = 1;
}

function statusText({ lines, alarms, metrics }: ApplianceStatus): string[] {
  const { residentBytes, store, edges, lostEdges } = metrics;
  const megabytes = Math.round(residentBytes / 2 ** 20);
  const health = [
    `${edges.toLocaleString("en-US")} edges, ${lostEdges} lost`,
    `${store.pendingEvents} events wait for the disk`,
    `${megabytes} MiB`,
    `up ${Math.round(metrics.upSeconds / 60)} min`,
  ];
  return [...lines.flatMap(lineText), ...alarms.map((alarm) => `ALARM  ${alarm}`), `HEALTH ${health.join("   ")}`];
}

function lineText({ line, name, state, shift }: LineStatus): string[] {
  const head = `${name.toUpperCase()} (${line})   ${state.toUpperCase()}`;
  if (shift === null) return [`${head}   no shift yet`];
  const units = shift.products.reduce((sum, product) => sum + product.units, 0);
  const { oee } = shift;
  const percent = (value: number | null | undefined) => (value == null ? "-" : `${(100 * value).toFixed(1)} %`);
  return [
    `${head}   ${shift.id} ${shift.state}`,
    `  ${units.toLocaleString("en-US")} units   ${oee?.headline ?? "OEE"} ${percent(oee?.oee)}   A ${percent(oee?.availability)}   P ${percent(oee?.performance)}   coverage ${percent(shift.coverage)}`,
  ];
}
