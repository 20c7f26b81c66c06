import type { ExportedShift } from "./exported-shift.ts";

/** What a shift's JSON file is; a reader refuses another number. */
export const SHIFT_JSON_SCHEMA = "sealtrace/shift@1";

/** The shift as `replay --json` has it, with whose it is. */
export async function shiftJson({ appliance, area, clock, context, revision, shift }: ExportedShift): Promise<Buffer> {
  const { version, settingsHash, maintenance } = await context();
  const file = {
    schema: SHIFT_JSON_SCHEMA,
    appliance,
    area,
    timeZone: clock.timeZone,
    version,
    settingsHash,
    revision,
    shift: {
      ...shift,
      maintenance: maintenance && { signals: maintenance.signals, notJudged: maintenance.notJudged },
    },
  };
  return Buffer.from(`${JSON.stringify(file)}\n`);
}
