import type { ChannelKind, Level } from "../algorithms/signal.ts";
import type { Change } from "./change.ts";
import { toUs } from "./machine-spec.ts";
import type { StuckSpec } from "./panel-spec.ts";

interface Moment {
  readonly timeUs: number;
  readonly channel: number;
  /** What the contact is held at from then on; null: it is free again. */
  readonly held: Level | null;
}

/** Contacts that hang: while held, the machine moves them in vain; freed, they show what it wants by then. */
export function* stick(
  stuck: readonly StuckSpec[],
  kinds: readonly ChannelKind[],
  changes: Iterable<Change>,
  endUs: () => number,
): Generator<Change, void, undefined> {
  const moments = stuckMoments(stuck, kinds);
  const contacts = kinds.map((): { wanted: Level; shown: Level; held: Level | null } => ({
    wanted: 0,
    shown: 0,
    held: null,
  }));
  function* show(timeUs: number, channel: number): Generator<Change, void, undefined> {
    const contact = contacts[channel] as (typeof contacts)[number];
    const level = contact.held ?? contact.wanted;
    if (level === contact.shown) return;
    contact.shown = level;
    yield { timeUs, channel, level };
  }
  function* moveTo(timeUs: number): Generator<Change, void, undefined> {
    for (let moment = moments[0]; moment !== undefined && moment.timeUs <= timeUs; moment = moments[0]) {
      moments.shift();
      (contacts[moment.channel] as (typeof contacts)[number]).held = moment.held;
      yield* show(moment.timeUs, moment.channel);
    }
  }
  for (const change of changes) {
    yield* moveTo(change.timeUs);
    (contacts[change.channel] as (typeof contacts)[number]).wanted = change.level;
    yield* show(change.timeUs, change.channel);
  }
  yield* moveTo(endUs() - 1);
}

function stuckMoments(stuck: readonly StuckSpec[], kinds: readonly ChannelKind[]): Moment[] {
  return stuck
    .filter((s) => kinds.includes(s.channel))
    .flatMap((s): Moment[] => {
      const channel = kinds.indexOf(s.channel);
      const held: Level = s.contact === "closed" ? 1 : 0;
      const endUs = toUs(s.atSeconds + s.lengthSeconds);
      return [
        { timeUs: toUs(s.atSeconds), channel, held },
        { timeUs: endUs, channel, held: null },
      ];
    })
    .sort((a, b) => a.timeUs - b.timeUs);
}
