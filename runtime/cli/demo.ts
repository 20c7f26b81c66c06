import { setTimeout as sleep } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import type { Driver } from "../../drivers/driver.ts";
import { paced } from "../../sim/paced-driver.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import { type Config, defaultConfig } from "../config.ts";
import type { LinePipeline } from "../pipeline.ts";
import { runThrough, wire } from "../recording.ts";
import { liveView } from "../report/live-view.ts";
import { shiftText } from "../report/shift-text.ts";
import { shiftResult } from "../shift-result.ts";

const FRAME_MS = 250;

interface DemoOptions {
  readonly scenario: string;
  readonly speed: number;
}

/** `sealtrace demo`: a simulated shift in some seconds. On a terminal the live view runs along; the report stays. */
export async function demo(options: DemoOptions): Promise<void> {
  const scenario = loadScenario(options.scenario);
  const config = defaultConfig();
  const simulation = openSimulation(scenario, scenario.seed, wire(config).names);
  const isLive = process.stderr.isTTY === true;
  const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
  const pipelines = await watch(config, isLive ? paced(simulation, options.speed, clock) : simulation, isLive);
  process.stdout.write(
    pipelines
      .map((pipeline) => shiftText(shiftResult(pipeline, scenario.startWallUs), scenario.startWallUs))
      .join("\n"),
  );
}

/** Runs the source through; four times a second the live view is drawn on stderr. */
async function watch(config: Config, driver: Driver, isLive: boolean): Promise<readonly LinePipeline[]> {
  const screen = createLogUpdate(process.stderr);
  let drawnAt = Number.NEGATIVE_INFINITY;
  try {
    return await runThrough(config, driver, {
      onProgress: (_progress, pipelines) => {
        if (!isLive || performance.now() - drawnAt < FRAME_MS) return;
        drawnAt = performance.now();
        screen(pipelines.flatMap((pipeline) => frame(pipeline, driver.startWallUs)).join("\n"));
      },
    });
  } finally {
    if (isLive) screen.clear();
    screen.done();
  }
}

function frame(pipeline: LinePipeline, startWallUs: number | null): string[] {
  const availability = pipeline.has("availability") ? pipeline.filterOf("availability").filter.level === 1 : null;
  const sealing = pipeline.has("sealing") ? pipeline.filterOf("sealing").filter.level : null;
  return liveView(shiftResult(pipeline, startWallUs), { startWallUs, ready: availability, sealing });
}
