import type { WatchClock } from "../drivers/gpio/chardev-watcher.ts";
import { type Kernel, KernelError } from "../drivers/gpio/kernel.ts";

/** A line of a fake chip. */
export interface FakeLine {
  name: string;
  level: 0 | 1;
  /** Who else holds it; empty for nobody. */
  consumer: string;
}

const EVENTS_A_LINE = 16;

interface FakeRequest {
  readonly offsets: readonly number[];
  readonly flags: readonly bigint[];
  readonly fifo: Buffer[];
  seqno: number;
}

/**
 * A kernel with one GPIO chip in memory, which speaks in the bytes of <linux/gpio.h>. Its time moves when somebody waits,
 * and before each wait the next step of the stimulus happens.
 */
export class FakeGpio implements Kernel, WatchClock {
  /** Monotonic time in microseconds. */
  us = 1_000_000;
  readonly lines: FakeLine[];
  /** A second chip of the same kind is there. */
  hasTwin = false;
  label: string;
  readonly steps: (() => void)[] = [];
  /** Called at each wait once the stimulus is over. */
  whenOver: () => void = () => {};
  /** Code that opening the chip fails with. */
  openFault: string | null = null;
  /** Code that a request for lines fails with. */
  requestFault: string | null = null;
  isPlugged = true;
  /** Interrupts that the chip kept while nobody held the lines: the next request counts them and tells no edge. */
  kept = 0;
  /** Descriptors that are open. */
  readonly openFds = new Set<number>();
  #request: FakeRequest | null = null;
  readonly #paths = new Map<number, string>();
  #fd = 100;

  constructor(lines: number, label = "pinctrl-fake") {
    this.label = label;
    this.lines = Array.from({ length: lines }, (_, i) => ({ name: `GPIO${i}`, level: 0, consumer: "" }));
  }

  /** The next step of the stimulus, so long after the one before. */
  after(us: number, act: () => void): this {
    this.steps.push(() => {
      this.us += us;
      act();
    });
    return this;
  }

  /** A contact moves and the kernel notices. */
  set(offset: number, level: 0 | 1): void {
    const line = this.lines[offset] as FakeLine;
    if (line.level === level) return;
    line.level = level;
    this.tell(offset, level);
  }

  /** A contact moves and nobody notices. */
  setSilently(offset: number, level: 0 | 1): void {
    (this.lines[offset] as FakeLine).level = level;
  }

  /** The kernel tells an edge, whatever the level is; `skipped` edges before it are told by the number only. */
  tell(offset: number, level: 0 | 1, skipped = 0): void {
    const request = this.#request;
    const at = request?.offsets.indexOf(offset) ?? -1;
    if (request === null || at < 0) return;
    request.seqno += 1 + skipped;
    const logical = (request.flags[at] as bigint) & 2n ? 1 - level : level;
    const event = Buffer.alloc(48);
    event.writeBigUInt64LE(BigInt(this.us) * 1000n + 999n, 0);
    event.writeUInt32LE(logical === 1 ? 1 : 2, 8);
    event.writeUInt32LE(offset, 12);
    event.writeUInt32LE(request.seqno, 16);
    request.fifo.push(event);
    if (request.fifo.length > EVENTS_A_LINE * request.offsets.length) request.fifo.shift();
  }

  /** The flags that a line was asked for with; null when it is free. */
  flagsOf(offset: number): bigint | null {
    return this.#request?.flags[this.#request.offsets.indexOf(offset)] ?? null;
  }

  unplug(): void {
    this.isPlugged = false;
  }

  plug(): void {
    this.isPlugged = true;
  }

  nowUs(): number {
    return this.us;
  }

  sleep(ms: number): void {
    this.#step();
    this.us += ms * 1000;
  }

  chipPaths(): readonly string[] {
    if (!this.isPlugged) return [];
    return this.hasTwin ? ["/dev/gpiochip0", "/dev/gpiochip1"] : ["/dev/gpiochip0"];
  }

  open(path: string): number {
    if (!this.chipPaths().includes(path)) throw new KernelError("open", "ENOENT");
    if (this.openFault !== null) throw new KernelError("open", this.openFault);
    this.#fd++;
    this.openFds.add(this.#fd);
    this.#paths.set(this.#fd, path);
    return this.#fd;
  }

  close(fd: number): void {
    if (!this.openFds.delete(fd)) throw new Error(`descriptor ${fd} is not open`);
    if (fd < 100) this.#request = null;
  }

  ioctl(fd: number, request: number, bytes: Buffer): void {
    if (!this.isPlugged) throw new KernelError("ioctl", "ENODEV");
    if (request === 0x8044b401) this.#chipInfo(fd, bytes);
    else if (request === 0xc100b405) this.#lineInfo(bytes);
    else if (request === 0xc250b407) this.#lineRequest(bytes);
    else if (request === 0xc010b40e) this.#lineValues(bytes);
    else throw new KernelError("ioctl", "ENOTTY");
  }

  poll(_fd: number, timeoutMs: number): number {
    this.#step();
    if (!this.isPlugged) return 0x18;
    if ((this.#request?.fifo.length ?? 0) > 0) return 1;
    this.us += timeoutMs * 1000;
    return 0;
  }

  read(_fd: number, bytes: Buffer): number {
    const events = this.#request?.fifo.splice(0, Math.floor(bytes.length / 48)) ?? [];
    for (const [i, event] of events.entries()) event.copy(bytes, i * 48);
    return events.length * 48;
  }

  #step(): void {
    const step = this.steps.shift();
    if (step === undefined) this.whenOver();
    else step();
  }

  #chipInfo(fd: number, bytes: Buffer): void {
    bytes.write(this.#paths.get(fd)?.slice(5) ?? "", 0);
    bytes.write(this.label, 32);
    bytes.writeUInt32LE(this.lines.length, 64);
  }

  #lineInfo(bytes: Buffer): void {
    const offset = bytes.readUInt32LE(64);
    const line = this.lines[offset];
    if (line === undefined) throw new KernelError("ioctl", "EINVAL");
    bytes.write(line.name, 0);
    bytes.write(line.consumer, 32);
    bytes.writeBigUInt64LE(line.consumer === "" ? 4n : 5n, 72);
  }

  #lineRequest(bytes: Buffer): void {
    if (this.requestFault !== null) throw new KernelError("ioctl", this.requestFault);
    const offsets = Array.from({ length: bytes.readUInt32LE(560) }, (_, i) => bytes.readUInt32LE(i * 4));
    if (offsets.some((offset) => this.lines[offset]?.consumer !== "")) throw new KernelError("ioctl", "EBUSY");
    this.#request = {
      offsets,
      flags: offsets.map((_, i) => flagsIn(bytes.subarray(288), i)),
      fifo: [],
      seqno: this.kept,
    };
    this.kept = 0;
    bytes.writeInt32LE(3, 588);
    this.openFds.add(3);
  }

  #lineValues(bytes: Buffer): void {
    const { offsets, flags } = this.#request as FakeRequest;
    const mask = bytes.readBigUInt64LE(8);
    let bits = 0n;
    offsets.forEach((offset, i) => {
      const level = BigInt((this.lines[offset] as FakeLine).level) ^ (((flags[i] as bigint) >> 1n) & 1n);
      if ((mask >> BigInt(i)) & 1n) bits |= level << BigInt(i);
    });
    bytes.writeBigUInt64LE(bits, 0);
  }
}

function flagsIn(config: Buffer, line: number): bigint {
  for (let i = 0; i < config.readUInt32LE(8); i++) {
    const at = 32 + i * 24;
    if ((config.readBigUInt64LE(at + 16) >> BigInt(line)) & 1n) return config.readBigUInt64LE(at + 8);
  }
  return config.readBigUInt64LE(0);
}
