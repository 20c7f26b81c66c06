import type { ChannelKind, Level } from "../algorithms/signal.ts";
import type { Change } from "./change.ts";
import { EnergyMeter } from "./energy-meter.ts";
import type { Segment } from "./machine.ts";
import type { MachineSpec } from "./machine-spec.ts";

// A reject contact closes this long, at most for half the pause after the seal.
const REJECT_PULSE_US = 200_000;

/** Numbers of the two channels that every machine has. */
export const AVAILABILITY = 0;
export const SEALING = 1;

/** The contacts this machine has, in the order of their channel numbers. */
export function contactsOf(spec: MachineSpec): readonly ChannelKind[] {
  const contacts: ChannelKind[] = ["availability", "sealing"];
  if (spec.products.some((p) => p.rejectShare > 0)) contacts.push("reject");
  if (spec.energy !== null) contacts.push("energy");
  return contacts;
}

/**
 * The clean contacts of a machine: its segments as changes of level in order of time.
 * Holds the changes of one segment at a time.
 */
export function* machineSignals(spec: MachineSpec, segments: Iterable<Segment>): Generator<Change, void, undefined> {
  const contacts = contactsOf(spec);
  const rejectChannel = contacts.indexOf("reject");
  const energyChannel = contacts.indexOf("energy");
  const meter = spec.energy === null ? null : new EnergyMeter(spec.energy, energyChannel);
  let waiting: Change[] = [];
  let available: Level = 0;
  for (const segment of segments) {
    available = availability(segment, available, waiting);
    sealing(segment, rejectChannel, waiting);
    meter?.push(segment, waiting);
    // Of several, only the energy meter's last pulse may end in the next segment.
    if (waiting.length > 1) waiting.sort((a, b) => a.timeUs - b.timeUs);
    let sent = 0;
    for (const change of waiting) {
      if (change.timeUs >= segment.endUs) break;
      yield change;
      sent++;
    }
    waiting = waiting.slice(sent);
  }
}

function availability(segment: Segment, level: Level, out: Change[]): Level {
  if (segment.readyUs > segment.startUs) {
    if (level === 1) out.push({ timeUs: segment.startUs, channel: AVAILABILITY, level: 0 });
    if (segment.readyUs >= segment.endUs) return 0;
    out.push({ timeUs: segment.readyUs, channel: AVAILABILITY, level: 1 });
  } else if (level === 0) out.push({ timeUs: segment.startUs, channel: AVAILABILITY, level: 1 });
  return 1;
}

function sealing(segment: Segment, rejectChannel: number, out: Change[]): void {
  const { seal, endUs } = segment;
  if (seal === null) return;
  out.push({ timeUs: seal.onUs, channel: SEALING, level: 1 }, { timeUs: seal.offUs, channel: SEALING, level: 0 });
  if (!seal.rejected) return;
  const pauseUs = endUs - seal.offUs;
  const onUs = seal.offUs + Math.floor(pauseUs / 4);
  const offUs = onUs + Math.min(REJECT_PULSE_US, Math.floor(pauseUs / 2));
  out.push({ timeUs: onUs, channel: rejectChannel, level: 1 }, { timeUs: offUs, channel: rejectChannel, level: 0 });
}
