import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MissingError } from "./kernel.ts";
import type { Scene } from "./scene.ts";

/** Scenes, and what is needed for all of them. */
export interface Laboratory<Means extends object> {
  readonly scenes: readonly Scene<Means & Folder>[];
  /** Gets what the scenes need. @throws MissingError when it cannot be had here. */
  readonly prepare: () => Promise<Means>;
  /** So many scenes are played beside each other, where there are as many processors. */
  readonly mostMachines: number;
}

interface Folder {
  readonly folder: string;
}

/**
 * Plays the scenes that the command line names, all unless it names some, and tells how they went; the last line counts
 * them. Resolves to the exit status.
 */
export async function playLaboratory<Means extends object>(laboratory: Laboratory<Means>): Promise<number> {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { times: { type: "string", default: "1" }, keep: { type: "boolean", default: false } },
  });
  process.on("SIGTERM", () => process.exit(143)).on("SIGINT", () => process.exit(130));
  const times = Number(values.times);
  const known = laboratory.scenes.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || !Number.isInteger(times)) {
    say(`lab: there is no scene ${unknown.join(", ")}; scenes: ${known.join(", ")}`);
    return 2;
  }
  try {
    const means = await laboratory.prepare();
    const scenes = laboratory.scenes.filter(({ name }) => names.length === 0 || names.includes(name));
    const waiting = Array.from({ length: times }, () => scenes).flat();
    return await playAll(waiting, laboratory.mostMachines, (scene) => plays(scene, means, values.keep));
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    return cannotRun(error.message);
  }
}

async function playAll<S>(waiting: S[], mostMachines: number, plays: (scene: S) => Promise<boolean>): Promise<number> {
  const count = waiting.length;
  let passed = 0;
  const playOneByOne = async () => {
    for (let scene = waiting.shift(); scene !== undefined; scene = waiting.shift()) if (await plays(scene)) passed++;
  };
  await Promise.all(Array.from({ length: Math.min(mostMachines, availableParallelism()) }, playOneByOne));
  say(`${passed} passed, ${count - passed} failed`);
  return passed === count ? 0 : 1;
}

/** Plays a scene in a folder of its own and tells how it went. */
async function plays<Means extends object>(
  scene: Scene<Means & Folder>,
  means: Means,
  keep: boolean,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "sealtrace-lab-"));
  const startedMs = performance.now();
  const tell = (word: string, text: string) =>
    say(`${word} ${scene.name}: ${text} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
  try {
    tell("ok    ", `${scene.title}: ${await scene.play({ ...means, folder })}`);
    return true;
  } catch (error) {
    tell("FAILED", `${scene.title}\n${error instanceof Error ? error.stack : String(error)}`);
    return false;
  } finally {
    if (keep) say(`       ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** Where somebody relies on it, a laboratory that cannot run has failed. */
function cannotRun(reason: string): number {
  const isAsked = process.env.CI === "true";
  say(`${isAsked ? "FAILED" : "SKIPPED"} the laboratory: ${reason}`);
  say(isAsked ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
  return isAsked ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
