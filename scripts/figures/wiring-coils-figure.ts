import { capacitor, coil, contact, diodeUp, joint, REACH, resistor, terminal, wire } from "./circuit.ts";
import { label, svg } from "./svg.ts";

const TOP = 84;
const BOTTOM = 280;

/** Where interference is made, and what to put there: across the coil, not across the contact that is read. */
export function wiringCoilsFigure(): string {
  return svg({
    width: 860,
    height: 326,
    title: "Quench the coil that makes the noise",
    description:
      "Three circuits. A coil for direct current with a diode across it: right. A coil for alternating current with 100 ohm and 100 nanofarad in series across it: right. A contact that is read, with a resistor and a capacitor across it: wrong, because the leakage keeps the input on and the capacitor wears the contact.",
    body: [...directCurrent(90), ...alternatingCurrent(370), ...wrong(650)],
  });
}

function directCurrent(x: number): string[] {
  return [
    label({ x: x - 66, y: 32 }, "Coil for DC: a diode across it", "strong f3"),
    label({ x: x - 66, y: 50 }, "cathode to plus; any 1N4007", "small soft"),
    ...circuit(x, "24 V", "0 V"),
    coil({ x, y: 190 }, "Y1"),
    ...beside(x, 70),
    wire({ x: x + 70, y: 130 }, { x: x + 70, y: 160 }),
    diodeUp({ x: x + 70, y: 190 }, "1N4007"),
    wire({ x: x + 70, y: 220 }, { x: x + 70, y: 250 }),
  ];
}

function alternatingCurrent(x: number): string[] {
  return [
    label({ x: x - 66, y: 32 }, "Coil for AC: R and C across it", "strong f3"),
    label({ x: x - 66, y: 50 }, "100 Ω and 100 nF, class X2, for 230 V", "small soft"),
    ...circuit(x, "L", "N"),
    coil({ x, y: 190 }, "K7"),
    ...beside(x, 80),
    resistor({ x: x + 80, y: 160 }, "down", "100 Ω"),
    capacitor({ x: x + 80, y: 220 }, "down", "100 nF X2"),
  ];
}

function wrong(x: number): string[] {
  return [
    label({ x: x - 66, y: 32 }, "Not across the contact that is read", "strong f2"),
    label({ x: x - 66, y: 50 }, "it leaks: the input stays on, and contacts weld", "small soft"),
    ...circuit(x, "24 V", "to the input"),
    contact({ x, y: 190 }, ""),
    ...beside(x, 80),
    resistor({ x: x + 80, y: 160 }, "down", "100 Ω"),
    capacitor({ x: x + 80, y: 220 }, "down", "100 nF"),
    `<path class="s2 thick" d="M${x + 46} 128l72 124m0 -124l-72 124"/>`,
  ];
}

function circuit(x: number, above: string, below: string): string[] {
  return [
    terminal({ x, y: TOP }, above, "left"),
    wire({ x, y: TOP + 4 }, { x, y: 190 - REACH }),
    wire({ x, y: 190 + REACH }, { x, y: BOTTOM - 4 }),
    terminal({ x, y: BOTTOM }, below, below.length > 4 ? "below" : "left"),
  ];
}

/** The branch beside a part: joints above and below it, and the wires to `x + away`. */
function beside(x: number, away: number): string[] {
  return [130, 250].flatMap((y) => [joint({ x, y }), wire({ x, y }, { x: x + away, y })]);
}
