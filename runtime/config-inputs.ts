import * as v from "valibot";
import { CONTACTS, type Contact } from "../algorithms/signal.ts";
import { isPrintable, shown } from "../drivers/formats/printable.ts";
import type { ChardevLine } from "../drivers/gpio/chardev.ts";
import { InputError } from "../drivers/input-error.ts";
import type { CalendarFault } from "./config-calendar.ts";
import { setting } from "./config-setting.ts";

const BIASES = ["pull-up", "pull-down", "disabled"] as const;
const DRIVERS = ["auto", "chardev", "rpio"] as const;
const HIGHEST_LINE = 511;
const HIGHEST_RPIO_PIN = 53;
/** The kernel's names of lines have 31 bytes at most. */
const LINE_NAME = /^(?!\d+$)[\x21-\x7e]{1,31}$/;
const GPIO_NAME = /^GPIO(0|[1-9]\d?)$/;

const whole = (from: number, to: number) =>
  v.pipe(
    v.number(),
    v.integer("must be a whole number"),
    v.minValue(from, `must be ${from} or more`),
    v.maxValue(to, `must be ${to} or less`),
  );

const chip = v.pipe(
  v.string(),
  v.check(
    (text) => text.length >= 1 && text.length <= 100 && isPrintable(text),
    "must be a chip's label, name or path, such as pinctrl-bcm2711",
  ),
);

/** The part of a configuration that says how the board's pins are read. */
export const inputsEntries = {
  inputs: v.optional(
    setting(
      v.strictObject({
        driver: v.optional(
          setting(
            v.picklist(DRIVERS, `must be one of ${DRIVERS.join(", ")}`),
            "`auto`: the character device where there is one, else rpio; see [drivers.md](drivers.md)",
          ),
          "auto",
        ),
        chip: v.optional(
          setting(chip, "of the character device", {
            range: "label, name or path, such as `pinctrl-bcm2711`",
            absent: "the one behind the pin header",
          }),
        ),
        rateHz: v.optional(setting(whole(100, 5000), "looks of rpio at the pins", { unit: "1/s" }), 1000),
        blindAfterMs: v.optional(
          setting(whole(2, 1000), "looks of rpio further apart leave a hole; two looks or more", { unit: "ms" }),
          20,
        ),
      }),
      "How the board's pins are read.",
    ),
    {},
  ),
} as const;

/** Where a contact is wired to. */
export const pinEntries = {
  pin: v.optional(
    setting(
      v.pipe(
        v.union([v.number(), v.string()]),
        v.check(isPin, `must be a GPIO number from 0 to ${HIGHEST_LINE}, such as 17, or a name, such as "GPIO17"`),
      ),
      "where the contact is wired to; each contact its own",
      {
        range: `GPIO number from 0 to ${HIGHEST_LINE} (rpio: ${HIGHEST_RPIO_PIN}), or the line's name`,
        absent: "none",
      },
    ),
  ),
  bias: v.optional(
    setting(v.picklist(BIASES, `must be one of ${BIASES.join(", ")}`), "resistor inside the chip", {
      absent: "as it is",
    }),
  ),
  activeLow: v.optional(
    setting(
      v.boolean(),
      "`true`: a closed contact pulls the pin low; levels are turned round before they are recorded",
    ),
    false,
  ),
} as const;

type Given<Entries extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;

/** A contact as far as its wiring goes. */
interface WiredContact extends Given<typeof pinEntries> {
  readonly signal: string;
}

/** What of a configuration the pins need. */
interface WiringConfig extends Given<typeof inputsEntries> {
  readonly line: readonly { readonly id: string; readonly channels: Readonly<Record<Contact, WiredContact>> }[];
}

/** The first contradiction among the pins; null when there is none. */
export function inputsFault(config: WiringConfig): CalendarFault | null {
  return rateFault(config) ?? contactFault(config) ?? doubleFault(config);
}

/**
 * The contacts of all lines as a driver of pins takes them.
 * @param source what the configuration is called in a complaint.
 * @throws InputError when the sealing contact of a line has no pin.
 */
export function contactLines(config: WiringConfig, source: string): readonly ChardevLine[] {
  const i = config.line.findIndex(({ channels }) => channels.sealing.pin === undefined);
  if (i >= 0)
    throw new InputError({
      source,
      at: `line.${i}.channels.sealing.pin`,
      problem: `the line ${shown(config.line[i]?.id ?? "")} has no pin for its contact`,
      remedy: "give pins to its contacts, such as `channels.sealing.pin = 17`, or simulate a machine with --sim",
    });
  return pinnedContacts(config);
}

/** The contacts that have a pin. */
export function pinnedContacts(config: WiringConfig): readonly ChardevLine[] {
  return pinned(config).map(({ signal, pin, bias, activeLow }) => ({
    name: signal,
    line: pin,
    activeLow,
    ...(bias !== undefined && { bias }),
  }));
}

/** A contact's wiring in words, such as `pin 17, active low`; null without a pin. */
export function wiringText({ pin, bias, activeLow }: WiredContact): string | null {
  if (pin === undefined) return null;
  return [`pin ${pin}`, ...(activeLow ? ["active low"] : []), ...(bias === undefined ? [] : [bias])].join(", ");
}

/** What everything about the pins comes down to: while it stays the same, an open driver may stay open. */
export function inputsKey(config: WiringConfig): string {
  return JSON.stringify([config.inputs, config.line.map(({ id, channels }) => [id, channels])]);
}

function pinned(config: WiringConfig) {
  return config.line.flatMap(({ channels }, i) =>
    CONTACTS.flatMap((contact) => {
      const { signal, pin, bias, activeLow } = channels[contact];
      return pin === undefined ? [] : [{ at: `line.${i}.channels.${contact}.pin`, signal, pin, bias, activeLow }];
    }),
  );
}

function rateFault({ inputs: { rateHz, blindAfterMs } }: WiringConfig): CalendarFault | null {
  if (blindAfterMs * rateHz >= 2000) return null;
  return {
    at: "inputs.blindAfterMs",
    problem: `${blindAfterMs} ms is less than two looks at ${rateHz} Hz`,
    remedy: `give ${Math.ceil(2000 / rateHz)} or more, or a higher rateHz`,
  };
}

function contactFault(config: WiringConfig): CalendarFault | null {
  for (const [i, { channels }] of config.line.entries())
    for (const contact of CONTACTS) {
      const { pin, bias, activeLow } = channels[contact];
      const at = `line.${i}.channels.${contact}`;
      if (pin === undefined && (bias !== undefined || activeLow))
        return {
          at,
          problem: "bias and activeLow say nothing without a pin",
          remedy: "give the pin, or leave them out",
        };
      const isUnknown = pin !== undefined && config.inputs.driver === "rpio" && gpioNumber(pin) === null;
      if (isUnknown)
        return {
          at: `${at}.pin`,
          problem: `rpio does not know ${shown(String(pin))}`,
          remedy: `give a GPIO number from 0 to ${HIGHEST_RPIO_PIN}, such as 17 or "GPIO17", or use the driver "chardev"`,
        };
    }
  return null;
}

function doubleFault(config: WiringConfig): CalendarFault | null {
  const seen = new Map<string | number, string>();
  for (const { at, pin } of pinned(config)) {
    const same = gpioNumber(pin) ?? pin;
    const other = seen.get(same);
    if (other !== undefined)
      return { at, problem: `pin ${pin} is used by ${other} already`, remedy: "give each contact a pin of its own" };
    seen.set(same, at);
  }
  return null;
}

/** The number of a pin of a Raspberry Pi's header; null for a line that is not counted so. */
function gpioNumber(pin: number | string): number | null {
  const number = typeof pin === "number" ? pin : Number(GPIO_NAME.exec(pin)?.[1] ?? Number.NaN);
  return number <= HIGHEST_RPIO_PIN ? number : null;
}

function isPin(pin: number | string): boolean {
  if (typeof pin === "string") return LINE_NAME.test(pin);
  return Number.isInteger(pin) && pin >= 0 && pin <= HIGHEST_LINE;
}
