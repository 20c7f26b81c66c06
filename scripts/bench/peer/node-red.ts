import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { status } from "../status.ts";

/** The last line of Node-RED that runs on every Node.js on which sealtrace runs. */
export const NODE_RED_VERSION = "4.1.15";

const HERE = new URL("../../../../scripts/bench/peer/", import.meta.url);
const INSTALL_MS = 600_000;
const run = promisify(execFile);

/**
 * Where Node-RED is, installed by npm into a cache folder the first time: it is no dependency of the project.
 * @throws Error when npm cannot install it.
 */
export async function installNodeRed(): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "sealtrace-bench", `node-red-${NODE_RED_VERSION}`);
  const program = join(folder, "node_modules", "node-red", "red.js");
  if ((await stat(program).catch(() => null)) !== null) return program;
  status(`installing Node-RED ${NODE_RED_VERSION} into ${folder}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const order = ["install", "--save-exact", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", [...order, `node-red@${NODE_RED_VERSION}`], { cwd: folder, timeout: INSTALL_MS });
  const { version } = JSON.parse(await readFile(join(folder, "node_modules", "node-red", "package.json"), "utf8"));
  if (version !== NODE_RED_VERSION) throw new Error(`npm installed Node-RED ${version}, not ${NODE_RED_VERSION}`);
  return program;
}

/** A user folder of Node-RED with the plain flow; the arguments that start it. */
export async function nodeRedArguments(program: string, userFolder: string): Promise<string[]> {
  await mkdir(userFolder, { recursive: true });
  await copyFile(fileURLToPath(new URL("plain-flow.json", HERE)), join(userFolder, "flows.json"));
  const settings = fileURLToPath(new URL("node-red-settings.cjs", HERE));
  return [program, "--settings", settings, "--userDir", userFolder];
}
