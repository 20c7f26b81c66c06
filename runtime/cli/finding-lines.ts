import type { Finding, Verdict } from "../doctor/finding.ts";
import { wrapped } from "../report/terminal.ts";
import { columnsOfOutput, showsColour } from "./terminal-kind.ts";

const COLOURS: Readonly<Record<Verdict, string>> = { ok: "32", warn: "33", fail: "31" };
const ABOUT_COLUMNS = 14;

/** A finding on the terminal: verdict, what was looked at, how it is, and behind an arrow what to do. */
export function findingLines({ verdict, about, text, todo }: Finding): readonly string[] {
  const columns = columnsOfOutput() - 1;
  const colour = (word: string) => (showsColour() ? `\x1b[${COLOURS[verdict]}m${word}\x1b[0m` : word);
  const [first = "", ...rest] = wrapped(`${about.padEnd(ABOUT_COLUMNS)} ${text}`, columns - 6);
  const more = todo === null ? [] : wrapped(`-> ${todo}`, columns - 8);
  return [
    `${colour(verdict.padEnd(5))} ${first}`,
    ...rest.map((line) => `      ${line}`),
    ...more.map((line) => `      ${line}`),
  ];
}
