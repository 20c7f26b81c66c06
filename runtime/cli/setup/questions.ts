import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { InputError } from "../../../drivers/input-error.ts";
import { configFrom } from "../../config.ts";
import { applianceName } from "../../sync/config-sync.ts";
import { type Answers, parseLines, parsePins, parseShifts, USUAL_PINS } from "./answers.ts";
import { setupText } from "./setup-text.ts";

const USUAL_LINE = "Line 1";
const USUAL_SHIFTS = "06:00-14:00, 14:00-22:00";

/**
 * Asks the five questions on a terminal or a pipe; an answer that cannot be is asked again, with the reason.
 * @throws InputError when the answers end before the last one.
 */
export async function askAll(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<Answers> {
  const talk = new Talk(input, output);
  try {
    return await allAnswers(talk);
  } finally {
    talk.close();
  }
}

async function allAnswers(talk: Talk): Promise<Answers> {
  const none: Answers = { lines: [], pins: [], shifts: [], timeZone: "UTC" };
  const lines = await talk.ask("1. Lines: their names, separated by commas", USUAL_LINE, (text) =>
    valid({ ...none, lines: parseLines(text) }),
  );
  const usualPins = USUAL_PINS.slice(0, lines.lines.length).map((pair) => `${pair.sealing}/${pair.availability}`);
  const pins = await talk.ask("2. Pins (GPIO numbers): sealing/available of each line", usualPins.join(", "), (text) =>
    valid({ ...lines, pins: parsePins(text, lines.lines.length) }),
  );
  const shifts = await talk.ask("3. Shifts, with days where not Mon-Fri; or none", USUAL_SHIFTS, (text) =>
    valid({ ...pins, shifts: parseShifts(text) }),
  );
  const zone = await talk.ask("4. Time zone", systemTimeZone(), (text) => withZone(shifts, text));
  return await talk.ask("5. Name of this appliance, its own in the plant", applianceName({}), (text) =>
    valid({ ...zone, appliance: text }),
  );
}

/** The answers so far, if they make a configuration. @throws InputError as the configuration would be refused. */
function valid(answers: Answers): Answers {
  configFrom("answer", setupText(answers));
  return answers;
}

function withZone(answers: Answers, timeZone: string): Answers {
  try {
    return valid({ ...answers, timeZone });
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError({ ...cause.fault, remedy: "give its name, such as Europe/Madrid" }, { cause });
  }
}

function systemTimeZone(): string {
  try {
    const name = readFileSync("/etc/timezone", "utf8").trim();
    if (name !== "" && name !== "Etc/UTC") return name;
  } catch {
    // not every system has this file
  }
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Question and answer, line by line. */
class Talk {
  readonly #reader: Interface;
  readonly #lines: NodeJS.AsyncIterator<string>;
  readonly #output: NodeJS.WritableStream;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    // Ctrl-C and Ctrl-D on a terminal close it, which ends the lines
    this.#reader = createInterface({ input, output, terminal: "isTTY" in input && input.isTTY === true });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async ask<T>(question: string, usual: string, take: (answer: string) => T): Promise<T> {
    for (;;) {
      this.#reader.setPrompt(`${question} [${usual}]: `);
      this.#reader.prompt();
      const { value, done } = await this.#lines.next();
      if (done) throw this.#ended();
      try {
        return take(value.trim() || usual);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.#output.write(`   ${error.fault.problem}; ${error.fault.remedy}\n`);
      }
    }
  }

  #ended(): InputError {
    this.#output.write("\n");
    return new InputError({
      source: "setup",
      problem: "ended before the last answer, and nothing was changed",
      remedy: "run it again, or give a configuration with --from FILE",
    });
  }

  close(): void {
    this.#reader.close();
  }
}
