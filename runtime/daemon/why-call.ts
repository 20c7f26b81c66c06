import { InputError } from "../../drivers/input-error.ts";
import { LocalClock } from "../local-clock.ts";
import type { ShiftInput } from "../shift-input.ts";
import { readStory, type StoryPortion, storySpan } from "../why/read-story.ts";
import { explain, type Why, type WhyTarget } from "../why/why.ts";
import { readSubject, targetIn, type WhySubject } from "../why/why-target.ts";
import type { Appliance } from "./appliance.ts";
import { lineEdges } from "./journal-edges.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

const MOST_SHIFTS = 30;

/**
 * Why a moment of a shift is what it is on the report: the line's edges of the journal once more through its filters,
 * and what became of them.
 * @param shiftId null: the shift under way, or for a time of day the latest one that it is in.
 * @param about see `readSubject`.
 * @throws InputError for what is not there.
 */
export async function whyOf(
  appliance: Appliance,
  views: Views,
  line: WatchedLine,
  shiftId: string | null,
  about: string,
): Promise<Why> {
  const subject = readSubject(about);
  const { input, target } = await found(appliance, views, line, shiftId, subject);
  const { line: config } = line.keeper.settings;
  const story = await readStory(config, journalPortions(appliance, line, target.momentUs), input.holes ?? []);
  const { timeZone } = appliance.config;
  return explain({ line: config, timeZone, input, result: views.result(line, input), wallOffsetUs: 0, story }, target);
}

async function found(
  appliance: Appliance,
  views: Views,
  line: WatchedLine,
  shiftId: string | null,
  subject: WhySubject,
): Promise<{ readonly input: ShiftInput; readonly target: WhyTarget }> {
  const clock = new LocalClock(appliance.config.timeZone);
  let looked = "";
  for await (const input of candidates(line, shiftId, subject.kind === "time")) {
    const result = views.result(line, input);
    const target = targetIn(subject, { input, result, wallOffsetUs: 0 }, clock);
    if (target !== null) return { input, target };
    looked ||= result.id;
  }
  const about = subject.kind === "time" ? subject.text : `${subject.kind} ${subject.number}`;
  const remedy = "sealtrace report --list shows the shifts there are; name one with --shift";
  if (shiftId === null && looked === "")
    throw new InputError({ source: `why ${about}`, problem: "there is no shift yet", remedy });
  const where = shiftId === null ? `any of the latest ${MOST_SHIFTS} shifts` : `shift ${shiftId}`;
  throw new InputError({ source: `why ${about}`, problem: `is not in ${where}`, remedy });
}

/** The shift that was named; else the one under way, and for a time of day those before it, latest first. */
async function* candidates({ keeper, archive }: WatchedLine, shiftId: string | null, goesBack: boolean) {
  const open = keeper.pipeline.inputs().toReversed();
  if (shiftId !== null) {
    const named = open.find(({ window }) => window.id === shiftId) ?? (await archive.get(shiftId));
    if (named !== null) yield named;
    return;
  }
  yield* goesBack ? open : open.slice(0, 1);
  if (!goesBack && open.length > 0) return;
  yield* archive.backwards(goesBack ? MOST_SHIFTS : 1);
}

/** The line time of the daemon is the wall time. */
async function* journalPortions(
  appliance: Appliance,
  line: WatchedLine,
  momentUs: number,
): AsyncGenerator<StoryPortion> {
  const { startUs, endUs } = storySpan(momentUs, line.keeper.settings.line);
  for await (const { edges, dropped } of lineEdges(appliance, line, startUs, endUs))
    yield { edges: edges.map(({ wallUs, channel, level }) => ({ timeUs: wallUs, channel, level })), dropped };
}
