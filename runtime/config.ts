import { parse, TomlError } from "smol-toml";
import * as v from "valibot";
import { AVAILABILITY_BETA_US } from "../algorithms/availability.ts";
import { betaForShortestPulse } from "../algorithms/level-filter.ts";
import type { ChannelKind } from "../algorithms/signal.ts";
import { DEFAULT_MIN_RUN_SEALS } from "../algorithms/mobisea/mobisea.ts";
import { MAX_SEALING_TIME_SECONDS, MIN_SEALING_TIME_SECONDS } from "../algorithms/seal-rules.ts";
import { LONGEST_MICRO_STOP_SECONDS } from "../algorithms/stops.ts";
import { isPrintable, printable, shown } from "../drivers/formats/printable.ts";
import { InputError } from "../drivers/input-error.ts";
import { calendarEntries, calendarFault } from "./config-calendar.ts";
import { exportEntries } from "./config-export.ts";
import { inputsEntries, inputsFault, pinEntries } from "./config-inputs.ts";
import { setting } from "./config-setting.ts";
import { storeEntries } from "./config-store.ts";
import { readSmallFile } from "./small-file.ts";
import { syncEntries } from "./sync/config-sync.ts";

/** Where the daemon looks when no file is named. */
export const DEFAULT_CONFIG_PATH = "/etc/sealtrace/config.toml";

const MAX_LINES = 8;
const MAX_UNITS_PER_SEAL = 10_000;
/** A configured product is the found one whose sealing time is this near, and no two may be nearer to each other. */
export const SAME_PRODUCT_RELATIVE = 0.03;

const signal = v.pipe(
  v.string(),
  v.regex(/^[^,\p{C}]{1,64}$/u, "must be 1 to 64 printable characters without a comma"),
);
const id = v.pipe(
  v.string(),
  v.maxLength(40, "must be 40 characters at most"),
  v.regex(/^[\w.-]+$/, "must be letters, digits, '.', '-' or '_', and not empty"),
  v.metadata({ range: "1 to 40 letters, digits, `.`, `-`, `_`" }),
);
/** What people read: on a terminal, too. */
const title = v.pipe(
  v.string(),
  v.nonEmpty("must not be empty"),
  v.maxLength(60, "must be 60 characters at most"),
  v.check(isPrintable, "must not have control characters"),
  v.metadata({ range: "1 to 60 printable characters" }),
);
const unitsPerSeal = v.pipe(
  v.number(),
  v.integer("must be a whole number"),
  v.minValue(1, "must be 1 or more"),
  v.maxValue(MAX_UNITS_PER_SEAL, `must be ${MAX_UNITS_PER_SEAL} or less`),
);
const seconds = (from: number, to: number) =>
  v.pipe(
    v.number(),
    v.minValue(from, `must be ${from} s or more`),
    v.maxValue(to, `must be ${to} s or less`),
    v.metadata({ unit: "s" }),
  );

const INVERT = "`true`: a closed contact (level 1) means inactive, with `sealing` that the jaws are open";
const BETA = "price of a change of level, see [level filter](algorithms/level-filter.md)";

/** A contact: its name in recordings, its pin, whether a closed contact means inactive, the price of a change of its level. */
function channel(kind: string, betaSeconds: number) {
  return {
    signal: v.optional(
      setting(signal, "its name in recordings", { absent: `\`"${kind}"\`, of a further line \`"ID.${kind}"\`` }),
    ),
    ...pinEntries,
    invert: v.optional(setting(v.boolean(), INVERT), false),
    betaSeconds: v.optional(
      setting(seconds(0.001, 60), `${BETA}: what is shorter than twice this and stands alone vanishes`),
      betaSeconds,
    ),
  };
}

const sealing = setting(
  v.pipe(
    v.strictObject({
      ...channel("sealing", 0),
      betaSeconds: v.optional(setting(seconds(0.001, 60), BETA, { absent: "a quarter of `minSealingTimeSeconds`" })),
      minSealingTimeSeconds: v.optional(
        setting(seconds(0.01, 3600), "a shorter pulse is no seal, see [seal rules](algorithms/seal-rules.md)", {
          range: "0.01 to 3600, below the maximum",
        }),
        MIN_SEALING_TIME_SECONDS,
      ),
      maxSealingTimeSeconds: v.optional(
        setting(seconds(0.02, 86_400), "a longer pulse is a stuck contact"),
        MAX_SEALING_TIME_SECONDS,
      ),
    }),
    v.check(
      (s) => s.minSealingTimeSeconds < s.maxSealingTimeSeconds,
      "minSealingTimeSeconds must be below maxSealingTimeSeconds",
    ),
    v.transform((s) => ({
      ...s,
      betaSeconds: s.betaSeconds ?? betaForShortestPulse(s.minSealingTimeSeconds * 1e6) / 1e6,
    })),
  ),
  "The contact that is closed while the jaws are closed.",
);

const channels = v.strictObject({
  sealing: v.optional(sealing, {}),
  availability: v.optional(
    setting(
      v.strictObject(channel("availability", AVAILABILITY_BETA_US / 1e6)),
      "The contact that is closed while the machine is ready.",
    ),
    {},
  ),
  reject: v.optional(
    setting(
      v.strictObject({
        ...channel("reject", 0.025),
        delaySeconds: v.optional(
          setting(seconds(0, 3600), "how long a pack travels from the end of its seal to the rejector"),
          0,
        ),
        unitsPerPulse: v.optional(
          setting(unitsPerSeal, "what one pulse throws out", { unit: "units", absent: "one seal's units" }),
        ),
      }),
      "The rejector, where one is wired.",
    ),
    {},
  ),
  energy: v.optional(
    setting(
      v.strictObject({
        ...channel("energy", 0.0075),
        pulsesPerKwh: v.optional(
          setting(
            v.pipe(v.number(), v.minValue(1, "must be 1 or more"), v.maxValue(100_000, "must be 100000 or less")),
            "the meter's constant",
            { unit: "1/kWh" },
          ),
          1000,
        ),
      }),
      "The pulse output of an energy meter, where one is wired.",
    ),
    {},
  ),
  recorder: v.optional(
    setting(
      v.strictObject({
        signal: v.optional(setting(signal, "the channel that is 0 while the recorder saw nothing"), "recorder"),
      }),
      "In recordings only. It is no contact, so it has neither `invert` nor `betaSeconds`.",
    ),
    {},
  ),
});

const product = setting(
  v.strictObject({
    name: setting(title, "what people call it"),
    sealingTimeSeconds: setting(seconds(0.01, 3600), "where its sealing times lie", {
      range: "0.01 to 3600, 3 % from every other product's",
    }),
    idealCycleSeconds: v.optional(
      setting(seconds(0.01, 7200), "shortest time from seal to seal", { absent: "learned" }),
    ),
    unitsPerSeal: v.optional(setting(unitsPerSeal, "what one seal produces", { unit: "units", absent: "the line's" })),
  }),
  "A product known beforehand; products are found without this.",
);

const line = setting(
  v.strictObject({
    id: v.optional(setting(id, "what files and results call the line; each line its own"), "line-1"),
    name: v.optional(setting(title, "what people call it"), "Line 1"),
    area: v.optional(setting(title, "part of the plant, by which a roll-up sums lines up")),
    unitsPerSeal: v.optional(setting(unitsPerSeal, "what one seal produces", { unit: "units" }), 1),
    minRunSeals: v.optional(
      setting(
        v.pipe(
          v.number(),
          v.integer("must be a whole number"),
          v.minValue(3, "must be 3 or more"),
          v.maxValue(50, "must be 50 or less"),
        ),
        "runs shorter than this are nobody's, see [MoBiSea](algorithms/mobisea.md)",
        { unit: "seals" },
      ),
      DEFAULT_MIN_RUN_SEALS,
    ),
    longestMicroStopSeconds: v.optional(
      setting(seconds(10, 3600), "a longer gap is a stop"),
      LONGEST_MICRO_STOP_SECONDS,
    ),
    shortestCycleSeconds: v.optional(
      setting(
        seconds(0.01, 7200),
        "the mechanical maximum: more than three faster cycles in a row are a noise burst, and none of them is counted",
      ),
    ),
    product: v.optional(v.array(product), []),
    channels: v.optional(channels, {}),
  }),
  `One machine; 1 to ${MAX_LINES} of them.`,
);

type Line = v.InferOutput<typeof line>;
type Channels = Line["channels"];
type NamedChannels = { readonly [Kind in keyof Channels]: Channels[Kind] & { readonly signal: string } };

/** Contacts without a name are called as their kind; where an earlier line has that name, with the line's id before it. */
function nameSignals(lines: Line[]): (Omit<Line, "channels"> & { readonly channels: NamedChannels })[] {
  const taken = new Set<string>();
  return lines.map((line) => {
    const nameOf = (kind: ChannelKind) => {
      const isTaken = kind !== "recorder" && taken.has(kind);
      return line.channels[kind].signal ?? (isTaken ? `${line.id}.${kind}` : kind);
    };
    const named = Object.entries(line.channels).map(([kind, channel]) => [
      kind,
      { ...channel, signal: nameOf(kind as ChannelKind) },
    ]);
    const channels = Object.fromEntries(named) as NamedChannels;
    for (const { signal } of Object.values(channels)) taken.add(signal);
    return { ...line, channels };
  });
}

/** What a configuration may say; docs/configuration-reference.md is written from it. */
export const configSchema = v.strictObject({
  ...calendarEntries,
  ...syncEntries,
  ...inputsEntries,
  ...exportEntries,
  ...storeEntries,
  line: v.optional(
    v.pipe(
      v.array(line),
      v.minLength(1, "must name a line"),
      v.maxLength(MAX_LINES, `must be ${MAX_LINES} lines at most`),
      v.transform(nameSignals),
    ),
    [{}],
  ),
});

/** A validated configuration, with every default filled in. */
export type Config = v.InferOutput<typeof configSchema>;
export type LineConfig = Config["line"][number];

/** What holds when no configuration is given: one line, `line-1`, channels named as their kind. */
export function defaultConfig(): Config {
  return v.parse(configSchema, {});
}

/**
 * Reads a TOML configuration, see docs/configuration.md.
 * @throws InputError that names file, place, value and remedy.
 */
export function loadConfig(path: string): Config {
  return configFrom(path, readSmallFile(path));
}

/**
 * Reads the text of a TOML configuration.
 * @param source what it is called in a complaint.
 * @throws InputError as `loadConfig`.
 */
export function configFrom(source: string, text: string): Config {
  const result = v.safeParse(configSchema, parseToml(source, text));
  if (!result.success) throw complaint(source, result.issues);
  refuseDuplicates(source, result.output);
  refuseLikeProducts(source, result.output);
  const fault = inputsFault(result.output) ?? calendarFault(result.output);
  if (fault !== null) throw new InputError({ source, ...fault });
  return result.output;
}

function parseToml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const why = cause.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    const problem = `is not TOML: ${printable(why)}`;
    throw new InputError({ source: path, at: cause.line, problem, remedy: "correct this line" }, { cause });
  }
}

function complaint(path: string, issues: readonly v.BaseIssue<unknown>[]): InputError {
  const [first] = issues as [v.BaseIssue<unknown>];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const at = printable(v.getDotPath(first as never) ?? "file").slice(0, 100);
  const unknown = first.type === "strict_object" && first.expected === "never";
  if (first.input instanceof Date)
    return new InputError({
      source: path,
      at,
      problem: "a date or time stands without quotes",
      remedy: `put it in quotes${more}`,
    });
  const isPlain = typeof first.input !== "object" || first.input === null;
  const value = isPlain ? `${typeof first.input === "string" ? shown(first.input) : String(first.input)} ` : "";
  const problem = unknown ? "there is no such setting" : `${value}${plainMessage(first)}`;
  const remedy = unknown
    ? "see docs/configuration-reference.md for the settings"
    : "correct the value or leave it out for the default";
  return new InputError({ source: path, at, problem, remedy: remedy + more });
}

function plainMessage(issue: v.BaseIssue<unknown>): string {
  // a schema without words of its own says only that something is invalid
  return issue.message.startsWith("Invalid") ? `is not what belongs here (${issue.expected})` : issue.message;
}

/** Two lines may share neither an id nor a contact; a recorder may serve all lines, but is nothing else besides. */
function refuseDuplicates(path: string, config: Config): void {
  const seen = new Map<string, { readonly at: string; readonly kind: string }>();
  for (const [i, line] of config.line.entries()) {
    const names = Object.entries(line.channels).map(([kind, { signal }]) => ({
      kind,
      what: `signal "${signal}"`,
      at: `line.${i}.channels.${kind}.signal`,
    }));
    for (const { kind, what, at } of [{ kind: "id", what: `id "${line.id}"`, at: `line.${i}.id` }, ...names]) {
      const other = seen.get(what);
      if (other !== undefined && !(kind === "recorder" && other.kind === "recorder"))
        throw new InputError({
          source: path,
          at,
          problem: `${what} is used by ${other.at} already`,
          remedy: "give each its own",
        });
      seen.set(what, { at, kind });
    }
  }
}

function refuseLikeProducts(path: string, config: Config): void {
  for (const [i, { product }] of config.line.entries())
    for (const [k, { name, sealingTimeSeconds }] of product.entries()) {
      const like = product.slice(0, k).find((other) => isLike(other.sealingTimeSeconds, sealingTimeSeconds));
      if (like === undefined) continue;
      throw new InputError({
        source: path,
        at: `line.${i}.product.${k}.sealingTimeSeconds`,
        problem: `${sealingTimeSeconds} s of ${shown(name)} is too near to the ${like.sealingTimeSeconds} s of ${shown(like.name)}`,
        remedy: "products are told apart by sealing times 3 % apart or more; leave one of them out",
      });
    }
}

function isLike(a: number, b: number): boolean {
  return Math.abs(Math.log(a / b)) < SAME_PRODUCT_RELATIVE;
}
