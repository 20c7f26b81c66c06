import { contact, joint, optoCoupler, REACH, resistor, terminal, wire, zone } from "./circuit.ts";
import { element, label, svg } from "./svg.ts";

/** A 24 V loop into an opto-coupler: what to use wherever there is the choice. */
export function wiringOptoFigure(): string {
  const [loopX, diodeX, ledX, y] = [120, 390, 470, 180];
  const gpioX = ledX + 80;
  return svg({
    width: 860,
    height: 330,
    title: "A contact in a 24 V loop, through an opto-coupler",
    description:
      "24 volts of the machine go through its contact and a resistor of 4.7 kilohm into the diode of an opto-coupler, with a diode the other way round beside it, and back to 0 volts of the machine. On the other side the transistor pulls the GPIO low, against a pull-up of 10 kilohm to 3.3 volts. Nothing connects the two sides.",
    body: [
      zone({ x: 16, y: 16 }, { x: 250, y: 314 }, "machine"),
      zone({ x: 300, y: 16 }, { x: 844, y: 314 }, "isolated input board, at the Raspberry Pi"),
      terminal({ x: loopX, y: 66 }, "24 V DC of the machine", "above"),
      wire({ x: loopX, y: 70 }, { x: loopX, y: 150 - REACH }),
      contact({ x: loopX, y: 150 }, "its relay"),
      wire(
        { x: loopX, y: 150 + REACH },
        { x: loopX, y: 200 },
        { x: 215, y: 200 },
        { x: 215, y: 110 },
        { x: 300, y: 110 },
      ),
      resistor({ x: 342, y: 110 }, "across", "4.7 kΩ"),
      wire({ x: 300, y: 110 }, { x: 312, y: 110 }),
      wire({ x: 372, y: 110 }, { x: ledX, y: 110 }, { x: ledX, y: y - REACH }),
      joint({ x: diodeX, y: 110 }),
      wire({ x: diodeX, y: 110 }, { x: diodeX, y: y - REACH }),
      reverseDiode(diodeX, y),
      wire({ x: diodeX, y: y + REACH }, { x: diodeX, y: 250 }),
      joint({ x: diodeX, y: 250 }),
      optoCoupler({ x: ledX, y }),
      wire({ x: ledX, y: y + REACH }, { x: ledX, y: 250 }, { x: loopX, y: 250 }),
      terminal({ x: loopX, y: 250 }, "0 V of the machine", "below"),
      wire({ x: gpioX, y: y - REACH }, { x: gpioX, y: 130 }, { x: 746, y: 130 }),
      joint({ x: 650, y: 130 }),
      resistor({ x: 650, y: 90 }, "down", "10 kΩ"),
      wire({ x: 650, y: 120 }, { x: 650, y: 130 }),
      wire({ x: 650, y: 52 }, { x: 650, y: 60 }),
      terminal({ x: 650, y: 48 }, "3.3 V (pin 1)", "right"),
      terminal({ x: 750, y: 130 }, "GPIO", "right"),
      wire({ x: gpioX, y: y + REACH }, { x: gpioX, y: 250 }, { x: 746, y: 250 }),
      terminal({ x: 750, y: 250 }, "GND (pin 9)", "right"),
      label({ x: ledX + 38, y: 284 }, "no wire crosses this line", "small f2", "middle"),
      element("path", { class: "s2 dashed", d: `M${ledX + 38} 60V270` }),
    ],
  });
}

function reverseDiode(x: number, y: number): string {
  const body = `M${x - 10} ${y + 9}h20l-10 -18zM${x - 10} ${y - 9}h20`;
  const leads = wire({ x, y: y - REACH }, { x, y: y - 9 }) + wire({ x, y: y + 9 }, { x, y: y + REACH });
  return (
    leads + element("path", { class: "pen paper", d: body }) + label({ x: x - 16, y: y + 4 }, "1N4148", "small", "end")
  );
}
