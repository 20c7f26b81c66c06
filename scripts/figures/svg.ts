/** Attributes of an element; what is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A point of the picture in its own units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

// Colours by role: ink, soft (lesser text), rule (axes), grid, paper, and six for things that differ.
const LIGHT = {
  ink: "#1b2430",
  soft: "#56606e",
  rule: "#8a94a1",
  grid: "#e4e8ed",
  paper: "#ffffff",
  c1: "#0b62b8",
  c2: "#c24e06",
  c3: "#12785a",
  c4: "#9c3a82",
  c5: "#866600",
  c6: "#5f6873",
};
const DARK: typeof LIGHT = {
  ink: "#e7ebf1",
  soft: "#a5afbc",
  rule: "#76818f",
  grid: "#2a323c",
  paper: "#14181f",
  c1: "#6db1ff",
  c2: "#ff9c59",
  c3: "#4dd0a0",
  c4: "#e68fd3",
  c5: "#e2bf4b",
  c6: "#aab2bd",
};

/** Number of colours for things that differ: classes s1 to s6 draw lines, f1 to f6 fill. */
export const COLOURS = 6;

/** One decimal is finer than any screen; the shortest text that says so. */
export function short(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** An element with its children, as text. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const own = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escaped(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${own}/>` : `<${name}${own}>${children.join("")}</${name}>`;
}

/** A line of text; `anchor` says which end of it is at x. */
export function label(at: Point, words: string, kind = "", anchor: "start" | "middle" | "end" = "start"): string {
  const attributes = {
    x: at.x,
    y: at.y,
    class: kind || undefined,
    "text-anchor": anchor === "start" ? undefined : anchor,
  };
  return element("text", attributes, escaped(words));
}

/** A straight line. */
export function line(from: Point, to: Point, kind: string): string {
  return element("path", { class: kind, d: `M${short(from.x)} ${short(from.y)}L${short(to.x)} ${short(to.y)}` });
}

/** A filled rectangle. */
export function box(from: Point, to: Point, kind: string): string {
  const { x, y } = from;
  return element("rect", { class: kind, x, y, width: Math.max(0, to.x - x), height: Math.max(0, to.y - y) });
}

/** A line through points. */
export function polyline(points: readonly Point[], kind: string): string {
  return element("path", { class: kind, d: `M${points.map(({ x, y }) => `${short(x)} ${short(y)}`).join("L")}` });
}

/** Many equal dots as one path: a dot is a line of no length with round ends. */
export function dots(points: readonly Point[], kind: string): string {
  return element("path", { class: `dot ${kind}`, d: points.map(({ x, y }) => `M${short(x)} ${short(y)}h0`).join("") });
}

/** Many equal crosses as one path. */
export function crosses(points: readonly Point[], kind: string, size = 3): string {
  const d = points.map(
    ({ x, y }) =>
      `M${short(x - size)} ${short(y - size)}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`,
  );
  return element("path", { class: kind, d: d.join("") });
}

/** Many equal rings as one path. */
export function rings(points: readonly Point[], kind: string, radius = 3): string {
  const arc = `a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`;
  return element("path", {
    class: kind,
    d: points.map(({ x, y }) => `M${short(x - radius)} ${short(y)}${arc}`).join(""),
  });
}

/** Many equal upright ticks as one path; the points are their upper ends. */
export function upright(points: readonly Point[], length: number, kind: string): string {
  return element("path", {
    class: kind,
    d: points.map(({ x, y }) => `M${short(x)} ${short(y)}v${short(length)}`).join(""),
  });
}

/** What a picture is made of. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** For those who hear it, and as a tool tip. */
  readonly title: string;
  readonly description: string;
  readonly body: readonly string[];
}

/** A whole picture: self-contained, readable on light and dark screens and on paper. */
export function svg({ width, height, title, description, body }: Picture): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
  };
  const head = [
    element("title", {}, escaped(title)),
    element("desc", {}, escaped(description)),
    element("style", {}, STYLE),
    element("rect", { class: "paper", width, height, rx: 6 }),
  ];
  return `${element("svg", attributes, `\n${[...head, ...body].join("\n")}\n`)}\n`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function colours(palette: typeof LIGHT): string {
  const numbered = Array.from({ length: COLOURS }, (_, i) => {
    const colour = palette[`c${i + 1}` as keyof typeof LIGHT];
    return `.s${i + 1}{stroke:${colour}}.f${i + 1}{fill:${colour}}`;
  });
  const { ink, soft, rule, grid, paper } = palette;
  return [
    `.paper{fill:${paper}}text{fill:${ink}}.soft{fill:${soft}}`,
    `.rule{stroke:${rule}}.grid{stroke:${grid}}.pen{stroke:${ink}}.area{fill:${grid}}`,
    `.ink{fill:${ink}}.pin-taken{fill:${rule}}.zone{fill:${grid};fill-opacity:.45;stroke:${rule};stroke-dasharray:2 3}`,
    ...numbered,
  ].join("");
}

const STYLE = [
  "text{font:12px system-ui,'DejaVu Sans',sans-serif}.small{font-size:11px}.strong{font-weight:600}",
  "path{fill:none;stroke-width:1.3;stroke-linejoin:round}.rule,.grid{stroke-width:1}.thick{stroke-width:2.4}",
  ".dashed{stroke-dasharray:4 3}.dot{stroke-width:2.2;stroke-linecap:round}.pale{opacity:.35}.knob{stroke-width:7}",
  "rect.pen,circle.pen{stroke-width:1.3}.none{fill:none}.frame{stroke-width:1.6}.onpin{fill:#fff}",
  colours(LIGHT),
  `@media screen and (prefers-color-scheme:dark){${colours(DARK)}}`,
].join("");
