import { zone } from "./circuit.ts";
import { box, element, label, type Point, svg } from "./svg.ts";

/** The cable of the contacts in the panel: as it should run, and as it should not. */
export function wiringPanelFigure(): string {
  return svg({
    width: 860,
    height: 330,
    title: "The way of the cable through the panel",
    description:
      "Two panels. In the right one the signal cable has its own duct and crosses the power cables once, at a right angle; its shield is bound to the rail at the appliance. In the wrong one it lies along the heater and motor cables in one duct, with its shield bound at both ends and the appliance beside the contactors.",
    body: [...panel({ x: 16, y: 16 }, true), ...panel({ x: 440, y: 16 }, false)],
  });
}

function panel({ x, y }: Point, isRight: boolean): string[] {
  const to = { x: x + 404, y: y + 298 };
  const head = isRight
    ? "right: a duct of its own, crossing once at a right angle"
    : "wrong: along heater and motor cables";
  const power = (at: number) => element("path", { class: "s2 thick", d: `M${x + 40} ${y + at}H${x + 370}` });
  const devices = [
    device({ x: x + 36, y: y + 52 }, "contactor", "s2"),
    device({ x: x + 128, y: y + 52 }, "heater SSR", "s2"),
    device({ x: x + 220, y: y + 52 }, "drive", "s2"),
  ];
  const applianceAt = isRight ? { x: x + 36, y: y + 212 } : { x: x + 312, y: y + 52 };
  const relayAt = isRight ? { x: x + 312, y: y + 212 } : { x: x + 36, y: y + 212 };
  const cable = isRight
    ? `M${x + 116} ${y + 240}V${y + 262}H${x + 352}V${y + 256}`
    : `M${x + 76} ${y + 212}V${y + 144}H${x + 352}V${y + 96}`;
  return [
    zone({ x, y }, to, ""),
    label({ x: x + 12, y: y + 20 }, head, `strong ${isRight ? "f3" : "f2"}`),
    box({ x: x + 26, y: y + 112 }, { x: x + 380, y: y + 162 }, "area"),
    label({ x: x + 130, y: y + 176 }, "duct with power cables", "small soft"),
    ...[122, 130, 138].map(power),
    ...devices,
    device(applianceAt, "appliance", "s1"),
    device(relayAt, "relays", "s1"),
    element("path", { class: "s1 thick", d: isRight ? rightCable(x, y) : cable }),
    ...(isRight ? rightWords(x, y) : wrongWords(x, y)),
  ];
}

function rightCable(x: number, y: number): string {
  return `M${x + 116} ${y + 234}H${x + 312}M${x + 352} ${y + 212}V${y + 96}`;
}

function rightWords(x: number, y: number): string[] {
  return [
    device({ x: x + 312, y: y + 52 }, "sealing", "s6"),
    label({ x: x + 214, y: y + 226 }, "twisted, shielded", "small f1", "middle"),
    label({ x: x + 346, y: y + 198 }, "one crossing", "small f1", "end"),
    label({ x: x + 36, y: y + 278 }, "shield to the rail here, and only here", "small soft"),
    element("path", { class: "s6 dashed", d: `M${x + 120} ${y + 240}V${y + 262}` }),
  ];
}

function wrongWords(x: number, y: number): string[] {
  return [
    label({ x: x + 130, y: y + 200 }, "metres side by side: what they carry is heard", "small f2"),
    label({ x: x + 130, y: y + 222 }, "appliance beside contactors and drive", "small f2"),
    label({ x: x + 130, y: y + 244 }, "shield on both ends: the rail's currents flow in it", "small f2"),
    label({ x: x + 36, y: y + 278 }, "single wires instead of a twisted pair: worse still", "small soft"),
  ];
}

function device({ x, y }: Point, name: string, kind: string): string {
  const frame = element("rect", { class: `paper ${kind} frame`, x, y, width: 80, height: 44, rx: 4 });
  return frame + label({ x: x + 40, y: y + 26 }, name, "small", "middle");
}
