import { parse, TomlError } from "smol-toml";
import * as v from "valibot";
import { AVAILABILITY_BETA_US } from "../algorithms/availability.ts";
import { betaForShortestPulse } from "../algorithms/level-filter.ts";
import { DEFAULT_MIN_RUN_SEALS } from "../algorithms/mobisea/mobisea.ts";
import { MAX_SEALING_TIME_SECONDS, MIN_SEALING_TIME_SECONDS } from "../algorithms/seal-rules.ts";
import { LONGEST_MICRO_STOP_SECONDS } from "../algorithms/stops.ts";
import { isPrintable, printable, shown } from "../drivers/formats/printable.ts";
import { InputError } from "../drivers/input-error.ts";
import { calendarEntries, calendarFault } from "./config-calendar.ts";
import { readSmallFile } from "./small-file.ts";

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
);
/** What people read: on a terminal, too. */
const title = v.pipe(
  v.string(),
  v.nonEmpty("must not be empty"),
  v.maxLength(60, "must be 60 characters at most"),
  v.check(isPrintable, "must not have control characters"),
);
const unitsPerSeal = v.pipe(
  v.number(),
  v.integer("must be a whole number"),
  v.minValue(1, "must be 1 or more"),
  v.maxValue(MAX_UNITS_PER_SEAL, `must be ${MAX_UNITS_PER_SEAL} or less`),
);
const seconds = (from: number, to: number) =>
  v.pipe(v.number(), v.minValue(from, `must be ${from} s or more`), v.maxValue(to, `must be ${to} s or less`));

/** A contact: its name in recordings, whether a closed contact means inactive, the price of a change of its level. */
function channel(kind: string, betaSeconds: number) {
  return {
    signal: v.optional(signal, kind),
    invert: v.optional(v.boolean(), false),
    betaSeconds: v.optional(seconds(0.001, 60), betaSeconds),
  };
}

const sealing = v.pipe(
  v.strictObject({
    ...channel("sealing", 0),
    betaSeconds: v.optional(seconds(0.001, 60)),
    minSealingTimeSeconds: v.optional(seconds(0.01, 3600), MIN_SEALING_TIME_SECONDS),
    maxSealingTimeSeconds: v.optional(seconds(0.02, 86_400), MAX_SEALING_TIME_SECONDS),
  }),
  v.check(
    (s) => s.minSealingTimeSeconds < s.maxSealingTimeSeconds,
    "minSealingTimeSeconds must be below maxSealingTimeSeconds",
  ),
  v.transform((s) => ({
    ...s,
    betaSeconds: s.betaSeconds ?? betaForShortestPulse(s.minSealingTimeSeconds * 1e6) / 1e6,
  })),
);

const channels = v.strictObject({
  sealing: v.optional(sealing, {}),
  availability: v.optional(v.strictObject(channel("availability", AVAILABILITY_BETA_US / 1e6)), {}),
  reject: v.optional(
    v.strictObject({
      ...channel("reject", 0.025),
      delaySeconds: v.optional(seconds(0, 3600), 0),
      unitsPerPulse: v.optional(unitsPerSeal),
    }),
    {},
  ),
  energy: v.optional(
    v.strictObject({
      ...channel("energy", 0.0075),
      pulsesPerKwh: v.optional(
        v.pipe(v.number(), v.minValue(1, "must be 1 or more"), v.maxValue(100_000, "must be 100000 or less")),
        1000,
      ),
    }),
    {},
  ),
  recorder: v.optional(v.strictObject({ signal: v.optional(signal, "recorder") }), {}),
});

const product = v.strictObject({
  name: title,
  sealingTimeSeconds: seconds(0.01, 3600),
  idealCycleSeconds: v.optional(seconds(0.01, 7200)),
  unitsPerSeal: v.optional(unitsPerSeal),
});

const line = v.strictObject({
  id: v.optional(id, "line-1"),
  name: v.optional(title, "Line 1"),
  unitsPerSeal: v.optional(unitsPerSeal, 1),
  minRunSeals: v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number"),
      v.minValue(3, "must be 3 or more"),
      v.maxValue(50, "must be 50 or less"),
    ),
    DEFAULT_MIN_RUN_SEALS,
  ),
  longestMicroStopSeconds: v.optional(seconds(10, 3600), LONGEST_MICRO_STOP_SECONDS),
  shortestCycleSeconds: v.optional(seconds(0.01, 7200)),
  product: v.optional(v.array(product), []),
  channels: v.optional(channels, {}),
});

const schema = v.strictObject({
  ...calendarEntries,
  line: v.optional(
    v.pipe(
      v.array(line),
      v.minLength(1, "must name a line"),
      v.maxLength(MAX_LINES, `must be ${MAX_LINES} lines at most`),
    ),
    [{}],
  ),
});

/** A validated configuration, with every default filled in. */
export type Config = v.InferOutput<typeof schema>;
export type LineConfig = Config["line"][number];

/** What holds when no configuration is given: one line, `line-1`, channels named as their kind. */
export function defaultConfig(): Config {
  return v.parse(schema, {});
}

/**
 * Reads a TOML configuration, see docs/configuration.md.
 * @throws InputError that names file, place, value and remedy.
 */
export function loadConfig(path: string): Config {
  const result = v.safeParse(schema, parseToml(path, readSmallFile(path)));
  if (!result.success) throw complaint(path, result.issues);
  refuseDuplicates(path, result.output);
  refuseLikeProducts(path, result.output);
  const fault = calendarFault(result.output);
  if (fault !== null) throw new InputError({ source: path, ...fault });
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
    ? "see docs/configuration.md for the settings"
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
