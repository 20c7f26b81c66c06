import { printable } from "../formats/printable.ts";
import type { Bias } from "./inputs.ts";

// Byte layouts of <linux/gpio.h>, version 2. All processors that are meant are little-endian.
const NAME_BYTES = 32;
const LINE_REQUEST_BYTES = 592;
const LINE_INFO_BYTES = 256;
const CHIP_INFO_BYTES = 68;
const VALUES_BYTES = 16;

/** Size of one event as it is read from a line request. */
export const EVENT_BYTES = 48;

/** Request numbers of ioctl. */
export const IOCTL = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  lineRequest: 0xc250b407,
  lineValues: 0xc010b40e,
} as const;

const INPUT_BOTH_EDGES = (1n << 2n) | (1n << 4n) | (1n << 5n);
const USED = 1n << 0n;
const ACTIVE_LOW = 1n << 1n;
const BIAS: Readonly<Record<Bias, bigint>> = { "pull-up": 1n << 8n, "pull-down": 1n << 9n, disabled: 1n << 10n };

/** The kernel keeps this many events at most for one request. */
const MOST_EVENTS = 1024;

/** One edge as the kernel tells it. */
export interface LineEvent {
  /** CLOCK_MONOTONIC in integer microseconds. */
  readonly timeUs: number;
  /** Number of the line on its chip. */
  readonly offset: number;
  readonly level: 0 | 1;
  /** Counts the edges of all lines of the request from 1, modulo 2^32. */
  readonly seqno: number;
}

/** A chip as it describes itself. */
export interface ChipDescription {
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

/** A line as its chip describes it. */
export interface LineDescription {
  readonly offset: number;
  readonly name: string;
  /** Who holds it; empty when nobody does or it has no name. */
  readonly consumer: string;
  readonly isUsed: boolean;
}

/** How one line is asked for. */
export interface LineSetting {
  readonly offset: number;
  readonly bias: Bias | null;
  readonly activeLow: boolean;
}

/** An empty `gpiochip_info`. */
export function chipInfoBytes(): Buffer {
  return Buffer.alloc(CHIP_INFO_BYTES);
}

/** Reads a `gpiochip_info`. */
export function parseChipInfo(bytes: Buffer): ChipDescription {
  return { name: text(bytes, 0), label: text(bytes, NAME_BYTES), lines: bytes.readUInt32LE(64) };
}

/** A `gpio_v2_line_info` that asks for one line. */
export function lineInfoBytes(offset: number): Buffer {
  const bytes = Buffer.alloc(LINE_INFO_BYTES);
  bytes.writeUInt32LE(offset, 64);
  return bytes;
}

/** Reads a `gpio_v2_line_info`. */
export function parseLineInfo(bytes: Buffer): LineDescription {
  const isUsed = (bytes.readBigUInt64LE(72) & USED) !== 0n;
  return { offset: bytes.readUInt32LE(64), name: text(bytes, 0), consumer: text(bytes, NAME_BYTES), isUsed };
}

/**
 * A `gpio_v2_line_request` for inputs with both edges, stamped by CLOCK_MONOTONIC and not debounced: the kernel's
 * debouncing stamps late and hides what chatters.
 * @param lines 1 to 64.
 */
export function lineRequestBytes(lines: readonly LineSetting[], consumer: string): Buffer {
  const bytes = Buffer.alloc(LINE_REQUEST_BYTES);
  for (const [i, { offset }] of lines.entries()) bytes.writeUInt32LE(offset, i * 4);
  bytes.write(consumer, 256, NAME_BYTES - 1, "latin1");
  writeFlags(bytes.subarray(288, 560), lines.map(flagsOf));
  bytes.writeUInt32LE(lines.length, 560);
  bytes.writeUInt32LE(MOST_EVENTS, 564);
  return bytes;
}

/** The descriptor that the kernel wrote into a granted request. */
export function requestedFd(bytes: Buffer): number {
  return bytes.readInt32LE(588);
}

/** A `gpio_v2_line_values` that asks for the first `lines` lines of a request. */
export function lineValuesBytes(lines: number): Buffer {
  const bytes = Buffer.alloc(VALUES_BYTES);
  bytes.writeBigUInt64LE((1n << BigInt(lines)) - 1n, 8);
  return bytes;
}

/** Levels in the order of the request. */
export function parseLineValues(bytes: Buffer, lines: number): readonly (0 | 1)[] {
  const bits = bytes.readBigUInt64LE(0);
  return Array.from({ length: lines }, (_, i) => ((bits >> BigInt(i)) & 1n ? 1 : 0));
}

/** Reads whole events. */
export function parseEvents(bytes: Buffer): LineEvent[] {
  const events: LineEvent[] = [];
  for (let at = 0; at + EVENT_BYTES <= bytes.length; at += EVENT_BYTES)
    events.push({
      timeUs: Number(bytes.readBigUInt64LE(at) / 1000n),
      offset: bytes.readUInt32LE(at + 12),
      level: bytes.readUInt32LE(at + 8) === 1 ? 1 : 0,
      seqno: bytes.readUInt32LE(at + 16),
    });
  return events;
}

function flagsOf({ bias, activeLow }: LineSetting): bigint {
  return INPUT_BOTH_EDGES | (activeLow ? ACTIVE_LOW : 0n) | (bias === null ? 0n : BIAS[bias]);
}

/** Writes a `gpio_v2_line_config`: the first line's flags hold for all, others are attributes with a mask of lines. */
function writeFlags(config: Buffer, flags: readonly bigint[]): void {
  const groups = new Map<bigint, bigint>();
  for (const [i, of] of flags.entries()) groups.set(of, (groups.get(of) ?? 0n) | (1n << BigInt(i)));
  const [[common] = [INPUT_BOTH_EDGES], ...others] = groups;
  config.writeBigUInt64LE(common, 0);
  config.writeUInt32LE(others.length, 8);
  for (const [i, [of, mask]] of others.entries()) {
    const at = 32 + i * 24;
    config.writeUInt32LE(1, at);
    config.writeBigUInt64LE(of, at + 8);
    config.writeBigUInt64LE(mask, at + 16);
  }
}

/** A name as the kernel keeps it, harmless for a terminal. */
function text(bytes: Buffer, at: number): string {
  return printable(bytes.toString("utf8", at, at + NAME_BYTES).replace(/\0.*$/s, ""));
}
