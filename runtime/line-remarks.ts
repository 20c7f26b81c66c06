import type { Remark } from "./line-event.ts";

const MOST_REMARKS = 200;

/** Everything `LineRemarks` knows. */
export interface LineRemarksState {
  readonly remarks: readonly Remark[];
  readonly moreRemarks: number;
}

/** What is remarkable about the contacts of a line, as far back as a shift needs it; beyond a bound only counted. */
export class LineRemarks {
  #remarks: Remark[] = [];
  #more = 0;

  push(remark: Remark): void {
    // a stuck contact is told while it is closed and again with its end
    const last = this.#remarks.at(-1);
    if (last?.kind === remark.kind && last.startUs === remark.startUs) this.#remarks.pop();
    if (this.#remarks.length < MOST_REMARKS) this.#remarks.push(remark);
    else this.#more++;
  }

  /** Those that begin in this time, and how many there were beyond the bound. */
  within(fromUs: number, untilUs: number): LineRemarksState {
    return {
      remarks: this.#remarks.filter(({ startUs }) => fromUs <= startUs && startUs < untilUs),
      moreRemarks: this.#more,
    };
  }

  /** Forgets those that began before this. */
  dropBefore(untilUs: number): void {
    this.#remarks = this.#remarks.filter(({ startUs }) => startUs >= untilUs);
    this.#more = 0;
  }

  save(): LineRemarksState {
    return { remarks: [...this.#remarks], moreRemarks: this.#more };
  }

  restore({ remarks, moreRemarks }: LineRemarksState): void {
    this.#remarks = [...remarks];
    this.#more = moreRemarks;
  }
}
