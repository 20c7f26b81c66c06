import * as v from "valibot";
import { PLANNABLE_STOPS } from "./machine-spec.ts";
import { PANELS, type PanelName } from "./panel-spec.ts";

// Each message is the remedy: what to write instead. The problem (place and value) is added where the error is made.

const MAX_SECONDS = 10 * 366 * 86_400;

function number(min: number, max: number, what: string) {
  const remedy = `give ${what}, ${min} to ${max}`;
  return v.pipe(v.number(remedy), v.minValue(min, remedy), v.maxValue(max, remedy));
}

function integer(min: number, max: number, what: string) {
  const remedy = `give ${what}, a whole number from ${min} to ${max}`;
  return v.pipe(v.number(remedy), v.integer(remedy), v.minValue(min, remedy), v.maxValue(max, remedy));
}

function range(
  min: number,
  max: number,
  what: string,
  element: v.GenericSchema<unknown, number> = number(min, max, what),
) {
  const remedy = `give the lowest and the highest ${what}, as in [${min}, ${Math.min(max, min + 1)}]`;
  return v.pipe(
    v.strictTuple([element, element], remedy),
    v.check(([low, high]) => low <= high, remedy),
  );
}

function table<const E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, (issue) => {
    if (issue.expected === "never") return `leave it out, or use one of: ${Object.keys(entries).join(", ")}`;
    const missing = Object.entries(entries).find(([key]) => issue.expected === JSON.stringify(key))?.[1];
    return (missing && remedyOf(missing)) ?? "give a table";
  });
}

/** What the schema of a key that is not there would say. */
function remedyOf(schema: v.ObjectEntries[string]): string | undefined {
  return "message" in schema && typeof schema.message === "string" ? schema.message : undefined;
}

const word = (what: string) =>
  v.pipe(
    v.string(`give ${what}`),
    v.minLength(1, `give ${what}`),
    v.maxLength(80, `give ${what} in up to 80 characters`),
  );
const flag = v.boolean("give true or false");
const seconds = (what: string, min = 0) => number(min, MAX_SECONDS, `${what} in seconds`);
const secondsRange = (what: string, min = 0) => range(min, MAX_SECONDS, `${what} in seconds`);
const share = (what: string) => number(0, 1, `${what} as a share`);

const contact = v.picklist(["open", "closed"], 'give "open" or "closed"');
const channel = v.picklist(
  ["availability", "sealing", "reject", "energy"],
  'give "availability", "sealing", "reject" or "energy"',
);

const product = table({
  name: word("the product's name"),
  sealingTimeSeconds: number(0.01, 1500, "the usual sealing time in seconds"),
  noiseSeconds: v.optional(seconds("the standard deviation of the sealing time"), 0),
  cycleTimeSeconds: number(0.02, 7200, "the time from seal to seal in seconds"),
  cycleNoiseSeconds: v.optional(seconds("the standard deviation of the cycle time"), 0),
  unitsPerSeal: v.optional(integer(1, 10_000, "how many units one seal makes"), 1),
  driftPercent: v.optional(number(-50, 100, "the drift of the sealing time over the scenario in percent"), 0),
  rejectShare: v.optional(share("rejected seals"), 0),
});

const plannedRun = table({
  product: word("the name of one of the products"),
  seals: integer(1, 100_000_000, "how many seals to make"),
});

const changeover = table({
  lengthSeconds: v.optional(secondsRange("length of a changeover"), [300, 600]),
  trialSeals: v.optional(range(0, 1000, "number of trial seals", integer(0, 1000, "a number of trial seals")), [0, 0]),
  trialSealingTimeFactor: v.optional(range(0.01, 10, "factor on the sealing time"), [0.6, 1.6]),
  contact: v.optional(contact, "open"),
});

const stopKind = v.picklist(PLANNABLE_STOPS, 'give "not-ready", "waiting" or "micro-stop"');
const plannedStop = table({
  kind: stopKind,
  atSeconds: seconds("when the stop begins (or perHour instead)"),
  lengthSeconds: seconds("the length of the stop", 0.001),
});
const randomStops = table({
  kind: stopKind,
  perHour: number(0, 3600, "how often it happens an hour"),
  lengthSeconds: secondsRange("length of the stop", 0.001),
});
// One of several shapes is picked first, so that complaints name the very key.
const stop = v.lazy((given) =>
  typeof given === "object" && given !== null && "perHour" in given ? randomStops : plannedStop,
);

const interval = {
  atSeconds: seconds("when it begins"),
  lengthSeconds: seconds("how long it lasts", 0.001),
};

const outliers = table({
  share: share("seals that go wrong"),
  prolongedShare: v.optional(share("outliers that are prolonged instead of cut short"), 0.5),
  cutShortFactor: v.optional(range(0.01, 1, "factor of a seal cut short"), [0.6, 0.85]),
  prolongedFactor: v.optional(range(1, 20, "factor of a prolonged seal"), [1.2, 2]),
});

const energy = table({
  pulsesPerKwh: number(1, 100_000, "pulses for each kWh"),
  sealingKw: number(0, 1000, "power while sealing in kW"),
  readyKw: number(0, 1000, "power while ready in kW"),
  notReadyKw: number(0, 1000, "power while not ready in kW"),
});

const idleKind = v.optional(v.picklist(["not-ready", "waiting"], 'give "not-ready" or "waiting"'), "waiting");
const rate = number(0, 1000, "how often it happens a second");
const names = Object.keys(PANELS) as [PanelName, ...PanelName[]];
const preset = v.picklist(names, `give one of the panels ${names.join(", ")}, or a table`);

const panel = table({
  preset: v.optional(preset, "none"),
  channels: v.optional(v.array(channel, "give a list of channels")),
  bounce: v.optional(
    table({
      bounces: v.optional(range(0, 100, "number of bounces", integer(0, 100, "a number of bounces"))),
      lengthSeconds: v.optional(secondsRange("time of bouncing")),
    }),
  ),
  glitches: v.optional(
    table({ perSecond: v.optional(rate), lengthSeconds: v.optional(secondsRange("length of a glitch")) }),
  ),
  bursts: v.optional(
    table({
      perSecond: v.optional(rate),
      glitches: v.optional(range(1, 10_000, "number of glitches", integer(1, 10_000, "a number of glitches"))),
      lengthSeconds: v.optional(secondsRange("length of a glitch")),
      pauseSeconds: v.optional(secondsRange("pause between glitches")),
    }),
  ),
  dropouts: v.optional(
    table({
      share: v.optional(share("sealing pulses with a drop-out")),
      lengthSeconds: v.optional(secondsRange("length of a drop-out")),
    }),
  ),
  spuriousPulses: v.optional(
    table({ perSecond: v.optional(rate), lengthSeconds: v.optional(secondsRange("length of a pulse")) }),
  ),
  mains: v.optional(
    table({
      perSecond: v.optional(rate),
      lengthSeconds: v.optional(secondsRange("length of a pick-up")),
      frequencyHertz: v.optional(number(10, 400, "the mains frequency in hertz")),
      duty: v.optional(range(0.05, 0.49, "part of the period")),
    }),
  ),
  stuck: v.optional(v.array(table({ channel, contact, ...interval }), "give [[panel.stuck]] tables")),
  swapped: v.optional(flag),
  inverted: v.optional(v.array(channel, "give a list of channels")),
});

const start = v.union([v.string(), v.date()], "give a time such as 2026-03-02T06:00:00Z");

/** The shape of a scenario file; `checkScenario` checks what concerns several keys at once. */
export const scenarioSchema = table({
  title: v.optional(v.pipe(v.string("give a title"), v.maxLength(200, "give a title of up to 200 characters")), ""),
  seed: v.optional(integer(0, Number.MAX_SAFE_INTEGER, "a seed"), 1),
  start: v.optional(start),
  durationSeconds: v.optional(seconds("the length of the recording", 1)),
  timeStepSeconds: v.optional(number(0.000001, 10, "the time step of the clock in seconds"), 0.000001),
  planRepeats: v.optional(integer(1, 1_000_000, "how often the plan is worked off"), 1),
  lateStartSeconds: v.optional(seconds("idle time before the first seal"), 0),
  lateStartKind: idleKind,
  earlyFinishSeconds: v.optional(seconds("idle time at the end"), 0),
  earlyFinishKind: idleKind,
  products: v.pipe(
    v.array(product, "give [[products]] tables"),
    v.minLength(1, "give at least one product"),
    v.maxLength(1000, "give up to 1000 products"),
  ),
  plan: v.pipe(v.array(plannedRun, "give [[plan]] tables"), v.minLength(1, "give at least one run of a product")),
  changeover: v.optional(changeover, {}),
  stops: v.optional(v.array(stop, "give [[stops]] tables"), []),
  breaks: v.optional(
    v.array(table({ ...interval, workedThrough: v.optional(flag, false) }), "give [[breaks]] tables"),
    [],
  ),
  outliers: v.optional(outliers, { share: 0 }),
  energy: v.optional(energy),
  holes: v.optional(v.array(table(interval), "give [[holes]] tables"), []),
  panel: v.optional(
    v.lazy((given) => (typeof given === "object" ? panel : preset)),
    "none",
  ),
});

/** A scenario file that has the right shape. */
export type ScenarioFile = v.InferOutput<typeof scenarioSchema>;

/** Throws an InputError for a key. */
export type Refuse = (at: string, problem: string, remedy: string) => never;
