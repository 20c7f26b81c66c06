import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, loadConfig } from "../../runtime/config.ts";
import { Log } from "../../runtime/log.ts";

const SCENARIO = `
title = "Two hours, three shifts"
seed = 7
start = 2026-03-02T06:00:00Z
durationSeconds = 7200
panel = "quiet"
[[products]]
name = "Tray 400 g"
sealingTimeSeconds = 1.9
noiseSeconds = 0.03
cycleTimeSeconds = 3.3
cycleNoiseSeconds = 0.06
[[products]]
name = "Tray 250 g"
sealingTimeSeconds = 1.5
noiseSeconds = 0.02
cycleTimeSeconds = 2.8
cycleNoiseSeconds = 0.05
[[plan]]
product = "Tray 400 g"
seals = 700
[[plan]]
product = "Tray 250 g"
seals = 1900
[changeover]
lengthSeconds = [200, 240]
trialSeals = [2, 4]
[[stops]]
kind = "not-ready"
atSeconds = 3000
lengthSeconds = 300
[[stops]]
kind = "micro-stop"
perHour = 8
lengthSeconds = [20, 60]
`;
const CONFIG = `
timeZone = "UTC"
[[shift]]
name = "A"
start = "06:00"
end = "06:40"
[[shift]]
name = "B"
start = "06:40"
end = "07:20"
[[shift]]
name = "C"
start = "07:25"
end = "20:00"
`;

/** Wall time at which the machine below begins; microseconds since 1970. */
export const MACHINE_START_US = Date.UTC(2026, 2, 2, 6) * 1000;

/** A machine of two hours and its calendar, in files of a folder. */
export interface TortureMachine {
  readonly scenario: string;
  readonly config: Config;
}

export async function tortureMachine(folder: string): Promise<TortureMachine> {
  const scenario = join(folder, "machine.toml");
  const config = join(folder, "config.toml");
  await writeFile(scenario, SCENARIO);
  await writeFile(config, CONFIG);
  return { scenario, config: loadConfig(config) };
}

/** A log that keeps its lines to itself. @param lines where they go. */
export function quietLog(lines: string[] = []): Log {
  const output = { journal: false, write: (line: string) => lines.push(line) > 0 };
  return new Log({ out: output, err: output, clock: { monoUs: () => 0, wallUs: () => 0 } });
}
