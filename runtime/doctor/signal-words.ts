import type { ContactFigures, Lengths } from "../../algorithms/signal-check/contact-figures.ts";
import type { SettingAdvice } from "../../algorithms/signal-check/filter-settings.ts";
import { LENGTH_LIMITS_SECONDS } from "../../algorithms/signal-check/length-histogram.ts";
import type { ContactCheck } from "../../algorithms/signal-check/signal-check.ts";
import type { Finding as SignalFinding } from "../../algorithms/signal-check/verdict.ts";
import { counted } from "../report/text.ts";
import type { Finding } from "./finding.ts";

const SNUBBER = "fit an RC snubber or a diode at the coil beside it, and keep its cable away from motors";
const MAINS = "use shielded cable or an isolated input board, a lower pull-up resistor, and one earth";

/** What was found of a contact, in an electrician's words: first how it is, then each thing that is the matter. */
export function contactFindings({ figures, findings, advice }: ContactCheck): readonly Finding[] {
  const about = figures.channel;
  const told = findings.map((finding): Finding => {
    const { text, todo } = wordsOf(finding, figures);
    return { verdict: finding.severity, about, text, todo };
  });
  const isToldAlready = findings.some(({ verdict }) => verdict === "normal" || verdict === "resting");
  const base: Finding[] = isToldAlready
    ? []
    : [{ verdict: "ok", about, text: `seen: ${movement(figures)}`, todo: null }];
  return [...base, ...told, ...advice.flatMap((each) => adviceFinding(figures, each))];
}

/** How many raw stretches of each contact had which length: a row for each length that any of them had. */
export function histogramRows(contacts: readonly ContactFigures[]): readonly (readonly string[])[] {
  const limits = LENGTH_LIMITS_SECONDS.map((limit) => `< ${limit < 1 ? `${limit * 1000} ms` : `${limit} s`}`);
  const labels = [...limits, `>= ${LENGTH_LIMITS_SECONDS.at(-1)} s`];
  return labels.flatMap((label, i) => {
    const counts = contacts.flatMap(({ histogram: { closed, open } }) => [closed[i] ?? 0, open[i] ?? 0]);
    return counts.every((count) => count === 0) ? [] : [[label, ...counts.map(String)]];
  });
}

function wordsOf({ verdict, figure }: SignalFinding, figures: ContactFigures): { text: string; todo: string | null } {
  const { channel } = figures;
  switch (verdict) {
    case "normal":
      return { text: `normal: ${movement(figures)}`, todo: null };
    case "resting":
      return { text: `did not change: ${movement(figures)}`, todo: null };
    case "swapped":
      return {
        text:
          channel === "sealing"
            ? "swapped: it behaves as availability does, and the other contact seals"
            : "swapped: it closes and opens as sealing does, while the other contact stays closed",
        todo: "change the two wires at the inputs, or the two pins in the configuration",
      };
    case "floating":
      return {
        text: `floating: ${percent(figures.disagreement)} of the time it is nowhere${figure === null ? "" : `, at the ${figure} Hz of the mains`}; nothing drives this input`,
        todo: "look for a broken wire, a loose terminal, a missing common or pull-up; `sealtrace inputs` shows it at once",
      };
    case "inverted":
      return {
        text:
          channel === "sealing"
            ? "inverted: it rests closed while the machine stands, and opens for each seal"
            : `inverted: ${percent(figure ?? 1)} of the seals were made while it said "not ready"`,
        todo: `set \`invert = true\` for ${channel} in the configuration, or use the other contact of the relay`,
      };
    case "perhaps-inverted":
      return {
        text: `perhaps inverted: the open times are ${(figure ?? 0).toFixed(1)} times more alike than the closed ones, where seals should be the more alike`,
        todo: "look at the jaws: `sealtrace inputs` must show CLOSED while they are closed, else set `invert = true`",
      };
    case "welded":
      return {
        text: `stays closed: ${age(figure ?? 0)} and longer than any seal; welded, short-circuited, or inverted and the machine stands`,
        todo: "while the jaws are open, take the wire off: if the input stays closed, look at the cable, else at the relay",
      };
    case "never-closes":
      return neverCloses(figures, figure);
    case "seals-while-not-ready":
      return {
        text: `${percent(figure ?? 0)} of the seals were made while it said "not ready"`,
        todo: "find out which contact of the machine this is; availability must be closed whenever it may seal",
      };
    case "mains":
      return {
        text: `mains pick-up: ${counted(figures.mains?.trains ?? 0, "train")}, ${age(figures.mains?.seconds ?? 0)} in all, at ${(figures.mains?.hertz ?? figure ?? 0).toFixed(1)} Hz (mains of ${figure} Hz)`,
        todo: MAINS,
      };
    case "worn":
      return {
        text: `bounces ${ms(figure ?? 0)} at a change (relays 5-15 ms, contactors 10-25 ms): a worn, dirty or too large contact`,
        todo: "use a relay for small loads with gold contacts; the filter copes until then",
      };
    case "disturbed":
      return {
        text: `disturbed: ${(figure ?? 0).toFixed(1)} edges a second are not the machine's (${kinds(figures)})`,
        todo: `${SNUBBER}; \`sealtrace doctor\` tells the likely cause by the hour`,
      };
  }
}

function neverCloses({ channel, seconds }: ContactFigures, figure: number | null) {
  if (channel === "availability")
    return figure === null
      ? { text: `open for all of ${age(seconds)}: the machine was not ready, or the wire is broken`, todo: null }
      : {
          text: "never closes, though the machine seals",
          todo: "look for a broken wire or a wrong terminal; if it opens when the machine is ready, set `invert = true`",
        };
  return {
    text: `never closed in ${age(seconds)}`,
    todo: "if the machine sealed meanwhile: look for a broken wire or a wrong terminal; else watch it while it seals",
  };
}

/** What the contact did, filtered. */
function movement({ channel, seconds, closed, open, closedShare, bounce }: ContactFigures): string {
  if (closed.count + open.count === 0 && (closedShare === 0 || closedShare === 1))
    return `${closedShare === 1 ? "closed" : "open"} for all of ${age(seconds)}${channel === "availability" && closedShare === 1 ? " (ready)" : ""}`;
  const pulses = closed.count === 0 ? "no whole pulse" : `${counted(closed.count, "pulse")} of ${range(closed)}`;
  const gaps = open.median === null ? "" : `, ${age(open.median)} apart`;
  const bounces = bounce === null ? "" : `; bounces ${ms(bounce.median)} at a change`;
  return `${pulses}${gaps}, closed ${percent(closedShare)} of ${age(seconds)}${bounces}`;
}

function adviceFinding({ channel }: ContactFigures, advice: SettingAdvice): readonly Finding[] {
  const { setting, current, proposed, range: span, countNow, countThen, reason } = advice;
  const about = "filter";
  const what = `${channel}.${setting} ${current}`;
  if (reason === "too-little-seen" || span === null) return [];
  const within = `from ${figures(span[0])} to ${figures(span[1])} s`;
  if (proposed === null) {
    // a setting that counts nearly the same may lie beside the range
    const others = span[0] <= current && current <= span[1] ? `, as with anything ${within}` : "";
    return [{ verdict: "ok", about, text: `${what} is good: ${countNow} counted${others}`, todo: null }];
  }
  const change = (countThen ?? countNow) - countNow;
  const effect = change === 0 ? `the same ${countNow} counted` : `${countThen} instead of ${countNow} counted`;
  const why =
    reason === "near-edge" ? "is near the edge of what counts the same" : "counts otherwise than its neighbours";
  const text = `${what} ${why} (${within}); with ${proposed}: ${effect}`;
  return [
    {
      verdict: "warn",
      about,
      text,
      todo: `try \`${setting} = ${proposed}\` for ${channel} on a recording: sealtrace replay --compare`,
    },
  ];
}

function kinds({ counts }: ContactFigures): string {
  const { glitch, dropout, burst, mains } = counts.removed;
  const named = { glitches: glitch, "drop-outs": dropout, bursts: burst, mains };
  return Object.entries(named)
    .filter(([, edges]) => edges > 0)
    .map(([kind, edges]) => `${kind} ${edges}`)
    .join(", ");
}

function range({ median, shortest, longest }: Lengths): string {
  const precise = (value: number | null) => (value ?? 0).toFixed((value ?? 0) < 10 ? 2 : 1);
  return shortest === longest
    ? `${precise(median)} s`
    : `${precise(median)} s (${precise(shortest)}-${precise(longest)})`;
}

function figures(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}

function age(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
