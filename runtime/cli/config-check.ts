import { existsSync } from "node:fs";
import { lengthUs, union } from "../../algorithms/interval.ts";
import { CONTACTS } from "../../algorithms/signal.ts";
import { printable } from "../../drivers/formats/printable.ts";
import { Calendar, type PlannedShift } from "../calendar.ts";
import { type Config, DEFAULT_CONFIG_PATH, defaultConfig, type LineConfig, loadConfig } from "../config.ts";
import { wiringText } from "../config-inputs.ts";
import { counted, table } from "../report/text.ts";
import { settingsHash } from "../settings-hash.ts";

const DAYS_SHOWN = 7;
const DAY_US = 86_400_000_000;

interface CheckOptions {
  readonly json?: true;
}

/** `sealtrace config check [FILE]`: validates a configuration and shows what would run. */
export async function checkConfig(file: string | undefined, { json }: CheckOptions): Promise<void> {
  const path = file ?? (existsSync(DEFAULT_CONFIG_PATH) ? DEFAULT_CONFIG_PATH : null);
  const config = path === null ? defaultConfig() : loadConfig(path);
  const week = config.line.map((line) => weekOf(config, line));
  const said = { schema: "sealtrace/config@1", file: path, hash: settingsHash(config), config, week };
  if (json) process.stdout.write(`${JSON.stringify(said, null, 1)}\n`);
  else process.stdout.write(`${checkText(config, path).join("\n")}\n`);
}

interface WeekShift {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly hours: number;
  /** Without breaks and planned stops. */
  readonly plannedHours: number;
}

/** The shifts of the coming days as they will be. */
function weekOf(config: Config, line: LineConfig): readonly WeekShift[] {
  const calendar = new Calendar(config, line.id);
  const nowUs = Date.now() * 1000;
  return calendar.between(nowUs, nowUs + DAYS_SHOWN * DAY_US).map((shift) => weekShift(calendar, shift));
}

function weekShift({ clock }: Calendar, { id, startUs, endUs, breaks, plannedStops }: PlannedShift): WeekShift {
  const hours = (us: number) => us / 3.6e9;
  const pausesUs = lengthUs(union([...breaks, ...plannedStops]));
  const [start, end] = [clock.iso(startUs), clock.iso(endUs)];
  return { id, start, end, hours: hours(endUs - startUs), plannedHours: hours(endUs - startUs - pausesUs) };
}

function checkText(config: Config, path: string | null): string[] {
  const { timeZone, language, line, shift } = config;
  const what = path === null ? "no configuration file: the defaults would run" : `${printable(path)} is valid`;
  return [
    `${what}; settings ${settingsHash(config)}`,
    `${counted(line.length, "line")}, ${counted(shift.length, "shift")} in the calendar, ${timeZone}, ${language}`,
    inputsText(config),
    "",
    ...line.flatMap((each) => [...lineText(config, each), ""]),
  ];
}

function inputsText({ inputs: { driver, chip, rateHz, blindAfterMs }, line }: Config): string {
  const unwired = line.filter(({ channels }) => channels.sealing.pin === undefined);
  if (unwired.length > 0)
    return `no pin for sealing of ${unwired.map(({ id }) => id).join(", ")}: runs as a simulation only`;
  const rate = driver === "chardev" ? "" : `, by rpio at ${rateHz} Hz and blind after ${blindAfterMs} ms`;
  return `driver of inputs: ${driver}${chip === undefined ? "" : `, chip ${chip}`}${rate}`;
}

function lineText(config: Config, line: LineConfig): string[] {
  const signals = CONTACTS.map((contact) => [
    contact,
    channelText(line, contact),
    wiringText(line.channels[contact]) ?? "-",
  ]);
  const products = line.product.map(({ name, sealingTimeSeconds, idealCycleSeconds, unitsPerSeal }) => [
    name,
    `${sealingTimeSeconds} s`,
    idealCycleSeconds === undefined ? "learned" : `${idealCycleSeconds} s`,
    String(unitsPerSeal ?? line.unitsPerSeal),
  ]);
  return [
    `${line.name} (${line.id}), ${counted(line.unitsPerSeal, "unit")} a seal`,
    ...table(["contact", "signal", "wiring"], signals),
    ...(products.length === 0
      ? []
      : ["", ...table(["product", "sealing time", "ideal cycle", "units a seal"], products)]),
    "",
    ...weekText(weekOf(config, line), config.shift.length > 0),
  ];
}

function channelText({ channels }: LineConfig, contact: (typeof CONTACTS)[number]): string {
  const { signal, invert, betaSeconds } = channels[contact];
  return `${signal}${invert ? ", inverted" : ""}, beta ${betaSeconds} s`;
}

function weekText(week: readonly WeekShift[], hasShifts: boolean): string[] {
  if (week.length === 0 && hasShifts) return ["  no shift starts in the coming week"];
  if (week.length === 0) return ["  no shifts: a recording is one shift, and in the daemon each local day is one"];
  const rows = week.map(({ id, start, end, hours, plannedHours }) => [
    id,
    start.slice(0, 16).replace("T", " "),
    end.slice(0, 16).replace("T", " "),
    hours.toFixed(2),
    plannedHours.toFixed(2),
  ]);
  return table(["shift", "from", "to", "hours", "planned"], rows);
}
