import type { StopName } from "../../../algorithms/gap-stops.ts";
import type { OeeFigure } from "../../../algorithms/oee.ts";
import type { QualitySource } from "../../../algorithms/quality.ts";
import type { Contact, RemovedKind } from "../../../algorithms/signal.ts";
import type { Remark } from "../../line-event.ts";
import type { ShiftResult } from "../../shift-result.ts";
import type { LossName } from "../losses.ts";
import type { Numerals } from "../numerals.ts";

/** A thing that is counted: `1 run`, `2 runs`. */
export interface Thing {
  readonly one: string;
  readonly many: string;
}

/** Letters of the hour rows. */
export type Letter = "=" | "m" | "w" | "X" | "C" | "-" | "?";

/** Every word of reports and views in one language. What is handed to a function is written out already. */
export interface Texts {
  /** As HTML and BCP 47 name it. */
  readonly code: string;
  readonly numerals: Numerals;
  /** From Sunday on. */
  readonly weekdays: readonly [string, string, string, string, string, string, string];
  readonly unknown: {
    readonly notMeasured: string;
    readonly noData: string;
    readonly notPlanned: string;
    readonly notKnown: string;
  };
  readonly things: Readonly<
    Record<"unit" | "seal" | "run" | "product" | "event" | "stop" | "microStop" | "spell", Thing>
  >;
  readonly more: (count: string) => string;
  readonly shift: {
    readonly whole: string;
    readonly unscheduled: string;
    readonly states: Readonly<Record<ShiftResult["state"], string>>;
    readonly sinceStart: string;
  };
  readonly head: {
    readonly planned: string;
    readonly ofTime: (whole: string) => string;
    readonly byCalendar: string;
    readonly byRecording: string;
    readonly byDay: string;
    readonly coverage: string;
    readonly lowConfidence: string;
    readonly rejectedPulses: string;
    readonly clockSteps: string;
    readonly earlyStart: string;
    readonly overtime: string;
    readonly workedThrough: string;
  };
  readonly sentences: {
    readonly madeOf: (units: string, possible: string, time: string, share: string) => string;
    readonly made: (units: string, why: string) => string;
    readonly usual: (value: string) => string;
    readonly biggest: (loss: string, amount: string, place: string) => string;
    readonly noLoss: string;
    readonly noLossKnown: (why: string) => string;
    readonly amount: (time: string, units: string) => string;
    readonly times: (count: string) => string;
    readonly longest: (time: string, range: string) => string;
    readonly overTheShift: string;
    readonly rest: (losses: string) => string;
    readonly noRest: string;
    readonly faster: (time: string) => string;
  };
  readonly sections: Readonly<
    Record<
      | "losses"
      | "oee"
      | "hours"
      | "cumulative"
      | "products"
      | "stops"
      | "quality"
      | "energy"
      | "signal"
      | "maintenance"
      | "warnings"
      | "lastTen"
      | "corrections"
      | "openPoints"
      | "definitions",
      string
    >
  >;
  readonly losses: {
    readonly names: Readonly<Record<LossName, string>>;
    readonly planned: string;
    readonly effective: string;
    readonly effectiveUnmeasured: string;
    readonly sealing: string;
    readonly minutes: string;
    readonly units: string;
    readonly events: string;
    readonly tooFast: string;
  };
  readonly stopNames: Readonly<Record<StopName, string>>;
  readonly letters: Readonly<Record<Letter, string>>;
  readonly hours: {
    readonly title: string;
    readonly unitsOfPossible: string;
    readonly possible: string;
    readonly made: string;
    readonly none: string;
  };
  readonly oee: {
    readonly headlines: Readonly<Record<"OEE" | "OEE (A x P)", string>>;
    readonly availability: string;
    readonly performance: string;
    readonly quality: string;
    readonly effectiveness: string;
    readonly technicalEfficiency: string;
    readonly setupRatio: string;
    readonly figures: Readonly<Record<OeeFigure, string>>;
    readonly neverSeen: string;
    readonly tooLong: string;
    readonly outsidePlan: string;
  };
  /** A reason as the calculation gives it, in this language. */
  readonly reason: (english: string) => string;
  readonly products: {
    readonly columns: Readonly<
      Record<
        | "product"
        | "from"
        | "to"
        | "time"
        | "units"
        | "ideal"
        | "actual"
        | "performance"
        | "sealing"
        | "suspect"
        | "good",
        string
      >
    >;
    readonly none: string;
    readonly sources: Readonly<Record<"configured" | "learned" | "unknown", string>>;
    readonly corrected: (counted: string, change: string) => string;
    readonly rival: (id: string) => string;
    readonly suspects: string;
    readonly suspectTimes: (times: string) => string;
    readonly unassigned: (seals: string) => string;
  };
  readonly stops: {
    readonly columns: Readonly<Record<"time" | "length" | "stop" | "contact" | "units" | "reason", string>>;
    readonly none: string;
    readonly contacts: Readonly<Record<"notReady" | "ready" | "stuck", string>>;
    readonly continued: string;
    readonly open: string;
    readonly micro: (events: string, from: string, to: string, time: string, units: string) => string;
    readonly noMicro: string;
    readonly slow: (time: string) => string;
    readonly breaks: (time: string) => string;
    readonly moreStops: (count: string, time: string) => string;
    readonly changeover: (from: string, to: string) => string;
  };
  readonly quality: {
    readonly line: (share: string, good: string, total: string) => string;
    readonly unknown: (reason: string) => string;
    readonly rejected: (units: string) => string;
    readonly scrap: (units: string) => string;
    readonly sources: Readonly<Record<QualitySource, string>>;
    readonly from: (sources: string) => string;
  };
  readonly energy: {
    readonly total: (kwh: string) => string;
    readonly perUnit: (wattHours: string) => string;
    readonly standing: (kwh: string) => string;
    readonly product: (id: string, kwh: string, perUnit: string) => string;
    readonly peak: (kw: string, at: string) => string;
  };
  readonly signal: {
    readonly contacts: Readonly<Record<Contact, string>>;
    readonly removed: Readonly<Record<RemovedKind, string>>;
    readonly line: (contact: string, edges: string, kept: string, removed: string) => string;
    readonly notSeen: string;
  };
  readonly warnings: {
    readonly none: string;
    readonly lowCoverage: (share: string) => string;
    readonly notReadySeals: (seals: string) => string;
    readonly tooSlowIdeal: (product: string, proposed: string, present: string, when: string) => string;
    readonly availabilityUnseen: string;
    readonly unattributed: (total: string, ofNobody: string, before: string, others: string) => string;
    readonly remarks: Readonly<Record<Remark["kind"], string>>;
    readonly at: (moments: string) => string;
    readonly qualityWrong: (why: string) => string;
    readonly openStop: (what: string, since: string) => string;
  };
  readonly maintenance: {
    readonly contactOpen: string;
    readonly mtbf: string;
    readonly mttr: string;
    readonly sealingTime: (product: string) => string;
    readonly bounce: string;
    readonly removedPerSeal: string;
    readonly rejected: string;
    readonly worstHour: string;
    readonly power: string;
    readonly noPowerEvents: string;
    readonly powerBack: (moments: string) => string;
    readonly drift: (product: string, now: string, change: string, before: string) => string;
    readonly driftInShift: (product: string, from: string, to: string, change: string) => string;
    readonly creep: (product: string, from: string, to: string, shifts: string) => string;
    readonly moreBounce: (now: string, before: string) => string;
    readonly moreInterference: (now: string, before: string) => string;
    readonly recurring: (length: string, seals: string, times: string) => string;
    readonly notReadyMore: (now: string, before: string) => string;
    readonly never: string;
  };
  readonly lastTen: {
    readonly columns: Readonly<
      Record<"date" | "oee" | "availability" | "performance" | "units" | "possible" | "notReady", string>
    >;
    readonly none: string;
    readonly thisShift: string;
  };
  readonly corrections: {
    readonly none: string;
    readonly scrap: (units: string, product: string | null) => string;
    readonly units: (units: string, product: string) => string;
    readonly mark: (text: string, moment: string) => string;
    readonly by: (who: string, when: string, why: string) => string;
  };
  readonly definitions: {
    readonly possible: string;
    readonly losses: string;
    readonly ratios: string;
    readonly microStop: (limits: string, to: string) => string;
    readonly stop: (seconds: string) => string;
    readonly slow: string;
    readonly changeover: string;
    readonly coverage: string;
    readonly unknown: string;
    readonly program: (version: string) => string;
    readonly settings: (hash: string) => string;
    readonly noSettings: string;
  };
  readonly live: {
    readonly now: string;
    readonly states: Readonly<
      Record<
        "sealing" | "running" | "waiting" | "notReady" | "noSignal" | "changeover" | "break" | "noData" | "over",
        string
      >
    >;
    readonly noProduct: string;
    readonly units: string;
    readonly possibleSoFar: (possible: string) => string;
    readonly behind: (units: string) => string;
    readonly ahead: (units: string) => string;
    readonly pace: (pace: string, ideal: string) => string;
    readonly forecast: (share: string, at: string) => string;
    readonly topLosses: string;
    readonly signal: string;
    readonly sealsOk: (time: string) => string;
    readonly noSealYet: string;
    readonly rejected: (count: string) => string;
    readonly bounce: (time: string) => string;
    readonly health: string;
    readonly clock: { readonly ok: string; readonly unset: string; readonly unknown: string };
    readonly disk: { readonly free: (share: string) => string; readonly full: (share: string) => string };
    readonly power: { readonly ok: string; readonly low: string; readonly wasLow: string };
    readonly target: { readonly stick: string; readonly share: string; readonly folder: string };
    readonly sync: {
      readonly synced: (target: string, time: string) => string;
      readonly syncing: (target: string) => string;
      readonly failed: (target: string) => string;
      readonly never: (target: string) => string;
    };
    readonly up: (time: string) => string;
    readonly alarm: string;
    readonly events: string;
    readonly longest: string;
    readonly signalRows: Readonly<Record<"edges" | "kept" | "bounce", string>>;
    readonly keys: Readonly<Record<"losses" | "products" | "signals" | "line" | "help" | "back" | "quit", string>>;
    readonly helpTitle: string;
    readonly away: (time: string) => string;
  };
}
