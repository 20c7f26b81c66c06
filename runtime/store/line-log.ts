import type { Step } from "./database.ts";
import { chunkStep, dropEventStep, eventStep } from "./entries.ts";
import { CHUNK_EVENTS } from "./event-chunk.ts";
import { checkedEvent, type StoredEvent } from "./stored-event.ts";

/** Where a line's log stands in the database. */
export interface LineState {
  /** Lowest number still there; equals `nextSeq` when nothing is. */
  readonly firstSeq: number;
  readonly nextSeq: number;
  /** The newest events, which stand under keys of their own until they fill a chunk. */
  readonly tail: readonly StoredEvent[];
}

/** What a commit takes of one line. */
export interface LineTake {
  readonly line: number;
  readonly lastSeq: number;
  readonly count: number;
  readonly oldestMs: number;
}

/**
 * The events of one line on their way to the disk: hands out sequence numbers and turns waiting events into steps of a
 * batch, 256 at a time into chunks. What has been taken once is written until it stands, so the state moves on at once.
 */
export class LineLog {
  readonly line: number;
  firstSeq: number;
  /** Number of the last event whose commit has resolved, -1 when there is none. */
  durableSeq: number;
  #tail: StoredEvent[];
  #waiting: StoredEvent[] = [];
  #oldestMs = 0;
  #nextSeq: number;

  constructor(line: number, { firstSeq, nextSeq, tail }: LineState) {
    this.line = line;
    this.firstSeq = firstSeq;
    this.durableSeq = nextSeq - 1;
    this.#nextSeq = nextSeq;
    this.#tail = [...tail];
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  append(event: StoredEvent, nowMs: number): number {
    const checked = checkedEvent(event);
    if (this.#waiting.length === 0) this.#oldestMs = nowMs;
    this.#waiting.push(checked);
    return this.#nextSeq++;
  }

  /** Adds the steps for everything that waits; null when nothing does. */
  takeInto(steps: Step[]): LineTake | null {
    const count = this.#waiting.length;
    if (count === 0) return null;
    const stored = this.#tail.length;
    const events = this.#tail.concat(this.#waiting);
    const first = this.#nextSeq - events.length;
    let at = 0;
    for (; events.length - at >= CHUNK_EVENTS; at += CHUNK_EVENTS) {
      steps.push(chunkStep(this.line, first + at, events.slice(at, at + CHUNK_EVENTS)));
      for (let i = at; i < Math.min(at + CHUNK_EVENTS, stored); i++) steps.push(dropEventStep(this.line, first + i));
    }
    for (let i = Math.max(at, stored); i < events.length; i++)
      steps.push(eventStep(this.line, first + i, events[i] as StoredEvent));
    this.#tail = events.slice(at);
    this.#waiting = [];
    return { line: this.line, lastSeq: this.#nextSeq - 1, count, oldestMs: this.#oldestMs };
  }
}
