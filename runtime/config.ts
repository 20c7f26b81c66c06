import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import * as v from "valibot";
import { AVAILABILITY_BETA_US } from "../algorithms/availability.ts";
import { betaForShortestPulse } from "../algorithms/level-filter.ts";
import { DEFAULT_MIN_RUN_SEALS } from "../algorithms/mobisea/mobisea.ts";
import { MAX_SEALING_TIME_SECONDS, MIN_SEALING_TIME_SECONDS } from "../algorithms/seal-rules.ts";
import { InputError } from "../drivers/input-error.ts";

const MAX_LINES = 8;

const signal = v.pipe(
  v.string(),
  v.regex(/^[^,\p{C}]{1,64}$/u, "must be 1 to 64 printable characters without a comma"),
);
const name = v.pipe(v.string(), v.regex(/^[\w.-]{1,40}$/, "must be 1 to 40 letters, digits, '.', '-' or '_'"));
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
  reject: v.optional(v.strictObject(channel("reject", 0.025)), {}),
  energy: v.optional(v.strictObject(channel("energy", 0.0075)), {}),
  recorder: v.optional(v.strictObject({ signal: v.optional(signal, "recorder") }), {}),
});

const line = v.strictObject({
  id: v.optional(name, "line-1"),
  name: v.optional(
    v.pipe(v.string(), v.nonEmpty("must not be empty"), v.maxLength(60, "must be 60 characters at most")),
    "Line 1",
  ),
  unitsPerSeal: v.optional(
    v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(1, "must be 1 or more")),
    1,
  ),
  minRunSeals: v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number"),
      v.minValue(3, "must be 3 or more"),
      v.maxValue(50, "must be 50 or less"),
    ),
    DEFAULT_MIN_RUN_SEALS,
  ),
  channels: v.optional(channels, {}),
});

const schema = v.strictObject({
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
  const result = v.safeParse(schema, parseToml(path, readText(path)));
  if (!result.success) throw complaint(path, result.issues);
  refuseDuplicates(path, result.output);
  return result.output;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError(
      {
        source: path,
        problem: unreadable(cause),
        remedy: "check the path and its rights",
      },
      { cause },
    );
  }
}

function unreadable(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`;
}

function parseToml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const problem = `is not TOML: ${cause.message.split("\n")[0]?.replace("Invalid TOML document: ", "")}`;
    throw new InputError({ source: path, at: cause.line, problem, remedy: "correct this line" }, { cause });
  }
}

function complaint(path: string, issues: readonly v.BaseIssue<unknown>[]): InputError {
  const [first] = issues as [v.BaseIssue<unknown>];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const at = v.getDotPath(first as never) ?? "file";
  const unknown = first.type === "strict_object" && first.expected === "never";
  const isPlain = typeof first.input !== "object" || first.input === null;
  const value = isPlain ? `${JSON.stringify(first.input) ?? first.input} ` : "";
  const problem = unknown ? "there is no such setting" : `${value}${plainMessage(first)}`;
  const remedy = unknown
    ? "see docs/configuration.md for the settings"
    : "correct the value or leave it out for the default";
  return new InputError({ source: path, at, problem, remedy: remedy + more });
}

function plainMessage(issue: v.BaseIssue<unknown>): string {
  return issue.kind === "schema" ? `is not what belongs here (${issue.expected})` : issue.message;
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
