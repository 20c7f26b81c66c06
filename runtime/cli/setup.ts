import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { InputError } from "../../drivers/input-error.ts";
import { configFrom, DEFAULT_CONFIG_PATH } from "../config.ts";
import { readSmallFile } from "../small-file.ts";
import { checkConfig } from "./config-check.ts";
import { checkPlace, putConfig } from "../put-config.ts";
import { askAll } from "./setup/questions.ts";
import { setupText } from "./setup/setup-text.ts";

const USUAL_WATCH_SECONDS = 20;
const SERVICE = "/etc/systemd/system/sealtrace.service";

interface SetupOptions {
  readonly from?: string;
  readonly config: string;
  /** How long to watch the contacts, in seconds; false not at all. */
  readonly watch?: number | false;
}

/**
 * `sealtrace setup`: from five questions, or a whole file, to a configuration that runs. Exit status 1 when the service
 * does not start with it, or a contact is wrong; the configuration is in place all the same.
 */
export async function setup({ from, config: path, watch }: SetupOptions): Promise<void> {
  checkPlace(path);
  const text = from === undefined ? await askedText(path) : readSmallFile(from);
  const config = configFrom(from ?? "setup", text);
  const old = putConfig(path, text, new Date());
  if (old !== null) say(`the configuration that was there is now ${old}`);
  await checkConfig(path, {});
  if (path === DEFAULT_CONFIG_PATH) beginCounting();
  const hasPins = config.line.some(({ channels }) => channels.sealing.pin !== undefined);
  const seconds = watch ?? (from === undefined && USUAL_WATCH_SECONDS);
  if (hasPins && seconds !== false && process.exitCode === undefined) await watchContacts(path, seconds);
}

async function askedText(path: string): Promise<string> {
  say("five questions; Enter takes what stands in brackets, Ctrl-C ends and changes nothing");
  if (existsSync(path)) say(`${path} is there already: it will be kept under another name`);
  return setupText(await askAll(process.stdin, process.stderr));
}

/** The installed service reads the configuration now; without one, the way to run it is said. */
function beginCounting(): void {
  if (process.getuid?.() !== 0 || !existsSync("/run/systemd/system") || !existsSync(SERVICE)) {
    say("next: sealtrace run");
    return;
  }
  const { status } = spawnSync("systemctl", ["reload-or-restart", "sealtrace"], { stdio: ["ignore", 2, 2] });
  if (status === 0) say("the service counts; see: sealtrace status, sealtrace watch");
  else {
    say("the service does not start; see: journalctl -u sealtrace -n 20");
    process.exitCode = 1;
  }
}

/** The contacts of the daemon, or the pins when none runs: is what was answered also what is wired? */
async function watchContacts(path: string, seconds: number): Promise<void> {
  say(
    `watching the contacts for ${seconds} s: let the machine seal, or close and open them by hand; Ctrl-C leaves it out`,
  );
  const { checkContacts } = await import("./signal-check.ts");
  try {
    await checkContacts({ config: path, seconds });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    say(`the contacts cannot be watched: ${error.message}`);
    process.exitCode = 1;
  }
  say("for longer: sealtrace doctor signals");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
