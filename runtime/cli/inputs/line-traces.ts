import type { Contact } from "../../../algorithms/signal.ts";
import type { EdgeBatch, LineLevels } from "../../daemon/edge-feed.ts";
import { channelKey, eachLevel } from "./edge-stream.ts";
import { LevelTrace } from "./level-trace.ts";

/** The traces of one contact. */
export interface ContactTraces {
  readonly raw: LevelTrace;
  readonly filtered: LevelTrace;
}

/** All that the batches told of the last two minutes. */
export class LineTraces {
  readonly #contacts = new Map<number, ContactTraces>();
  #latest: EdgeBatch | null = null;
  #firstUs: number | null = null;
  /** Edges and changes that this program was too slow for. */
  dropped = 0;

  /** The latest batch; null before there is one. */
  get latest(): EdgeBatch | null {
    return this.#latest;
  }

  /** Time of the first batch: from here on every edge is known. */
  get firstUs(): number | null {
    return this.#firstUs;
  }

  of(line: number, channel: Contact): ContactTraces {
    const key = channelKey(line, channel);
    const known = this.#contacts.get(key);
    if (known !== undefined) return known;
    const traces = { raw: new LevelTrace(), filtered: new LevelTrace() };
    this.#contacts.set(key, traces);
    return traces;
  }

  take(batch: EdgeBatch): void {
    const nowUs = batch.nowUs ?? 0;
    if (this.#firstUs === null) {
      this.#firstUs = nowUs;
      batch.lines.forEach((levels, line) => {
        this.#settle(levels, line, nowUs);
      });
    }
    eachLevel(batch.edges, (timeUs, line, channel, level) => {
      if (channel !== "recorder") this.of(line, channel).raw.push(timeUs, level);
    });
    eachLevel(batch.changes, (timeUs, line, channel, level) => {
      if (channel !== "recorder") this.of(line, channel).filtered.push(timeUs, level);
      else if (level === 0) this.#forget(line, timeUs);
    });
    if (batch.dropped > 0)
      batch.lines.forEach((_, line) => {
        this.#forget(line, lastTime(batch) ?? nowUs);
      });
    this.dropped += batch.dropped;
    // whatever was not told, or began anew behind a hole, is told by the levels at the end
    batch.lines.forEach((levels, line) => {
      this.#settle(levels, line, nowUs);
    });
    for (const { raw, filtered } of this.#contacts.values()) {
      raw.forgetBefore(nowUs);
      filtered.forgetBefore(nowUs);
    }
    this.#latest = batch;
  }

  #forget(line: number, timeUs: number): void {
    for (const { channel } of this.#channelsOf(line)) {
      this.of(line, channel).raw.push(timeUs, null);
      this.of(line, channel).filtered.push(timeUs, null);
    }
  }

  #settle({ channels }: LineLevels, line: number, nowUs: number): void {
    for (const { channel, raw, rawSinceUs, filtered, filteredSinceUs } of channels) {
      const traces = this.of(line, channel);
      traces.raw.push(rawSinceUs ?? nowUs, raw);
      traces.filtered.push(filteredSinceUs ?? nowUs, filtered);
    }
  }

  #channelsOf(line: number): readonly { readonly channel: Contact }[] {
    return this.#latest?.lines[line]?.channels ?? [];
  }
}

function lastTime({ edges }: EdgeBatch): number | undefined {
  return edges.timesUs.at(-1);
}
