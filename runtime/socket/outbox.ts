import type { Socket } from "node:net";

/**
 * What is on its way to one client, bounded however slowly the client reads.
 *
 * A frame that is sent waits in the socket. A subscription's value is only offered: while the client has something
 * unread it waits here, as it is, and a newer one of the same subscription takes its place.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #encode: (id: number, value: unknown) => Buffer | null;
  readonly #waiting = new Map<number, unknown>();
  #wake: (() => void) | null = null;
  #replaced = 0;

  /** @param encode makes the frame of a value; null when there is nothing to send. */
  constructor(socket: Socket, encode: (id: number, value: unknown) => Buffer | null) {
    this.#socket = socket;
    this.#encode = encode;
    socket.on("drain", () => this.#goOn());
    socket.once("close", () => this.#goOn());
  }

  /** Bytes the client has not taken yet, beside what the kernel holds. */
  get unreadBytes(): number {
    return this.#socket.writableLength;
  }

  /** Values that a newer one replaced before they were sent. */
  get replaced(): number {
    return this.#replaced;
  }

  get #open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  send(frame: Buffer): void {
    if (this.#open) this.#socket.write(frame);
  }

  offer(id: number, value: unknown): void {
    if (!this.#open) return;
    if (this.#waiting.has(id)) this.#replaced++;
    this.#waiting.set(id, value);
    this.#sendWaiting();
  }

  /** Forgets the unsent value of a subscription. */
  withdraw(id: number): void {
    this.#waiting.delete(id);
  }

  /** Resolves once the client has taken all but what fits into the socket's buffer, or is gone. */
  drained(): Promise<void> {
    if (!this.#open || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #goOn(): void {
    this.#sendWaiting();
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  #sendWaiting(): void {
    for (const [id, value] of this.#waiting) {
      if (!this.#open || this.#socket.writableNeedDrain) return;
      this.#waiting.delete(id);
      const frame = this.#encode(id, value);
      if (frame !== null) this.#socket.write(frame);
    }
  }
}
