import { InputError } from "../input-error.ts";
import type { LineEvent } from "./chardev-abi.ts";
import { chipFault } from "./chardev-chips.ts";
import { type LineRequest, requestLines, type WantedLines } from "./chardev-request.ts";
import type { EdgeOutlet } from "./edge-outlet.ts";
import { EventSequence } from "./event-sequence.ts";
import type { WorkerVoice } from "./inputs-worker.ts";
import { type Kernel, KernelError } from "./kernel.ts";

const AUDIT_US = 1_000_000;
const RETRY_MS = 1000;
/** The kernel stamps an edge before it can be read; this is far more than it takes. */
const IN_FLIGHT_MS = 20;

/** Time for the watcher. */
export interface WatchClock {
  /** CLOCK_MONOTONIC in integer microseconds, as the kernel stamps its events. */
  nowUs(): number;
  sleep(ms: number): void;
}

/**
 * Watches lines of the character device: edges with the kernel's times, losses by its sequence numbers, and each second
 * a look at the levels themselves. When the chip goes away, nothing is seen until it is back; it is tried each second.
 */
export class ChardevWatcher {
  readonly #kernel: Kernel;
  readonly #wanted: WantedLines;
  readonly #pollMs: number;
  readonly #outlet: EdgeOutlet;
  readonly #voice: WorkerVoice;
  readonly #clock: WatchClock;
  #request: LineRequest | null = null;
  #sequence = new EventSequence();
  /** Events up to here are contained in levels that were read. */
  #readUs = 0;
  #seenUs = 0;
  #auditUs = 0;
  /** Edges were lost since the last audit, and counted. */
  #hasGap = false;
  #trouble: string | null = null;

  constructor(
    kernel: Kernel,
    { pollMs, ...wanted }: WantedLines & { readonly pollMs: number },
    outlet: EdgeOutlet,
    voice: WorkerVoice,
    clock: WatchClock,
  ) {
    this.#kernel = kernel;
    this.#wanted = wanted;
    this.#pollMs = pollMs;
    this.#outlet = outlet;
    this.#voice = voice;
    this.#clock = clock;
  }

  /**
   * Watches until it is asked to stop.
   * @throws InputError when the lines cannot be had at the start.
   */
  run(): void {
    try {
      this.#openFirst();
      this.#voice.started();
      while (!this.#outlet.control.stopped) this.#turn();
    } finally {
      this.#request?.close();
    }
  }

  #openFirst(): void {
    try {
      this.#open();
    } catch (error) {
      throw error instanceof InputError ? error : chipFault(this.#wanted.chip ?? "chardev", error);
    }
  }

  #turn(): void {
    this.#outlet.turn(this.#clock.nowUs());
    try {
      if (this.#request === null) this.#retry();
      else this.#watch(this.#request);
    } catch (error) {
      if (!(error instanceof KernelError || error instanceof InputError)) throw error;
      this.#loseChip(error);
    }
  }

  #open(): void {
    // interrupts that a chip kept from before are counted by the kernel as edges, which it never tells: the first
    // request takes them, and what the second one counts is ours
    requestLines(this.#kernel, this.#wanted).close();
    const request = requestLines(this.#kernel, this.#wanted);
    this.#request = request;
    this.#sequence = new EventSequence();
    this.#hasGap = false;
    const nowUs = this.#clock.nowUs();
    for (const [line, level] of request.levels().entries()) this.#outlet.level(nowUs, line, level);
    this.#readUs = nowUs;
    this.#seenUs = nowUs;
    this.#auditUs = nowUs + AUDIT_US;
  }

  #watch(request: LineRequest): void {
    const beforeUs = this.#clock.nowUs();
    const events = request.wait(this.#pollMs);
    for (const event of events) this.#take(request, event);
    this.#seenUs = beforeUs;
    if (this.#hasGap || this.#clock.nowUs() >= this.#auditUs) this.#audit(request);
  }

  #take(request: LineRequest, { timeUs, offset, level, seqno }: LineEvent): void {
    this.#outlet.control.add("edges", 1);
    const lost = this.#sequence.push(seqno);
    if (lost > 0) {
      this.#outlet.lose(lost);
      this.#hasGap = true;
    }
    const line = request.indexOf(offset);
    if (line < 0 || timeUs <= this.#readUs) return;
    if (level === this.#outlet.levelOf(line) && !this.#hasGap) this.#outlet.control.add("hiddenGlitches", 1);
    this.#outlet.level(timeUs, line, level);
  }

  /** Compares what is known with the pins; whatever moves meanwhile is taken first, and the pins are asked again later. */
  #audit(request: LineRequest): void {
    const nowUs = this.#clock.nowUs();
    const wrong = this.#wrongLines(request.levels());
    const events = request.wait(wrong.length > 0 ? IN_FLIGHT_MS : 0);
    for (const event of events) this.#take(request, event);
    if (events.length > 0) return;
    if (wrong.length > 0) this.#correct(request);
    else this.#outlet.still(nowUs - IN_FLIGHT_MS * 1000);
    this.#hasGap = false;
    this.#auditUs = nowUs + AUDIT_US;
  }

  /** No edge told of changes that are still there. What is wrong after a gap is counted as lost already. */
  #correct(request: LineRequest): void {
    const nowUs = this.#clock.nowUs();
    const levels = request.levels();
    const wrong = this.#wrongLines(levels);
    if (wrong.length === 0) return;
    this.#outlet.lose(this.#hasGap ? 0 : wrong.length);
    this.#outlet.control.add("corrections", wrong.length);
    for (const line of wrong) this.#outlet.level(nowUs, line, levels[line] as 0 | 1);
  }

  #wrongLines(levels: readonly (0 | 1)[]): number[] {
    return [...levels.keys()].filter((line) => levels[line] !== this.#outlet.levelOf(line));
  }

  #retry(): void {
    this.#clock.sleep(RETRY_MS);
    if (this.#outlet.control.stopped) return;
    this.#outlet.still(this.#clock.nowUs());
    // nobody can be told by a channel: the next entry tells
    if (!this.#outlet.hasRecorder) this.#outlet.lose(0);
    this.#open();
    this.#outlet.seeAgain(this.#readUs);
    this.#say(null);
  }

  /** The chip was taken away, or its driver. What was seen last is the beginning of the hole. */
  #loseChip(error: Error): void {
    this.#request?.close();
    this.#request = null;
    if (this.#outlet.sees) this.#outlet.goBlind(this.#seenUs);
    this.#say(`the GPIO chip is gone and is tried each second: ${error.message}`);
  }

  #say(trouble: string | null): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#voice.trouble(trouble);
  }
}
