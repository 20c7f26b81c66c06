import type { ApplianceStatus } from "../daemon/status.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

type Line = ApplianceStatus["lines"][number];

/** What the running daemon itself complains of. */
export function alarmFindings({ alarms, metrics }: ApplianceStatus): readonly Finding[] {
  const told = alarms.map((alarm) => fail("daemon", alarm, "journalctl -u sealtrace tells more"));
  const { lostEdges, durableMs } = metrics;
  const lost =
    lostEdges === 0
      ? []
      : [
          warn(
            "daemon",
            `${lostEdges.toLocaleString("en-US")} edges lost`,
            "something else keeps the computer busy: see top",
          ),
        ];
  const slow =
    durableMs.p99 === null || durableMs.p99 < 10_000
      ? []
      : [
          warn(
            "disk",
            `the slowest 1 % of writes took ${Math.round(durableMs.p99 / 1000)} s`,
            "the card wears out: replace it",
          ),
        ];
  return [...told, ...lost, ...slow];
}

/** The driver of pins, when there is one. */
export function driverFindings({ inputs }: ApplianceStatus): readonly Finding[] {
  if (inputs === null) return [ok("inputs", "a simulated machine: no pins are read")];
  const { driver, trouble, counters } = inputs;
  if (trouble !== null) return [fail("inputs", trouble, "sealtrace inputs --probe tells what this board has")];
  const { blindIntervals, blindUs, lostEdges } = counters;
  const isWhole = blindIntervals === 0 && lostEdges === 0;
  const text = `${driver}: ${counters.edges.toLocaleString("en-US")} edges`;
  if (isWhole) return [ok("inputs", `${text}, none lost`)];
  const holes = `${blindIntervals} holes of ${(blindUs / 1e6).toFixed(1)} s in all, ${lostEdges} edges lost`;
  return [
    warn("inputs", `${text}; ${holes}`, "something else keeps the computer busy, or a contact chatters without end"),
  ];
}

/** How the contacts of a line are wired, by what was seen of them in the latest shift. */
export function wiringFindings({ line, state, shift, activity }: Line): readonly Finding[] {
  const about = `wiring ${line}`;
  if (shift === null) return [warn(about, "nothing seen yet", "wait for an edge, and see sealtrace inputs")];
  const found: Finding[] = [];
  const add = (finding: Finding) => found.push(finding);
  if (state === "no data")
    add(
      fail(
        about,
        "the contacts are not seen at this moment",
        "see the line inputs above, then the wires and the supply",
      ),
    );
  const { sealing, availability } = shift.signals;
  if (sealing === undefined || sealing.edges === 0)
    add(fail(about, "the sealing contact never moved in this shift", "close it by hand and watch sealtrace inputs"));
  if (availability === undefined)
    add(
      warn(about, "the availability contact was never seen", "wire it, or live without telling not ready from waiting"),
    );
  const odd = shift.sealsWhileNotReady ?? 0;
  if (odd > 0)
    add(
      warn(
        about,
        `${odd} seals while not ready`,
        "is availability inverted (invert = true) or welded, or are both swapped?",
      ),
    );
  if (shift.remarks.some(({ kind }) => kind === "stuck"))
    add(
      warn(
        about,
        "sealing stayed closed for too long",
        "a welded relay, a short circuit, or maxSealingTime is too short",
      ),
    );
  if (shift.remarks.some(({ kind }) => kind === "noise-burst"))
    add(warn(about, "seals faster than the machine can", "see the interference below"));
  const [only] = found;
  return only === undefined ? [ok(about, `both contacts move; ${activity ?? state}`)] : found;
}
