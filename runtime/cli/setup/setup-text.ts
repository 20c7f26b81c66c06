import type { Answers, LineAnswer, PinPair, ShiftAnswer } from "./answers.ts";

const BREAKS = [
  "",
  "# Breaks are planned time in which nothing is to be made. One in a shift:",
  '# breaks = [{ start = "10:00", end = "10:30" }]',
];

/** A configuration (TOML) that says what was answered, and leaves everything else at its default. */
export function setupText({ appliance, lines, pins, shifts, timeZone }: Answers): string {
  return [
    "# Written by sealtrace setup; docs/configuration.md describes every setting. After a change:",
    "# sealtrace config check /etc/sealtrace/config.toml && sudo systemctl reload sealtrace",
    ...(appliance === undefined ? [] : [`appliance = ${quoted(appliance)}`]),
    `timeZone = ${quoted(timeZone)}`,
    ...(shifts.length === 0 ? [] : BREAKS),
    ...shifts.flatMap(shiftText),
    ...lines.flatMap((line, i) => lineText(line, pins[i])),
    "",
  ].join("\n");
}

function shiftText({ name, start, end, days }: ShiftAnswer): string[] {
  const when = days === undefined ? [] : [`days = [${days.map(quoted).join(", ")}]`];
  const times = [`start = ${quoted(start)}`, `end = ${quoted(end)}`];
  return ["", "[[shift]]", `name = ${quoted(name)}`, ...when, ...times, "breaks = []"];
}

function lineText({ id, name }: LineAnswer, pins: PinPair | undefined): string[] {
  const head = ["", "[[line]]", `id = ${quoted(id)}`, `name = ${quoted(name)}`];
  if (pins === undefined) return head;
  return [...head, ...wiring("sealing", pins.sealing), ...wiring("availability", pins.availability)];
}

/** Contacts to ground and isolated input boards alike: closed is low. */
function wiring(contact: string, pin: number): string[] {
  const why = "the contact, or the input board, pulls the pin down when it is closed";
  return ["", `[line.channels.${contact}]`, `pin = ${pin}`, 'bias = "pull-up"', `activeLow = true        # ${why}`];
}

/** What JSON and a basic string of TOML have in common is all that printable text needs. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
