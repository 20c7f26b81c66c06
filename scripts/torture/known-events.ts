import type { Store } from "../../runtime/store/store.ts";
import type { StoredEvent } from "../../runtime/store/stored-event.ts";

/** The event that a torture store holds under a number: whoever reads it knows whether it is right. */
export function knownEvent(line: number, seq: number): StoredEvent {
  const duration = 800 + ((seq * 7919) % 400);
  const values = seq % 11 === 0 ? [`text ${seq}`, null] : [duration, duration / 1000 + line, seq];
  return {
    type: seq % 11 === 0 ? 7 : 1,
    boot: Math.floor(seq / 5000),
    monoUs: (seq % 2 ** 30) * 1_000_003 + line,
    values,
  };
}

/** What a look through a line's log found. */
export interface LogCheck {
  readonly seqs: readonly number[];
  /** Numbers whose event is not the one that was appended, or that come out of order or twice. */
  readonly wrong: number;
}

/** Reads all durable events of a line and compares them with what was appended. */
export async function checkLog(store: Store, line: number): Promise<LogCheck> {
  const seqs: number[] = [];
  let wrong = 0;
  for await (const { seq, event } of store.events(line)) {
    const isRight = JSON.stringify(event) === JSON.stringify(knownEvent(line, seq));
    if (!isRight || seq <= (seqs.at(-1) ?? -1)) wrong++;
    seqs.push(seq);
  }
  return { seqs, wrong };
}
