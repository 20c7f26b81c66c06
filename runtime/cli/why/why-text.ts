import { LevelTrace } from "../inputs/level-trace.ts";
import { scopeRow } from "../inputs/scope-row.ts";
import { LocalClock } from "../../local-clock.ts";
import { padded, wrapped } from "../../report/terminal.ts";
import { counted } from "../../report/text.ts";
import type { WhyContact } from "../../why/contact-at.ts";
import type { WhySeal } from "../../why/seal-at.ts";
import { levelWord, type Why, type WhyRule, type WhyStop } from "../../why/why.ts";
import { seconds } from "./length-text.ts";

const LABEL_COLUMNS = 10;
const MOST_LISTED = 12;
const MOST_REMOVED = 3;

/** Prints times of line time as the plant's clock, or as seconds of the recording where there is none. */
class Times {
  readonly #clock: LocalClock;
  readonly #offsetUs: number | null;

  constructor({ timeZone, wallOffsetUs }: Why) {
    this.#clock = new LocalClock(timeZone);
    this.#offsetUs = wallOffsetUs;
  }

  /** `09:41:12.204`. */
  at(timeUs: number): string {
    if (this.#offsetUs === null) return `${(timeUs / 1e6).toFixed(3)} s`;
    return this.#clock.iso(Math.round(timeUs + this.#offsetUs)).slice(11, 23);
  }
}

/** A why in words, from the contacts to the loss, in so many columns. */
export function whyText(why: Why, columns: number, utf8: boolean): string[] {
  const times = new Times(why);
  const rows: [string, readonly string[]][] = [
    ["CONTACTS", contactRows(why, times, columns, utf8)],
    ["FILTER", filterRows(why, times)],
    ["RULE", ruleRows(why, times)],
    ["RUN", why.seals.length === 0 ? ["no seal is near"] : why.seals.map((seal) => sealRow(seal, why, times))],
    ["LOSS", lossRows(why, times)],
  ];
  const head = `${why.lineName.toUpperCase()} (${why.line})   ${why.shift}   ${why.subject} = ${times.at(why.momentUs)}`;
  return [
    ...wrapped(head, columns),
    ...rows.flatMap(([title, texts]) =>
      texts.flatMap((text, i) => labelled(i === 0 ? title : "", text, columns, title === "CONTACTS" && why.hasEdges)),
    ),
  ];
}

function labelled(title: string, text: string, columns: number, isDrawn: boolean): string[] {
  const lines = isDrawn ? [text] : wrapped(text, columns - LABEL_COLUMNS);
  return lines.map((line, i) => `${padded(i === 0 ? title : "", LABEL_COLUMNS)}${line}`.trimEnd());
}

function contactRows(why: Why, times: Times, columns: number, utf8: boolean): readonly string[] {
  if (!why.hasEdges && why.isHole) return ["nothing was seen at this time, so there are no edges"];
  if (!why.hasEdges) return ["raw edges of this time are not kept any more; what follows is still known"];
  const dropped = why.droppedEdges > 0 ? [`${counted(why.droppedEdges, "edge")} around it could not be kept`] : [];
  return [...why.contacts.flatMap((contact) => contactTrace(contact, why.momentUs, times, columns, utf8)), ...dropped];
}

function contactTrace(contact: WhyContact, momentUs: number, times: Times, columns: number, utf8: boolean): string[] {
  const { channel, window, filtered, startUs, endUs } = contact;
  const raw = new LevelTrace();
  const clean = new LevelTrace();
  raw.push(window.fromUs, window.startLevel);
  let level = window.startLevel;
  for (const timeUs of window.edgesUs) {
    level = level === 1 ? 0 : 1;
    raw.push(timeUs, level);
  }
  const other = filtered === null ? null : filtered === 1 ? 0 : 1;
  clean.push(window.fromUs, startUs !== null && startUs > window.fromUs ? other : filtered);
  if (startUs !== null) clean.push(startUs, filtered);
  if (endUs !== null) clean.push(endUs, other);
  const span = {
    untilUs: window.untilUs,
    windowUs: Math.max(1, window.untilUs - window.fromUs),
    columns: Math.max(10, columns - LABEL_COLUMNS - 9),
  };
  const at = Math.floor(((momentUs - window.fromUs) / span.windowUs) * span.columns);
  const mark = `${" ".repeat(9 + Math.max(0, Math.min(span.columns - 1, at)))}^`;
  return [
    `${channel}, ${times.at(window.fromUs)} to ${times.at(window.untilUs)}, ${counted(window.edgesUs.length, "edge")}`,
    `raw      ${scopeRow(raw, span, { utf8 })}`,
    `filtered ${scopeRow(clean, span, { utf8 })}`,
    mark,
    ...edgeList(contact, momentUs, times),
  ];
}

/** The edges nearest to the moment, each with what the contact did. */
function edgeList({ window }: WhyContact, momentUs: number, times: Times): string[] {
  const edges = window.edgesUs.map((timeUs, i) => ({ timeUs, closes: (window.startLevel === 0) === (i % 2 === 0) }));
  const near = edges
    .toSorted((a, b) => Math.abs(a.timeUs - momentUs) - Math.abs(b.timeUs - momentUs))
    .slice(0, MOST_LISTED)
    .sort((a, b) => a.timeUs - b.timeUs);
  const words = near.map(({ timeUs, closes }) => `${times.at(timeUs).slice(6)} ${closes ? "closes" : "opens"}`);
  const more = edges.length - near.length;
  const all = more > 0 ? [...words, `and ${more} more`] : words;
  return all.length === 0 ? [] : chunksOf(all, 3).map((part) => `  ${part.join(", ")}`);
}

function filterRows({ contacts, hasEdges }: Why, times: Times): readonly string[] {
  if (!hasEdges) return ["not known without the edges"];
  return contacts.flatMap((contact) => {
    const { channel, filtered, raw, startUs, isStartSeen, endUs, costs, betaSeconds, removed } = contact;
    const since = isStartSeen ? "since" : "since before";
    const from = startUs === null ? "not decided" : `${since} ${times.at(startUs)}`;
    const until =
      endUs === null
        ? ""
        : ` until ${times.at(endUs)}${isStartSeen ? ` (${seconds((endUs - (startUs ?? endUs)) / 1e6)})` : ""}`;
    const differs =
      filtered !== null && raw !== filtered ? `, though the contact was ${levelWord(raw)} at this moment` : "";
    const kept =
      costs === null
        ? ""
        : `; kept: two changes of ${betaSeconds} s and what differs cost ${seconds(costs.keepSeconds)}, to take it away ${seconds(costs.removeSeconds)}`;
    const state = `${channel} ${levelWord(filtered)} ${from}${until}${differs}${kept}`;
    const gone = removed
      .slice(0, MOST_REMOVED)
      .map(
        ({ startUs: at, endUs: to, edges, keepSeconds, removeSeconds }) =>
          `  removed ${times.at(at)}: ${counted(edges, "edge")} in ${seconds((to - at) / 1e6)}; to keep it ${seconds(keepSeconds)}, to remove it ${seconds(removeSeconds)}`,
      );
    return [state, ...gone];
  });
}

function ruleRows({ rules, hasEdges, contacts }: Why, times: Times): readonly string[] {
  if (!hasEdges) return ["not known without the edges"];
  const isClosed = contacts.some(({ channel, filtered }) => channel === "sealing" && filtered === 1);
  if (rules.length === 0 && isClosed) return ["the sealing contact is closed, and no verdict has come yet"];
  if (rules.length === 0) return ["no pulse of the sealing contact is near that could be a seal"];
  return rules.map((rule) => ruleRow(rule, times));
}

function ruleRow({ verdict, onUs, offUs, seconds: long, ...limits }: WhyRule, times: Times): string {
  const { minSealingTimeSeconds: least, maxSealingTimeSeconds: most } = limits;
  const span = `${times.at(onUs)}${offUs === null ? ", still closed" : ` to ${times.at(offUs)}, ${seconds(long ?? 0)}`}`;
  switch (verdict) {
    case "seal":
      return `${span}: a seal (from ${least} to ${most} s)`;
    case "short":
      return `${span}: no seal, shorter than minSealingTimeSeconds = ${least} s`;
    case "stuck":
      return `${span}: no seal, longer than maxSealingTimeSeconds = ${most} s: the contact is stuck`;
    case "cut":
      return `${span}: not counted, a hole of the recorder cut it and less than ${least} s of it was seen`;
    case "repeated":
      return `${times.at(onUs)}: the level repeated, an edge is missing before it`;
  }
}

function sealRow(seal: WhySeal, { momentUs }: Why, times: Times): string {
  const place = seal.onUs > momentUs ? "next" : seal.offUs <= momentUs ? "last" : "this";
  const number = seal.number === null ? "of another shift" : String(seal.number);
  const long = seal.sealingTimeSeconds === null ? "" : `, ${seconds(seal.sealingTimeSeconds)}`;
  return `${place} seal: ${number}, ${times.at(seal.onUs)}${long}, ${belongs(seal)}${seal.isDoubtful ? "; interference sits at one of its ends" : ""}`;
}

function belongs(seal: WhySeal): string {
  const { product, productName, run, runSeals, rival, productSealingTimeSeconds: usual, reason } = seal;
  if (product !== null) {
    const name = productName === null ? product : `${product} "${productName}"`;
    const where = run === null ? "" : `run ${run} of ${counted(runSeals ?? 0, "seal")}, `;
    return `${where}${name}${usual === null ? "" : ` (${seconds(usual)})`}${rival === null ? "" : `, or perhaps ${rival}`}`;
  }
  if (reason === "no-sealing-time") return "in no run: its beginning or its end was not seen";
  if (reason === "alone")
    return `in no run: it fits a product, but not with ${seal.minRunSeals} alike around it, or it is not decided yet`;
  if (usual === null) return "in no run: there is no product yet";
  const percent = Math.round(100 * Math.abs((seal.sealingTimeSeconds ?? usual) / usual - 1));
  return `in no run: ${percent} % from the nearest product (${seconds(usual)}): cut short, prolonged or a trial`;
}

function lossRows({ stop, isHole, letter, cycleSeconds, idealCycleSeconds }: Why, times: Times): readonly string[] {
  const minute = letter === null ? "" : `this minute is "${letter}" in the report; `;
  if (stop !== null) return [`${minute}${stopText(stop, times)}`];
  if (isHole) return [`${minute}nothing was seen at this moment: no loss is booked, coverage is less`];
  const cycle =
    cycleSeconds === null
      ? ""
      : `; the cycle takes ${seconds(cycleSeconds)}${idealCycleSeconds === null ? "" : `, ideal ${seconds(idealCycleSeconds)}`}`;
  const slow =
    cycleSeconds !== null && idealCycleSeconds !== null && cycleSeconds > idealCycleSeconds
      ? `: ${seconds(cycleSeconds - idealCycleSeconds)} of slow cycle`
      : "";
  return [`${minute}no stop: the machine runs${cycle}${slow}`];
}

function stopText(stop: WhyStop, times: Times): string {
  const { number, name, startUs, endUs, gapSeconds, open, continued, reason, microStopSeconds, stopSeconds } = stop;
  const length = `${times.at(startUs)} to ${times.at(endUs)}, ${seconds((endUs - startUs) / 1e6)}`;
  const limits = [
    ...(microStopSeconds === null ? [] : [`a micro-stop from ${seconds(microStopSeconds)}`]),
    ...(stopSeconds === null ? [] : [`a stop from ${seconds(stopSeconds)} on`]),
  ];
  const why = limits.length === 0 ? "" : ` (${limits.join(", ")})`;
  const flags = `${open ? "; not over yet" : ""}${continued ? "; counted where it began" : ""}${reason === null ? "" : `; reason: ${reason}`}`;
  return `stop ${number}, ${name}, ${length}; its whole gap is ${seconds(gapSeconds)}${why}${flags}`;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
