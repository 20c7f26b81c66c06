import { existsSync } from "node:fs";
import { CHANNEL_KINDS } from "../../../algorithms/signal.ts";
import { EdgeRing } from "../../../drivers/edge-ring.ts";
import { InputError } from "../../../drivers/input-error.ts";
import { openReplay } from "../../../drivers/replay.ts";
import { type Config, DEFAULT_CONFIG_PATH, defaultConfig, loadConfig } from "../../config.ts";
import { LocalClock } from "../../local-clock.ts";
import { Products } from "../../products.ts";
import { type RecordedLine, runThrough, wire } from "../../recording.ts";
import { shiftResult } from "../../shift-calculation.ts";
import type { ShiftInput } from "../../shift-input.ts";
import { readStory, type StoryPortion, storySpan } from "../../why/read-story.ts";
import { explain, type Why } from "../../why/why.ts";
import { readSubject, targetIn } from "../../why/why-target.ts";

const RING_EDGES = 1 << 15;

/** What is asked about a recording. */
export interface RecordingQuestion {
  readonly recording: string;
  readonly config?: string;
  readonly line?: string;
  readonly shift?: string;
}

/**
 * The same answer as the daemon's, for a recording: it is run through once for its shifts, and read again around the
 * moment.
 * @throws InputError for what is bad or not there.
 */
export async function whyOfRecording(
  { recording, config: path, line: id, shift }: RecordingQuestion,
  about: string,
): Promise<Why> {
  const subject = readSubject(about);
  const config = configOf(path);
  const driver = await openReplay(recording, wire(config).names);
  const { startWallUs } = driver;
  const lines = await runThrough(config, driver).finally(() => driver.close());
  const index = lineIndex(config, id);
  const { pipeline, final } = lines[index] as RecordedLine;
  const { line } = pipeline;
  const clock = new LocalClock(config.timeZone);
  const inputs = [...final, ...pipeline.inputs()].filter(({ window }) => shift === undefined || window.id === shift);
  for (const input of inputs.toReversed()) {
    const result = resultOf(input, line, startWallUs);
    const target = targetIn(subject, { input, result, wallOffsetUs: startWallUs }, clock);
    if (target === null) continue;
    const story = await readStory(line, portions(recording, config, index, target.momentUs), input.holes ?? []);
    return explain({ line, timeZone: config.timeZone, input, result, wallOffsetUs: startWallUs, story }, target);
  }
  const where = shift === undefined ? "any shift of this recording" : `shift ${shift}`;
  const remedy = "see `sealtrace replay` for the shifts there are";
  throw new InputError({ source: `why ${about}`, problem: `is not in ${where}`, remedy });
}

function resultOf(input: ShiftInput, line: RecordedLine["pipeline"]["line"], startWallUs: number | null) {
  return shiftResult(input, { line, products: new Products(line), startWallUs, corrections: [] });
}

function configOf(path: string | undefined): Config {
  if (path !== undefined) return loadConfig(path);
  return existsSync(DEFAULT_CONFIG_PATH) ? loadConfig(DEFAULT_CONFIG_PATH) : defaultConfig();
}

function lineIndex({ line }: Config, id: string | undefined): number {
  const index = id === undefined && line.length === 1 ? 0 : line.findIndex((each) => each.id === id);
  if (index >= 0) return index;
  throw new InputError({
    source: id === undefined ? "line" : `line ${id}`,
    problem: id === undefined ? "there are several lines" : "there is no such line",
    remedy: `name one of ${line.map((each) => each.id).join(", ")} with --line`,
  });
}

async function* portions(
  recording: string,
  config: Config,
  line: number,
  momentUs: number,
): AsyncGenerator<StoryPortion> {
  const { names, targets } = wire(config);
  const { startUs, endUs } = storySpan(momentUs, config.line[line] as Config["line"][number]);
  const driver = await openReplay(recording, names);
  const ring = new EdgeRing(RING_EDGES);
  // a contact that rests is known by its latest level before
  const before = new Map<number, 0 | 1>();
  let hasBegun = false;
  try {
    for (let more = true, isOver = false; more && !isOver; ) {
      more = await driver.read(ring);
      const edges: StoryPortion["edges"][number][] = [];
      ring.drain((timeUs, name, level) => {
        const { lines, channel } = targets[name] as (typeof targets)[number];
        if (!lines.includes(line) || timeUs > endUs) {
          isOver ||= timeUs > endUs;
          return;
        }
        if (timeUs < startUs) {
          before.set(channel, level);
          return;
        }
        if (!hasBegun)
          for (const each of CHANNEL_KINDS.keys())
            if (before.has(each)) edges.push({ timeUs: startUs, channel: each, level: before.get(each) as 0 | 1 });
        hasBegun = true;
        edges.push({ timeUs, channel, level });
      });
      yield { edges, dropped: 0 };
    }
  } finally {
    await driver.close();
  }
}
