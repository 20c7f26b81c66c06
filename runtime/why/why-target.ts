import { InputError } from "../../drivers/input-error.ts";
import type { LocalClock } from "../local-clock.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftResult } from "../shift-result.ts";
import { sealsOf } from "./seal-at.ts";
import type { WhyTarget } from "./why.ts";

const TIME = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/;
const KINDS = ["stop", "seal", "run"] as const;

/** What can be asked about: a time of day, or a stop, seal or run by its number in the shift. */
export type WhySubject =
  | { readonly kind: "time"; readonly text: string; readonly dayUs: number }
  | { readonly kind: (typeof KINDS)[number]; readonly number: number };

/**
 * Reads `09:41`, `09:41:12.5`, `stop 3`, `seal 1234`, `run 2`.
 * @throws InputError for anything else.
 */
export function readSubject(text: string): WhySubject {
  const [, hours = "", minutes = "", seconds = "0", fraction = ""] = TIME.exec(text) ?? [];
  if (hours !== "") {
    const milliseconds = Number(fraction.padEnd(3, "0"));
    const dayUs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + milliseconds * 1000;
    return { kind: "time", text, dayUs };
  }
  const [word = "", number = ""] = text.split(" ");
  const kind = KINDS.find((each) => each === word);
  if (kind !== undefined && /^[1-9]\d{0,8}$/.test(number)) return { kind, number: Number(number) };
  throw new InputError({
    source: "why",
    problem: `${text} is nothing that can be asked about`,
    remedy: "give a time such as 09:41 or 09:41:12, or `stop 3`, `seal 120` or `run 2` with its number in the shift",
  });
}

/**
 * The moment of a shift that is meant; null when the time of day is not in it.
 * @param wallOffsetUs wall time minus line time.
 * @throws InputError when there is no such stop, seal or run.
 */
export function targetIn(
  subject: WhySubject,
  shift: { readonly input: ShiftInput; readonly result: ShiftResult; readonly wallOffsetUs: number | null },
  clock: LocalClock,
): WhyTarget | null {
  if (subject.kind === "time") return timeIn(subject, shift.result, shift.wallOffsetUs ?? 0, clock);
  const { result, input } = shift;
  const { number, kind } = subject;
  const list = { stop: result.stops ?? [], run: result.runs, seal: sealsOf(input) }[kind];
  const found = list[number - 1];
  if (found === undefined)
    throw new InputError({
      source: `why ${kind} ${number}`,
      problem:
        list.length === 0
          ? `shift ${result.id} has no ${kind}s`
          : `shift ${result.id} has ${kind}s 1 to ${list.length}`,
      remedy: "give one of them, or another shift with --shift",
    });
  return { subject: `${kind} ${number}`, momentUs: "onUs" in found ? found.onUs : found.startUs };
}

/** A shift may reach over midnight: the time is that of its first day, or of the next one. */
function timeIn(
  { text, dayUs }: Extract<WhySubject, { kind: "time" }>,
  { startUs, endUs }: ShiftResult,
  wallOffsetUs: number,
  clock: LocalClock,
): WhyTarget | null {
  const minute = Math.floor(dayUs / 60e6);
  const days = [clock.date(startUs + wallOffsetUs), clock.date(endUs + wallOffsetUs)];
  const moments = days.map((date) => clock.wallUs(date, minute) + (dayUs % 60e6) - wallOffsetUs);
  const momentUs = moments.find((each) => startUs <= each && each < endUs);
  return momentUs === undefined ? null : { subject: text, momentUs };
}
