import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { defaultConfig, type LineConfig } from "../runtime/config.ts";
import type { Appliance } from "../runtime/daemon/appliance.ts";
import { EdgeFeed } from "../runtime/daemon/edge-feed.ts";
import { LineContacts } from "../runtime/line-contacts.ts";
import { DaemonProcess } from "../scripts/torture/daemon-process.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));

/** A daemon on a simulated machine; its sockets and its data are in `folder`. `again` starts it once more. */
export async function simulatedDaemon(t: Test, scenario: string, speed: number) {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  const files = ["--data", join(folder, "data"), "--socket", folder];
  const start = async () => {
    const daemon = new DaemonProcess([MAIN, "run", ...files, "--sim", scenario, "--speed", String(speed)]);
    t.teardown(() => daemon.kill());
    await daemon.up();
    return daemon;
  };
  // teardowns run from the last to the first: the daemons are gone by then
  t.teardown(() => rmSync(folder, { recursive: true }));
  const process = await start();
  return { process, folder, env: { SEALTRACE_SOCKET_DIR: folder }, again: start };
}

/** A feed without a daemon around it. */
export function feedOfOneLine() {
  const config = defaultConfig();
  const [line] = config.line as [LineConfig];
  const contacts = new LineContacts(line, () => {});
  const keeper = { settings: { line }, pipeline: { contacts } };
  const appliance = { config, lines: [{ keeper }], nowUs: 0, time: { boot: 1, offsetOf: () => 0 } };
  return { feed: new EdgeFeed(appliance as unknown as Appliance), contacts, appliance };
}
