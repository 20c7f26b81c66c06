import { setTimeout as sleep } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import type { Driver } from "../../drivers/driver.ts";
import { paced } from "../../sim/paced-driver.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import { type Config, defaultConfig } from "../config.ts";
import { liveMoment } from "../live-moment.ts";
import { type RecordedLine, resultsOf, runThrough, wire } from "../recording.ts";
import { liveView } from "../report/live-view.ts";
import type { ReportContext } from "../report/report-context.ts";
import { shiftText } from "../report/shift-text.ts";
import { reportContext } from "../report-context.ts";

const FRAME_MS = 250;

interface DemoOptions {
  readonly scenario: string;
  readonly speed: number;
}

/** `sealtrace demo`: a simulated shift in some seconds. On a terminal the live view runs along; the report stays. */
export async function demo(options: DemoOptions): Promise<void> {
  const scenario = loadScenario(options.scenario);
  const config = options.scenario === "demo" ? demoConfig() : defaultConfig();
  const simulation = openSimulation(scenario, scenario.seed, wire(config).names);
  const isLive = process.stderr.isTTY === true;
  const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
  const context = reportContext(config, scenario.startWallUs);
  const lines = await watch(config, isLive ? paced(simulation, options.speed, clock) : simulation, isLive, context);
  const shifts = lines.flatMap((line) => resultsOf(line, scenario.startWallUs));
  process.stdout.write(shifts.map((shift) => shiftText(shift, context)).join("\n"));
}

/** The calendar of the shipped morning shift. */
function demoConfig(): Config {
  const days = ["Mon"] as ["Mon"];
  const breaks = [{ start: "10:00", end: "10:30" }];
  return { ...defaultConfig(), shift: [{ name: "Early", days, start: "06:00", end: "14:00", breaks }] };
}

/** Runs the source through; four times a second the live view is drawn on stderr. */
async function watch(config: Config, driver: Driver, isLive: boolean, context: ReportContext) {
  const screen = createLogUpdate(process.stderr);
  let drawnAt = Number.NEGATIVE_INFINITY;
  try {
    return await runThrough(config, driver, {
      onProgress: (_progress, lines) => {
        if (!isLive || performance.now() - drawnAt < FRAME_MS) return;
        drawnAt = performance.now();
        screen(lines.flatMap((line) => frame(line, context)).join("\n"));
      },
    });
  } finally {
    if (isLive) screen.clear();
    screen.done();
  }
}

function frame(line: RecordedLine, context: ReportContext): readonly string[] {
  const shift = resultsOf(line, context.startWallUs).at(-1);
  if (shift === undefined) return [];
  const { columns = 80, rows = 24 } = process.stderr;
  return liveView(shift, liveMoment(line.pipeline), context, { columns, rows: rows - 1 });
}
