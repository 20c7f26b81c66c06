import type { Texts } from "./texts/texts.ts";

const SECONDS_PER_DAY = 86_400;

/** What is shown of the computer; unknown is null. */
export interface ShownHealth {
  readonly isClockSet: boolean | null;
  /** Share of the disk that is free. */
  readonly diskFree: number | null;
  readonly isDiskNearlyFull: boolean;
  /** Null on a computer that does not tell. */
  readonly power: "ok" | "low" | "was low" | null;
  /** The target that most needs to be looked at, or was written last; null where there is none. */
  readonly sync: ShownTarget | null;
  readonly upSeconds: number;
}

/** A stick or share: which, how it is, and the local time when it last had everything; null for never. */
export interface ShownTarget {
  readonly kind: "stick" | "share" | "folder";
  readonly state: "fine" | "busy" | "wrong";
  readonly syncedAt: string | null;
}

/** What is wrong first, then the rest; what cannot be known here is left out. */
export function healthWords(health: ShownHealth, { live, numerals }: Texts): readonly string[] {
  const { isClockSet, diskFree, isDiskNearlyFull, power, sync, upSeconds } = health;
  const wrong: string[] = [];
  const fine: string[] = [];
  const tell = (isFine: boolean, word: string) => (isFine ? fine : wrong).push(word);
  if (isClockSet === null) tell(true, live.clock.unknown);
  else tell(isClockSet, isClockSet ? live.clock.ok : live.clock.unset);
  if (diskFree !== null) {
    const share = `${numerals.fixed(100 * diskFree, 0)} %`;
    tell(!isDiskNearlyFull, isDiskNearlyFull ? live.disk.full(share) : live.disk.free(share));
  }
  if (power === "low") tell(false, live.power.low);
  else if (power !== null) tell(true, power === "ok" ? live.power.ok : live.power.wasLow);
  if (sync !== null) tell(sync.state !== "wrong", syncWord(sync, live));
  const days = Math.floor(upSeconds / SECONDS_PER_DAY);
  return [...wrong, ...fine, live.up(days < 2 ? numerals.duration(upSeconds) : `${numerals.count(days)} d`)];
}

function syncWord({ kind, state, syncedAt }: ShownTarget, { sync, target }: Texts["live"]): string {
  if (state === "wrong") return sync.failed(target[kind]);
  if (state === "busy") return sync.syncing(target[kind]);
  return syncedAt === null ? sync.never(target[kind]) : sync.synced(target[kind], syncedAt);
}
