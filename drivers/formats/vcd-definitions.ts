import { InputError } from "../input-error.ts";
import { shown, shownList } from "./printable.ts";
import { parseWallTime } from "./wall-time.ts";

/** The identifier stands for a variable that is no configured channel. */
export const FOREIGN = -1;
/** The identifier was never declared. */
export const UNDECLARED = -2;

const MOST_VARIABLES = 2 ** 20;
const UNIT_EXPONENTS: Readonly<Record<string, number>> = { s: 6, ms: 3, us: 0, ns: -3, ps: -6, fs: -9 };
const TIMESCALE = /^(1|10|100)(s|ms|us|ns|ps|fs)$/;
const BIT_SELECT = /^\[-?\d+(:-?\d+)?\]$/;
const NO_BIT_TYPES = ["real", "realtime", "string", "event"];

/** What stands before `$enddefinitions` of a VCD: the time unit, and which identifier is which channel. */
export class VcdDefinitions {
  startWallUs: number | null = null;
  /** Names of variables that are no configured channels, with their scopes. */
  readonly ignored: string[] = [];
  readonly #source: string;
  readonly #channelNames: readonly string[];
  readonly #scopes: string[] = [];
  /** Channel, FOREIGN or UNDECLARED of identifiers of one character: nearly all files have no others of interest. */
  readonly #short = new Int16Array(256).fill(UNDECLARED);
  readonly #long = new Map<string, number>();
  /** Identifier and full name of the variable taken for a channel. */
  readonly #bound: ({ readonly id: string; readonly name: string } | undefined)[] = [];
  #variables = 0;
  #exponent: number | null = null;

  constructor(source: string, channelNames: readonly string[]) {
    this.#source = source;
    this.#channelNames = channelNames;
  }

  /** A unit of `#time` is 10^exponent microseconds, -9 to 8. */
  get exponent(): number {
    return this.#exponent ?? 0;
  }

  /** Channel of an identifier of one byte, FOREIGN or UNDECLARED. */
  channelOfByte(id: number): number {
    return this.#short[id] as number;
  }

  /** Channel of an identifier, FOREIGN or UNDECLARED. */
  channelOf(id: string): number {
    return id.length === 1 ? (this.#short[id.charCodeAt(0) & 255] as number) : (this.#long.get(id) ?? UNDECLARED);
  }

  /** Takes one section: the words between its keyword and `$end`. `at` is the line it ends in. */
  take(keyword: string, words: readonly string[], at: number): void {
    if (keyword === "$timescale") this.#takeTimescale(words.join(""), at);
    else if (keyword === "$scope") this.#scopes.push(words.slice(1).join(" "));
    else if (keyword === "$upscope") this.#scopes.pop();
    else if (keyword === "$var") this.#takeVariable(words, at);
  }

  /** Takes a word of a comment: `start=` and an ISO 8601 time is the wall time of t = 0. */
  takeCommentWord(word: string, at: number): void {
    if (!word.startsWith("start=")) return;
    this.startWallUs = parseWallTime(word.slice("start=".length));
    if (this.startWallUs !== null) return;
    const remedy = "write it like `$comment start=2026-03-02T06:00:00Z $end`";
    throw this.#fault(at, `start time ${shown(word)} is no date and time with zone`, remedy);
  }

  /** Checks at `$enddefinitions` that the file can be used. */
  finish(at: number): void {
    if (this.#exponent === null) throw this.#fault(at, "no $timescale", "add one, such as `$timescale 1 us $end`");
    if (this.#bound.some((variable) => variable !== undefined)) return;
    const found = this.ignored.length === 0 ? "no variables" : `variables ${shownList(this.ignored)}`;
    throw this.#fault(
      at,
      `${found} but none of the channels ${shownList(this.#channelNames)}`,
      "give the variables the names of the channels, or configure the names in the file",
    );
  }

  #takeTimescale(text: string, at: number): void {
    const [, count, unit] = TIMESCALE.exec(text) ?? [];
    const exponent = count === undefined ? undefined : (UNIT_EXPONENTS[unit as string] as number) + count.length - 1;
    if (exponent === undefined)
      throw this.#fault(at, `timescale ${shown(text)}`, "give 1, 10 or 100 and one of s, ms, us, ns, ps, fs");
    if (this.#exponent !== null && this.#exponent !== exponent)
      throw this.#fault(at, `a second timescale, ${shown(text)}`, "leave the right one");
    this.#exponent = exponent;
  }

  #takeVariable(words: readonly string[], at: number): void {
    const [type = "", width = "", id = "", ...reference] = words;
    if (reference.length === 0 || !/^\d+$/.test(width) || !/^[!-~]+$/.test(id))
      throw this.#fault(at, `variable ${shown(words.join(" "))}`, "declare it like `$var wire 1 ! sealing $end`");
    if (++this.#variables > MOST_VARIABLES)
      throw this.#fault(at, `more than ${MOST_VARIABLES} variables`, "export the contacts only");
    const bare = nameOf(reference);
    const name = [...this.#scopes, bare].join(".");
    const channel = this.#channelNamed(bare);
    if (channel === FOREIGN) this.ignored.push(name);
    else this.#bind(channel, id, name, at);
    if (channel !== FOREIGN && (width !== "1" || NO_BIT_TYPES.includes(type)))
      throw this.#fault(at, `channel ${shown(name)} is a ${type} of width ${width}`, "export it as a wire of one bit");
    this.#declare(id, channel);
  }

  /** The most exact name wins: with all scopes, with the innermost, bare; each also without the `[0]` of a single bit. */
  #channelNamed(bare: string): number {
    const innermost = this.#scopes.slice(-1);
    const names = [[...this.#scopes, bare], [...innermost, bare], [bare]].map((parts) => parts.join("."));
    for (const name of names.flatMap((name) => [name, name.replace(/ ?\[0\]$/, "")])) {
      const channel = this.#channelNames.indexOf(name);
      if (channel >= 0) return channel;
    }
    return FOREIGN;
  }

  #bind(channel: number, id: string, name: string, at: number): void {
    const other = this.#bound[channel];
    const channelName = shown(this.#channelNames[channel] as string);
    if (other !== undefined && other.id !== id)
      throw this.#fault(
        at,
        `channel ${channelName} could be ${shown(other.name)} or ${shown(name)}`,
        "configure the name with its scope",
      );
    const holder = this.#bound.findIndex((variable, i) => i !== channel && variable?.id === id);
    if (holder >= 0)
      throw this.#fault(
        at,
        `channels ${shown(this.#channelNames[holder] as string)} and ${channelName} share the identifier ${shown(id)}`,
        "give each channel a variable of its own",
      );
    this.#bound[channel] = { id, name };
  }

  /** Several variables may share an identifier; when one of them is a channel, the identifier is that channel. */
  #declare(id: string, channel: number): void {
    const value = Math.max(channel, this.channelOf(id));
    if (id.length === 1) this.#short[id.charCodeAt(0) & 255] = value;
    else this.#long.set(id, value);
  }

  #fault(at: number, problem: string, remedy: string): InputError {
    return new InputError({ source: this.#source, at, problem, remedy });
  }
}

/** Name of a variable: a bit select that stands apart, as in `sealing [0]`, belongs to it. */
function nameOf(reference: readonly string[]): string {
  const last = reference.at(-1) as string;
  const apart = reference.length > 1 && BIT_SELECT.test(last);
  return apart ? `${reference.slice(0, -1).join(" ")}${last}` : reference.join(" ");
}
