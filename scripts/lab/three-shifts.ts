const STARTS = ["06:00", "06:10", "06:20"];
const LAST_END = "06:30";

/** Ids of the shifts. */
export const THREE_SHIFTS = STARTS.map((_, i) => `2026-03-02/s${i}`);

/** The configuration of an appliance with three shifts of ten minutes: enough for files of each. @param sync TOML. */
export function threeShifts(sync: string): string {
  const shifts = STARTS.map(
    (start, i) => `[[shift]]\nname = "S${i}"\nstart = "${start}"\nend = "${STARTS[i + 1] ?? LAST_END}"\n`,
  );
  return `timeZone = "UTC"
appliance = "lab"

[inputs]
driver = "chardev"
chip = "pinctrl-bcm2711"

[sync]
${sync}

${shifts.join("\n")}
[[line]]
id = "sealer"
channels.sealing = { pin = 17 }
channels.availability = { pin = 27 }
`;
}
