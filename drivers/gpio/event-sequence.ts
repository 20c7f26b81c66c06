const WRAP = 2 ** 32;

/** Finds losses in the kernel's numbers of the edges of one request, which begin with 1. */
export class EventSequence {
  #last = 0;

  /** Takes the next event's number; returns how many edges were lost before it. */
  push(seqno: number): number {
    const lost = (seqno - this.#last - 1 + 2 * WRAP) % WRAP;
    this.#last = seqno;
    return lost;
  }
}
