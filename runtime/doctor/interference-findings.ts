import type { Cause, CauseKind } from "../../algorithms/interference-causes.ts";
import { REMOVED_KINDS } from "../../algorithms/signal.ts";
import type { ContactInterference, Interference } from "../daemon/interference.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** So few an hour need nobody: the filter removes them and counts go on right. */
const HARMLESS_PER_HOUR = 60;
/** Every seal bounces a little. */
const LONG_BOUNCE_SECONDS = 0.02;

const REMEDIES: Readonly<Record<CauseKind, string>> = {
  "own change": "the contact bounces: worn or dirty; a relay with gold contacts for small loads helps",
  "other change": "the same contactor or a coil beside it: fit an RC snubber or a diode to that coil",
  together: "one source for several contacts: lay their cables away from motor cables, shield, one common earth",
  mains: "mains pick-up: a shielded cable away from power, a lower pull-up resistor, or an isolated input board",
  "while closed": "it opens for moments while closed: a loose terminal, a dirty contact, vibration",
  "one hour": "find what ran in that hour",
  none: "no pattern: look at sealtrace inputs while it happens; shield the cable, keep it away from power",
};

/** What disturbs each contact, how much of it an hour, and why. */
export function interferenceFindings({ hours, contacts }: Interference): readonly Finding[] {
  if (hours === 0) return [];
  return contacts.map((contact) => contactFinding(contact, hours));
}

function contactFinding({ line, contact, counts, bounceSeconds, causes }: ContactInterference, hours: number): Finding {
  const about = `signal ${line} ${contact}`;
  const perHour = (edges: number) => edges / 2 / hours;
  const removed = perHour(counts.edges - counts.kept);
  const kinds = REMOVED_KINDS.filter((kind) => counts.removed[kind] > 0)
    .toSorted((a, b) => counts.removed[b] - counts.removed[a])
    .map((kind) => `${kind} ${rate(perHour(counts.removed[kind]))}`);
  const bounce = bounceSeconds === null ? "" : `, bounce ${Math.round(1000 * bounceSeconds)} ms`;
  const [cause] = causes;
  const why = cause === undefined ? "" : `; ${causeText(cause)}`;
  const text = `${rate(removed)} pulses an hour removed${kinds.length > 0 ? ` (${kinds.join(", ")})` : ""}${bounce}`;
  const isLong = (bounceSeconds ?? 0) > LONG_BOUNCE_SECONDS;
  if (cause === undefined || (removed < HARMLESS_PER_HOUR && !isLong)) return ok(about, text);
  return warn(about, `${text}${why}`, REMEDIES[cause.kind]);
}

/** `96 % within 40 ms of an edge of availability (by chance 3 %)`. */
function causeText({ kind, other, share, byChance, atUs }: Cause): string {
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  const chance = byChance === null ? "" : ` (by chance ${percent(byChance)})`;
  const hour = atUs === null ? "" : `${new Date(atUs / 1000).toISOString().slice(0, 16)}Z`;
  const words: Readonly<Record<CauseKind, string>> = {
    "own change": "of the disturbances are bounces at its own changes",
    "other change": `within 40 ms of an edge of ${other}`,
    together: `within 40 ms of a disturbance of ${other}`,
    mains: "of the edges come at the pace of the mains",
    "while closed": "while it is closed",
    "one hour": `within the hour from ${hour}`,
    none: "no pattern",
  };
  return kind === "none" ? words.none : `${percent(share)} ${words[kind]}${chance}`;
}

function rate(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : Math.round(value).toLocaleString("en-US");
}
