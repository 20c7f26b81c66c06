import { capacitor, coil, contact, diodeUp, ground, joint, REACH, resistor, terminal, wire, zone } from "./circuit.ts";
import { label, svg } from "./svg.ts";

/** A dry contact straight to a pin: for some metres of cable within one panel. */
export function wiringRelayFigure(): string {
  const [up, low] = [70, 250];
  const [coilX, contactX, nodeX, gpioX] = [110, 235, 560, 720];
  const nodeY = 130;
  return svg({
    width: 860,
    height: 330,
    title: "A dry contact straight to a pin",
    description:
      "The machine's signal drives a small relay with a diode across its coil. The relay's gold-plated contact goes through a twisted, shielded pair to the appliance, where a pull-up of 1 kilohm, a series resistor of 1 kilohm and a capacitor of 100 nanofarad stand before the GPIO.",
    body: [
      zone({ x: 16, y: 16 }, { x: 310, y: 314 }, "machine"),
      zone({ x: 470, y: 16 }, { x: 844, y: 314 }, "beside the Raspberry Pi"),
      terminal({ x: coilX, y: up }, "signal of the machine, 24 V", "right"),
      wire({ x: coilX, y: up + 4 }, { x: coilX, y: 160 - REACH }),
      coil({ x: coilX, y: 160 }, "K1"),
      wire({ x: coilX, y: 160 + REACH }, { x: coilX, y: low }),
      joint({ x: coilX, y: 120 }),
      joint({ x: coilX, y: 205 }),
      wire({ x: coilX, y: 120 }, { x: coilX - 55, y: 120 }, { x: coilX - 55, y: 160 - REACH }),
      diodeUp({ x: coilX - 55, y: 160 }, ""),
      wire({ x: coilX - 55, y: 160 + REACH }, { x: coilX - 55, y: 205 }, { x: coilX, y: 205 }),
      label({ x: coilX - 78, y: 230 }, "1N4007", "small"),
      ground({ x: coilX, y: low }, "0 V of the machine"),
      contact({ x: contactX, y: 160 }, "K1, gold"),
      wire({ x: contactX, y: 160 - REACH }, { x: contactX, y: nodeY }, { x: nodeX, y: nodeY }),
      wire({ x: contactX, y: 160 + REACH }, { x: contactX, y: 220 }, { x: nodeX, y: 220 }),
      ...shield(330, 450, 116, 234),
      joint({ x: nodeX, y: nodeY }),
      terminal({ x: nodeX, y: 48 }, "3.3 V (pin 1)", "right"),
      resistor({ x: nodeX, y: 90 }, "down", "1 kΩ"),
      wire({ x: nodeX, y: 52 }, { x: nodeX, y: 60 }),
      wire({ x: nodeX, y: 120 }, { x: nodeX, y: nodeY }, { x: 630 - REACH, y: nodeY }),
      resistor({ x: 640, y: nodeY }, "across", "1 kΩ"),
      wire({ x: 600, y: nodeY }, { x: 610, y: nodeY }),
      wire({ x: 670, y: nodeY }, { x: gpioX + 16, y: nodeY }),
      terminal({ x: gpioX + 20, y: nodeY }, "GPIO", "right"),
      joint({ x: gpioX - 35, y: nodeY }),
      wire({ x: gpioX - 35, y: nodeY }, { x: gpioX - 35, y: 175 - REACH }),
      capacitor({ x: gpioX - 35, y: 175 }, "down", "100 nF"),
      wire({ x: gpioX - 35, y: 175 + REACH }, { x: gpioX - 35, y: 220 }),
      wire({ x: nodeX, y: 220 }, { x: gpioX + 16, y: 220 }),
      joint({ x: gpioX - 35, y: 220 }),
      terminal({ x: gpioX + 20, y: 220 }, "GND (pin 9)", "right"),
      wire({ x: 590, y: 220 }, { x: 590, y: 258 }),
      joint({ x: 590, y: 220 }),
      ground({ x: 590, y: 258 }, "rail, here only"),
      label({ x: 390, y: 100 }, "twisted pair in a shield", "small soft", "middle"),
    ],
  });
}

/** A shielded cable around two wires, its shield bound at the right end. */
function shield(left: number, right: number, top: number, bottom: number): string[] {
  const oval = (x: number) => `M${x} ${top}a9 ${(bottom - top) / 2} 0 1 0 0.1 0`;
  const d = `${oval(left)}${oval(right)}M${left} ${top}H${right}M${left} ${bottom}H${right}`;
  return [
    `<path class="s6 dashed" d="${d}"/>`,
    wire({ x: right, y: bottom }, { x: right, y: bottom + 24 }),
    ground({ x: right, y: bottom + 24 }, ""),
    label({ x: right - 22, y: bottom + 40 }, "shield: rail, this end only", "small soft", "end"),
  ];
}
