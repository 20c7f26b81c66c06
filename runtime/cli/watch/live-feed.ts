import { setTimeout as sleep } from "node:timers/promises";
import type { LiveValue, ShiftValue } from "../../daemon/live-topic.ts";
import { SocketClient } from "../../socket/socket-client.ts";
import type { Watched } from "./watch-frame.ts";

const RETRY_MS = 1000;

/**
 * What the daemon tells of one line as it goes on. When the daemon goes away it is asked again every second, and what is
 * known stays.
 */
export class LiveFeed {
  readonly #onNews: () => void;
  #client: SocketClient | null = null;
  #live: LiveValue | null = null;
  #shift: ShiftValue | null = null;
  #lineId: string | null = null;
  #endShift: () => void = () => {};
  #awaySinceMs: number | null = null;
  #isClosed = false;

  private constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  /**
   * Begins with a line, or with the first one.
   * @param onNews something is to be drawn.
   * @throws InputError when no daemon runs, this user may not ask it, or there is no such line.
   */
  static async open(line: string | undefined, onNews: () => void): Promise<LiveFeed> {
    const feed = new LiveFeed(onNews);
    const client = await SocketClient.connect();
    if (line !== undefined) {
      // a subscription to a line that is not there would end silently
      await client.call("view", { line, rows: 1 });
      feed.#lineId = line;
    }
    feed.#take(client);
    return feed;
  }

  get watched(): Watched {
    const awaySeconds = this.#awaySinceMs === null ? null : (performance.now() - this.#awaySinceMs) / 1000;
    return { live: this.#live, shift: this.#shift, awaySeconds };
  }

  /** Place of the line that is looked at among all of them, from 0. */
  get line(): number {
    return Math.max(0, this.#live?.lines.findIndex(({ line }) => line === this.#lineId) ?? 0);
  }

  /** Another line is looked at. */
  turnTo(line: number): void {
    const id = this.#live?.lines[line]?.line ?? null;
    if (id === null || id === this.#lineId) return;
    this.#lineId = id;
    this.#shift = null;
    this.#endShift();
    if (this.#client !== null) this.#subscribeShift(this.#client, id);
  }

  close(): void {
    this.#isClosed = true;
    this.#client?.close();
  }

  #take(client: SocketClient): void {
    this.#client = client;
    this.#awaySinceMs = null;
    client.subscribe(
      "live",
      {},
      {
        onValue: (value) => {
          this.#live = value as LiveValue;
          this.turnTo(this.line);
          this.#onNews();
        },
        onEnd: () => this.#goOn(),
      },
    );
    if (this.#lineId !== null) this.#subscribeShift(client, this.#lineId);
  }

  #subscribeShift(client: SocketClient, line: string): void {
    this.#endShift = client.subscribe(
      "shift",
      { line },
      {
        onValue: (value) => {
          this.#shift = value as ShiftValue;
          this.#onNews();
        },
        // a line that the new configuration does not have: `live` leads to another one
        onEnd: () => {},
      },
    );
  }

  /** The daemon is away: until it is back the screen tells so. */
  async #goOn(): Promise<void> {
    this.#client = null;
    this.#endShift = () => {};
    this.#awaySinceMs ??= performance.now();
    while (!this.#isClosed && this.#client === null) {
      this.#onNews();
      await sleep(RETRY_MS, undefined, { ref: false });
      const client = await SocketClient.connect().catch(() => null);
      if (client !== null && this.#isClosed) client.close();
      else if (client !== null) this.#take(client);
    }
  }
}
