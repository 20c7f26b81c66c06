import { box, element, label, svg } from "./svg.ts";

/** The 40 pins of the header, from pin 1 on, as every Raspberry Pi since 2014 has them. */
const PINS = (
  "3V3 5V GPIO2 5V GPIO3 GND GPIO4 GPIO14 GND GPIO15 GPIO17 GPIO18 GPIO27 GND GPIO22 GPIO23 3V3 GPIO24 GPIO10 GND " +
  "GPIO9 GPIO25 GPIO11 GPIO8 GND GPIO7 GPIO0 GPIO1 GPIO5 GND GPIO6 GPIO12 GPIO13 GND GPIO19 GPIO16 GPIO26 GPIO20 GND GPIO21"
).split(" ");

// The kernel or the firmware wants these first: I2C, serial console, SPI, the EEPROM of a board on top, 1-Wire.
const TAKEN: Readonly<Record<string, string>> = {
  GPIO2: "I2C",
  GPIO3: "I2C",
  GPIO4: "1-Wire",
  GPIO14: "serial",
  GPIO15: "serial",
  GPIO10: "SPI",
  GPIO9: "SPI",
  GPIO11: "SPI",
  GPIO8: "SPI",
  GPIO7: "SPI",
  GPIO0: "HAT",
  GPIO1: "HAT",
};
const STEP = 38;
const LEFT = 56;
const ROWS = { odd: 152, even: 112 } as const;

/** Which pins of the header are free for contacts. */
export function wiringHeaderFigure(): string {
  return svg({
    width: 860,
    height: 264,
    title: "Pins that are free for contacts",
    description:
      "The 40 pins of the header in two rows of twenty. Free for contacts: GPIO 5, 6, 12, 13, 16 to 27. Taken by other functions: GPIO 0 to 4, 7 to 11, 14 and 15. Besides 3.3 volts, 5 volts and ground.",
    body: [
      label(
        { x: LEFT - 32, y: 30 },
        "Pin 1 has the square pad; the row of pin 2 lies along the edge of the board",
        "soft",
      ),
      box({ x: LEFT - 24, y: 90 }, { x: LEFT + 19 * STEP + 24, y: 174 }, "area"),
      ...PINS.map(pin),
      ...legend(),
    ],
  });
}

function pin(name: string, index: number): string {
  const isOdd = index % 2 === 0;
  const x = LEFT + Math.floor(index / 2) * STEP;
  const y = isOdd ? ROWS.odd : ROWS.even;
  const kind = kindOf(name);
  const mark =
    index === 0
      ? element("rect", { class: kind, x: x - 11, y: y - 11, width: 22, height: 22 })
      : element("circle", { class: kind, cx: x, cy: y, r: 11 });
  const number = label({ x, y: y + 4 }, String(index + 1), "small onpin", "middle");
  const outside = isOdd ? y + 36 : y - 30;
  const words = name.replace("GPIO", "");
  const role = TAKEN[name];
  const second =
    role === undefined ? "" : label({ x, y: isOdd ? outside + 15 : outside - 15 }, role, "small soft", "middle");
  return mark + number + label({ x, y: outside }, words, kind === "f3" ? "strong" : "small", "middle") + second;
}

function kindOf(name: string): string {
  if (name === "GND") return "f6";
  if (name === "3V3") return "f2";
  if (name === "5V") return "f4";
  return TAKEN[name] === undefined ? "f3" : "pin-taken";
}

function legend(): string[] {
  const entries = [
    ["f3", "free for contacts, by its GPIO number (bold)"],
    ["pin-taken", "taken by something else"],
    ["f2", "3.3 V"],
    ["f4", "5 V: never to a GPIO"],
    ["f6", "ground"],
  ] as const;
  const widths = [290, 186, 76, 156, 60];
  return entries.map(([kind, words], i) => {
    const x = LEFT - 28 + widths.slice(0, i).reduce((sum, width) => sum + width, 0);
    return element("circle", { class: kind, cx: x, cy: 240, r: 6 }) + label({ x: x + 12, y: 244 }, words, "small");
  });
}
