import { box, element, label, line, type Point, polyline, short } from "./svg.ts";

/** How far a symbol's two ends lie from its middle. */
export const REACH = 30;

type Way = "across" | "down";

/** A wire along corners. */
export function wire(...points: readonly Point[]): string {
  return polyline(points, "pen");
}

/** A junction. */
export function joint({ x, y }: Point): string {
  return element("circle", { cx: x, cy: y, r: 3, class: "ink" });
}

/** A terminal with its name. */
export function terminal({ x, y }: Point, name: string, side: "left" | "right" | "above" | "below" = "left"): string {
  const places = {
    left: [{ x: x - 9, y: y + 4 }, "end"],
    right: [{ x: x + 9, y: y + 4 }, "start"],
    above: [{ x, y: y - 10 }, "middle"],
    below: [{ x, y: y + 19 }, "middle"],
  } as const;
  const [at, anchor] = places[side];
  return element("circle", { cx: x, cy: y, r: 4, class: "pen paper" }) + label(at, name, "strong", anchor);
}

/** A resistor around its middle, with its value. */
export function resistor(middle: Point, way: Way, value: string): string {
  const body =
    way === "across"
      ? box({ x: middle.x - 18, y: middle.y - 7 }, { x: middle.x + 18, y: middle.y + 7 }, "pen paper")
      : box({ x: middle.x - 7, y: middle.y - 18 }, { x: middle.x + 7, y: middle.y + 18 }, "pen paper");
  return leads(middle, way, 18) + body + named(middle, way, value);
}

/** A capacitor around its middle, with its value. */
export function capacitor(middle: Point, way: Way, value: string): string {
  const { x, y } = middle;
  const plates =
    way === "across"
      ? [-4, 4].map((d) => line({ x: x + d, y: y - 12 }, { x: x + d, y: y + 12 }, "pen thick"))
      : [-4, 4].map((d) => line({ x: x - 12, y: y + d }, { x: x + 12, y: y + d }, "pen thick"));
  return leads(middle, way, 4) + plates.join("") + named(middle, way, value, 8);
}

/** A contact that closes, around its middle; down. */
export function contact({ x, y }: Point, name: string): string {
  const lever = line({ x, y: y + 14 }, { x: x - 14, y: y - 12 }, "pen thick");
  const ends = line({ x, y: y - REACH }, { x, y: y - 14 }, "pen") + line({ x, y: y + 14 }, { x, y: y + REACH }, "pen");
  return ends + lever + label({ x: x + 10, y: y + 4 }, name);
}

/** A coil of a relay or a contactor around its middle; down. */
export function coil({ x, y }: Point, name: string): string {
  const body = box({ x: x - 22, y: y - 13 }, { x: x + 22, y: y + 13 }, "pen paper");
  return leads({ x, y }, "down", 13) + body + label({ x, y: y + 4 }, name, "strong", "middle");
}

/** A diode that conducts upwards, around its middle. */
export function diodeUp({ x, y }: Point, name: string): string {
  const body = `M${short(x - 10)} ${short(y + 9)}h20l-10 -18zM${short(x - 10)} ${short(y - 9)}h20`;
  const words = name === "" ? "" : label({ x: x + 16, y: y + 4 }, name);
  return leads({ x, y }, "down", 9) + element("path", { class: "pen paper", d: body }) + words;
}

/** An opto-coupler: its diode between (x, y - 30) and (x, y + 30), its transistor 80 to the right of that. */
export function optoCoupler({ x, y }: Point): string {
  const frame = box({ x: x - 28, y: y - 44 }, { x: x + 104, y: y + 44 }, "pen dashed none");
  const light = element("path", {
    class: "pen",
    d: `M${x + 18} ${y - 8}l20 0m-5 -3l5 3l-5 3M${x + 18} ${y + 4}l20 0m-5 -3l5 3l-5 3`,
  });
  const diode = element("path", { class: "pen paper", d: `M${x - 10} ${y - 9}h20l-10 18zM${x - 10} ${y + 9}h20` });
  const base = line({ x: x + 58, y: y - 15 }, { x: x + 58, y: y + 15 }, "pen thick");
  const collector = wire({ x: x + 58, y: y - 6 }, { x: x + 80, y: y - 20 }, { x: x + 80, y: y - REACH });
  const emitter = wire({ x: x + 58, y: y + 6 }, { x: x + 80, y: y + 20 }, { x: x + 80, y: y + REACH });
  const arrow = element("path", { class: "ink", d: `M${x + 80} ${y + 20}l-9 -1.5l5 -7z` });
  return frame + leads({ x, y }, "down", 9) + diode + light + base + collector + emitter + arrow;
}

/** 0 V or ground below a wire's end. */
export function ground({ x, y }: Point, name: string): string {
  const bars = [14, 9, 4].map((half, i) => line({ x: x - half, y: y + i * 5 }, { x: x + half, y: y + i * 5 }, "pen"));
  return bars.join("") + label({ x: x + 19, y: y + 9 }, name, "small soft");
}

/** A zone of the drawing with its name. */
export function zone(from: Point, to: Point, name: string): string {
  const size = { width: to.x - from.x, height: to.y - from.y };
  const frame = element("rect", { class: "zone", ...from, ...size, rx: 8 });
  return frame + label({ x: from.x + 12, y: from.y + 19 }, name, "soft strong");
}

function leads({ x, y }: Point, way: Way, body: number): string {
  if (way === "across")
    return line({ x: x - REACH, y }, { x: x - body, y }, "pen") + line({ x: x + body, y }, { x: x + REACH, y }, "pen");
  return line({ x, y: y - REACH }, { x, y: y - body }, "pen") + line({ x, y: y + body }, { x, y: y + REACH }, "pen");
}

function named({ x, y }: Point, way: Way, value: string, more = 0): string {
  return way === "across"
    ? label({ x, y: y - 13 - more / 2 }, value, "", "middle")
    : label({ x: x + 14 + more, y: y + 4 }, value);
}
