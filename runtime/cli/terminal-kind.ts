const USUAL_COLUMNS = 80;
const LEAST_COLUMNS = 40;

/** How wide what is printed may be: the terminal's width, else 80 columns. */
export function columnsOfOutput(): number {
  return Math.max(LEAST_COLUMNS, process.stdout.columns ?? USUAL_COLUMNS);
}

/** Whether the user's locale is one of UTF-8, as setlocale(3) finds it. */
export function showsUtf8(env: NodeJS.ProcessEnv = process.env): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "");
}

/** Whether colour may be used: on a terminal that has it, and nobody set NO_COLOR. */
export function showsColour(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
}
