import { parseWallTime } from "../../drivers/formats/wall-time.ts";
import { InputError } from "../../drivers/input-error.ts";
import { change, given } from "./ask.ts";

interface CorrectionOptions {
  readonly line?: string;
  readonly shift?: string;
  readonly product?: string;
  readonly why?: string;
}

/** `sealtrace scrap UNITS`: scrap that somebody counted, of a product or of the whole shift. */
export async function scrap(units: number, options: CorrectionOptions): Promise<void> {
  const shift = await change("scrap", given({ ...options, units }));
  const whose = options.product === undefined ? "" : ` of ${options.product}`;
  process.stdout.write(`${units} units of scrap${whose} entered for shift ${String(shift)}\n`);
}

/** `sealtrace correct PRODUCT UNITS`: so many more, or fewer, than were counted. */
export async function correct(product: string, units: number, options: CorrectionOptions): Promise<void> {
  const shift = await change("correct", given({ ...options, product, units }));
  process.stdout.write(`${product} corrected by ${units > 0 ? "+" : ""}${units} units in shift ${String(shift)}\n`);
}

/** `sealtrace mark TIME "text"`: what a person knows about a moment, such as the reason of a stop. */
export async function mark(time: string, text: string, { line, shift, why }: CorrectionOptions): Promise<void> {
  const named = await change("mark", given({ line, shift, why, text, ...moment(time) }));
  process.stdout.write(`marked ${time} in shift ${String(named)}\n`);
}

/** A time of the local clock is the shift's; with date and zone it is that very moment. */
function moment(time: string): { readonly time: string } | { readonly momentUs: number } {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return { time };
  const momentUs = parseWallTime(time);
  if (momentUs !== null) return { momentUs };
  throw new InputError({
    source: `time ${JSON.stringify(time.slice(0, 40))}`,
    problem: "is no time",
    remedy: "give it as 09:41 or as 2026-03-02T09:41:00+01:00",
  });
}
