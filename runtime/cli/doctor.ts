import { InputError } from "../../drivers/input-error.ts";
import type { Interference } from "../daemon/interference.ts";
import type { ApplianceStatus } from "../daemon/status.ts";
import { lookAtConfig, pinFindings } from "../doctor/config-findings.ts";
import { type Finding, fail, ok } from "../doctor/finding.ts";
import { interferenceFindings } from "../doctor/interference-findings.ts";
import { alarmFindings, driverFindings, wiringFindings } from "../doctor/line-findings.ts";
import { clockFinding, diskFinding, powerFinding, wearFinding } from "../doctor/machine-findings.ts";
import { controlFinding, folderFinding } from "../doctor/permission-findings.ts";
import { serviceFinding } from "../doctor/service-finding.ts";
import { syncFindings } from "../doctor/sync-findings.ts";
import { clockTrust } from "../health/clock-trust.ts";
import { diskSpace } from "../health/disk-space.ts";
import { power } from "../health/power.ts";
import { SocketClient } from "../socket/socket-client.ts";
import { printJson } from "./ask.ts";
import { findingLines } from "./finding-lines.ts";

const DEFAULT_DATA = "/var/lib/sealtrace";

/** Options of `sealtrace doctor`. */
export interface DoctorOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: true;
}

interface Asked {
  readonly status: ApplianceStatus;
  readonly interference: Interference;
}

/** `sealtrace doctor`: what is well and what is not, with what to do. Exit status 1 when something needs somebody. */
export async function doctor({ config, data = DEFAULT_DATA, json }: DoctorOptions): Promise<void> {
  const asked = await askDaemon();
  const findings = await allFindings(asked, config, data);
  if (json) {
    const interference = asked instanceof InputError ? null : asked.interference;
    printJson({ schema: "sealtrace/doctor@1", findings, interference });
  } else process.stdout.write(`${findings.flatMap(findingLines).join("\n")}\n`);
  if (findings.some(({ verdict }) => verdict === "fail")) process.exitCode = 1;
}

/** The error when no daemon answers. */
async function askDaemon(): Promise<Asked | InputError> {
  try {
    const client = await SocketClient.connect();
    try {
      const status = (await client.call("status")) as ApplianceStatus;
      return { status, interference: (await client.call("interference")) as Interference };
    } finally {
      client.close();
    }
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

async function allFindings(asked: Asked | InputError, config: string | undefined, data: string): Promise<Finding[]> {
  const isUp = !(asked instanceof InputError);
  const look = lookAtConfig(config);
  const folder = isUp ? asked.status.dataFolder : data;
  return [
    ...(isUp ? daemonFindings(asked.status) : [fail("daemon", asked.fault.problem, asked.fault.remedy)]),
    await serviceFinding(),
    look.finding,
    ...(isUp ? [] : await pinFindings(look)),
    ...(isUp ? asked.status.lines.flatMap(wiringFindings) : []),
    ...(isUp ? interferenceFindings(asked.interference) : []),
    clockFinding(await clockTrust()),
    powerFinding(await power()),
    diskFinding(folder, await diskSpace(folder)),
    ...(isUp ? [wearFinding(asked.status.health)] : []),
    ...(isUp ? syncFindings(asked.status) : []),
    await folderFinding(folder, isUp),
    ...(isUp ? [await controlFinding()] : []),
  ];
}

function daemonFindings(status: ApplianceStatus): readonly Finding[] {
  const { version, metrics } = status;
  const up = `version ${version}, up ${Math.round(metrics.upSeconds / 60)} min, ${Math.round(metrics.residentBytes / 1e6)} MB`;
  return [ok("daemon", up), ...alarmFindings(status), ...driverFindings(status)];
}
