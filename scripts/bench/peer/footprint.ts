import { setTimeout as sleep } from "node:timers/promises";
import { EdgeFeed } from "./edge-feed.ts";
import type { Recording } from "./simulated-recording.ts";
import { type Need, WatchedProcess } from "./watched-process.ts";

/** How long each part of a measurement takes. */
export const PHASES = { settleSeconds: 5, restSeconds: 15, warmSeconds: 5, realSeconds: 45, fastSeconds: 60 } as const;
/** The machine of the scenario starts late; in real time it is looked at when it works. */
const WARM_UNTIL_US = 900e6;
const LAST_WRITE_MS = 3000;

/** A program to be measured, and what it is fed with. */
export interface Measured {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pipe: string;
  readonly recording: Recording;
}

/** What a program needs; CPU in seconds a second (shares of a core), and in microseconds an edge. */
export interface Footprint {
  readonly startSeconds: number;
  readonly restMib: number;
  readonly endMib: number;
  readonly peakMib: number;
  readonly restCpu: number;
  readonly realCpu: number;
  readonly realEdgesPerSecond: number;
  readonly fastEdgesPerSecond: number;
  readonly cpuUsPerEdge: number;
  readonly seals: number;
}

/**
 * Starts a program, lets it rest, feeds it in real time, then with the rest of the recording fast.
 * @param sealsOf how many seals it has counted, from its output, once it has ended.
 * @throws Error when it ends too early.
 */
export async function measureFootprint(
  { args, env, pipe, recording }: Measured,
  sealsOf: (output: string) => number,
): Promise<Footprint> {
  const startMs = performance.now();
  const program = new WatchedProcess(args, env);
  try {
    const feed = await EdgeFeed.open(pipe, recording, program.ended);
    const startSeconds = (performance.now() - startMs) / 1000;
    await sleep(PHASES.settleSeconds * 1000);
    const rest = await during(program, () => sleep(PHASES.restSeconds * 1000));
    await feed.play(PHASES.warmSeconds, WARM_UNTIL_US / 1e6 / PHASES.warmSeconds);
    let [realEdges, fastEdges] = [0, 0];
    const real = await during(program, async () => {
      realEdges = await feed.play(PHASES.realSeconds, 1);
    });
    const fast = await during(program, async () => {
      const leftSeconds = (recording.endUs - WARM_UNTIL_US) / 1e6 - PHASES.realSeconds;
      fastEdges = await feed.play(PHASES.fastSeconds, leftSeconds / PHASES.fastSeconds);
    });
    if (feed.left > 0) throw new Error(`${feed.left} edges were not fed`);
    await sleep(LAST_WRITE_MS);
    const end = program.need();
    feed.end();
    await program.end();
    const seals = sealsOf(program.output);
    if (!(seals > 0)) throw new Error(`no seal was counted: ${program.output.slice(-500)}`);
    return {
      startSeconds,
      restMib: rest.after.residentMib,
      endMib: end.residentMib,
      peakMib: end.peakMib,
      restCpu: rest.cpuSeconds / PHASES.restSeconds,
      realCpu: real.cpuSeconds / PHASES.realSeconds,
      realEdgesPerSecond: realEdges / PHASES.realSeconds,
      fastEdgesPerSecond: fastEdges / PHASES.fastSeconds,
      cpuUsPerEdge: (fast.cpuSeconds * 1e6) / fastEdges,
      seals,
    };
  } finally {
    await program.end();
  }
}

async function during(program: WatchedProcess, work: () => Promise<unknown>) {
  const before: Need = program.need();
  await work();
  const after: Need = program.need();
  return { after, cpuSeconds: after.cpuSeconds - before.cpuSeconds };
}
