/** A closed contact, in truth or as a filter found it. */
export interface ClosedTime {
  readonly onUs: number;
  readonly offUs: number;
}

/** How found pulses fit true seals: `ok + split + merged + missed` are all true seals, `phantom` counts found pulses. */
export interface PulseScore {
  /** Exactly one found pulse overlaps the seal, and that pulse no other seal. */
  ok: number;
  /** Two or more found pulses overlap the seal. */
  split: number;
  /** The only found pulse that overlaps the seal also overlaps another one. */
  merged: number;
  /** No found pulse overlaps the seal. */
  missed: number;
  /** Found pulses that overlap no true seal. */
  phantom: number;
  /** |found - true| sealing time of each seal that is ok. */
  readonly errorsUs: number[];
}

interface Hits {
  readonly first: number;
  readonly count: number;
}

/** Compares found pulses with true seals; both in order of time, none overlapping its neighbours. */
export function scorePulses(seals: readonly ClosedTime[], pulses: readonly ClosedTime[]): PulseScore {
  const hits = overlaps(seals, pulses);
  const sealsOfPulse = countSeals(hits, pulses.length);
  const score: PulseScore = { ok: 0, split: 0, merged: 0, missed: 0, phantom: 0, errorsUs: [] };
  hits.forEach(({ first, count }, i) => {
    const kind = kindOf(count, sealsOfPulse[first] ?? 0);
    score[kind]++;
    if (kind === "ok") score.errorsUs.push(Math.abs(length(pulses[first]) - length(seals[i])));
  });
  score.phantom = sealsOfPulse.filter((count) => count === 0).length;
  return score;
}

/** Several recordings as one. */
export function addScores(scores: readonly PulseScore[]): PulseScore {
  const sum: PulseScore = { ok: 0, split: 0, merged: 0, missed: 0, phantom: 0, errorsUs: [] };
  for (const score of scores) {
    for (const kind of ["ok", "split", "merged", "missed", "phantom"] as const) sum[kind] += score[kind];
    for (const error of score.errorsUs) sum.errorsUs.push(error);
  }
  return sum;
}

function kindOf(pulses: number, sealsOfPulse: number): "ok" | "split" | "merged" | "missed" {
  if (pulses === 0) return "missed";
  if (pulses > 1) return "split";
  return sealsOfPulse > 1 ? "merged" : "ok";
}

/** For each seal, which pulses overlap it. */
function overlaps(seals: readonly ClosedTime[], pulses: readonly ClosedTime[]): Hits[] {
  let first = 0;
  return seals.map(({ onUs, offUs }) => {
    while ((pulses[first]?.offUs ?? Infinity) <= onUs) first++;
    let end = first;
    while ((pulses[end]?.onUs ?? Infinity) < offUs) end++;
    return { first, count: end - first };
  });
}

/** For each pulse, how many seals it overlaps. */
function countSeals(hits: readonly Hits[], pulses: number): number[] {
  const counts = Array.from({ length: pulses }, () => 0);
  for (const { first, count } of hits)
    for (let pulse = first; pulse < first + count; pulse++) counts[pulse] = (counts[pulse] ?? 0) + 1;
  return counts;
}

function length(time: ClosedTime | undefined): number {
  return time === undefined ? Number.NaN : time.offUs - time.onUs;
}
