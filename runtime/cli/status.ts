import type { ApplianceStatus } from "../daemon/status.ts";
import type { StatusScreen } from "../daemon/status-screen.ts";
import { cut, joined, legible } from "../report/terminal.ts";
import { ask, printJson } from "./ask.ts";
import { columnsOfOutput, showsUtf8 } from "./terminal-kind.ts";

/** `sealtrace status`: one screen on how the lines and the appliance are. Exit status 1 when something is wrong. */
export async function status({ json }: { readonly json?: true }): Promise<void> {
  const alarms = json ? await printStatus() : await printScreen();
  if (alarms.length > 0) process.exitCode = 1;
}

async function printStatus(): Promise<readonly string[]> {
  const now = (await ask("status", "status")) as ApplianceStatus;
  printJson(now);
  return now.alarms;
}

async function printScreen(): Promise<readonly string[]> {
  const { rows, alarms } = (await ask("status", "status-screen")) as StatusScreen;
  const columns = columnsOfOutput();
  const lines = rows.map((row) => legible(cut(joined(row, columns), columns - 1), showsUtf8()));
  process.stdout.write(`${lines.join("\n")}\n`);
  return alarms;
}
