import type { Report } from "./report.ts";

/** What is left when all losses are taken away: good time, or time of all units where rejects are not measured. */
export function effectiveName({ shift, texts }: Report): string {
  return shift.oee?.quality === null ? texts.losses.effectiveUnmeasured : texts.losses.effective;
}
