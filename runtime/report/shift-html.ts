import { REMOVED_KINDS } from "../../algorithms/signal.ts";
import type { ShiftResult } from "../shift-result.ts";
import { clock, hourSlices, oeeLine, REMARK_WORDS, REMOVED_WORDS } from "./shift-text.ts";
import { count, counted, duration, percent } from "./text.ts";

const MINUTE_WIDTH = 10;
const ROW_HEIGHT = 22;
const LABEL_WIDTH = 70;
const COUNT_WIDTH = 60;
const HOUR_WIDTH = 60 * MINUTE_WIDTH;

/** What each letter of the hour rows means; the class gives its colour. */
const LETTERS: Readonly<Record<string, { readonly css: string; readonly words: string }>> = {
  "=": { css: "sealing", words: "sealing" },
  w: { css: "waiting", words: "ready, waiting" },
  X: { css: "not-ready", words: "not ready" },
  C: { css: "changeover", words: "changeover" },
  "?": { css: "no-data", words: "no data" },
};

const STYLE = `
:root { --ink: #1f2328; --paper: #fff; --line: #d0d7de; --sealing: #2f6f4f; --waiting: #d9b44a; --not-ready: #b3392f; --changeover: #4a6fa5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --sealing: #56a87f; } }
@page { size: A4; margin: 14mm; }
body { color: var(--ink); background: var(--paper); font: 15px/1.45 system-ui, sans-serif; max-width: 760px; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .15rem .5rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; } svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.sealing { fill: var(--sealing); } .waiting { fill: var(--waiting); } .not-ready { fill: var(--not-ready); } .changeover { fill: var(--changeover); } .no-data { fill: url(#hatch); }
.scroll { overflow-x: auto; } p { margin: .3rem 0; }`;

/** The report of some shifts as one self-contained HTML page: no network, no scripts; the same numbers as its JSON. */
export function shiftsHtml(shifts: readonly ShiftResult[], startWallUs: number | null): string {
  const title = shifts.map(({ lineName, id }) => `${lineName} ${id}`).join(", ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>${shifts.map((shift) => shiftSection(shift, startWallUs)).join("\n")}</body></html>
`;
}

function shiftSection(shift: ShiftResult, startWallUs: number | null): string {
  const at = (timeUs: number) => clock(startWallUs, timeUs);
  return [
    "<section>",
    ...head(shift, at),
    ...made(shift, at),
    ...(shift.oee === null ? [] : [`<h2>OEE</h2><p>${escaped(oeeLine(shift.oee))}</p>`]),
    ...hours(shift, startWallUs),
    ...signals(shift),
    ...remarks(shift, at),
    "</section>",
  ].join("\n");
}

type Clock = (timeUs: number) => string;

function head({ lineName, line, startUs, endUs, start, products, runs, ...shift }: ShiftResult, at: Clock): string[] {
  const units = products.reduce((sum, product) => sum + product.units, 0);
  const zone = start === null ? "" : " UTC";
  const notReady = shift.notReadySeconds === null ? "not measured" : duration(shift.notReadySeconds);
  return [
    `<h1>${escaped(lineName)} (${escaped(line)})</h1>`,
    `<p>${start === null ? "" : `${start.slice(0, 4)}-`}${at(startUs)} to ${at(endUs)}${zone}, ${duration((endUs - startUs) / 1e6)}; coverage ${percent(shift.coverage)}; not ready ${notReady}</p>`,
    `<p><strong>${counted(units, "unit")} in ${counted(runs.length, "run")} of ${counted(products.length, "product")}.</strong> ${counted(shift.seals, "seal")}, ${count(shift.unassigned)} of them of no product.</p>`,
  ];
}

function made({ products, runs }: ShiftResult, at: Clock): string[] {
  if (runs.length === 0)
    return ["<h2>Products made</h2><p>None: no five seals in a row have a sealing time in common.</p>"];
  const seconds = (value: number) => `${value.toFixed(3)} s`;
  const productRows = products.map((p) => [
    p.name === null ? p.id : `${p.id} ${p.name}`,
    seconds(p.sealingTimeSeconds),
    count(p.seals),
    count(p.units),
  ]);
  const runRows = runs.map((r) => [
    r.rival === null ? r.product : `${r.product} (or ${r.rival}?)`,
    at(r.startUs),
    at(r.endUs),
    count(r.seals),
    count(r.units),
    count(r.suspectSeals),
    seconds(r.sealingTimeSeconds),
  ]);
  return [
    "<h2>Products made</h2>",
    htmlTable(["product", "sealing time", "seals", "units"], productRows),
    "<h2>Runs</h2>",
    htmlTable(["product", "from", "to", "seals", "units", "suspect", "sealing time"], runRows),
    "<p>Suspect: seals within the run whose time does not fit (cut short, disturbed); they are not among its seals.</p>",
  ];
}

function hours(shift: ShiftResult, startWallUs: number | null): string[] {
  const slices = hourSlices(shift, startWallUs);
  if (slices.length === 0) return [];
  const width = LABEL_WIDTH + HOUR_WIDTH + COUNT_WIDTH;
  const height = slices.length * ROW_HEIGHT + 4;
  const rows = slices.flatMap(({ label, offset, letters, seals }, row) => [
    `<text x="0" y="${row * ROW_HEIGHT + 15}">${label}</text>`,
    ...bars(letters, offset, row * ROW_HEIGHT + 3),
    `<text x="${width}" y="${row * ROW_HEIGHT + 15}" text-anchor="end">${count(seals)}</text>`,
  ]);
  const legend = Object.values(LETTERS).map(
    ({ css, words }) =>
      `<svg viewBox="0 0 10 10" style="width:.8em;height:.8em"><rect class="${css}" width="10" height="10"/></svg> ${words}`,
  );
  return [
    "<h2>Hours, with their seals</h2>",
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="What each minute of the shift was spent on">`,
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6 6 0" stroke="currentColor" opacity=".5"/></pattern></defs>',
    ...rows,
    "</svg>",
    `<p>${legend.join(" &nbsp; ")}</p>`,
  ];
}

/** One bar for each stretch of equal minutes. */
function bars(letters: string, offset: number, y: number): string[] {
  return [...letters.matchAll(/(.)\1*/g)].map(({ 0: stretch, index }) => {
    const { css } = LETTERS[stretch.charAt(0)] as (typeof LETTERS)[string];
    const x = LABEL_WIDTH + (offset + index) * MINUTE_WIDTH;
    return `<rect class="${css}" x="${x}" y="${y}" width="${stretch.length * MINUTE_WIDTH}" height="${ROW_HEIGHT - 6}"/>`;
  });
}

function signals({ signals }: ShiftResult): string[] {
  const rows = Object.entries(signals).map(([contact, { edges, kept, removed }]) => [
    contact,
    count(edges),
    count(kept),
    ...REMOVED_KINDS.map((kind) => count(removed[kind])),
  ]);
  if (rows.length === 0) return [];
  const header = ["contact", "edges", "kept", ...REMOVED_KINDS];
  const words = REMOVED_KINDS.map((kind) => `${kind}: ${REMOVED_WORDS[kind]}`).join("; ");
  return ["<h2>Signal</h2>", htmlTable(header, rows), `<p>Removed edges by kind. ${words}.</p>`];
}

function remarks({ remarks, moreRemarks }: ShiftResult, at: Clock): string[] {
  if (remarks.length === 0) return [];
  const rows = remarks.map(({ kind, startUs }) => [at(startUs), REMARK_WORDS[kind] ?? kind]);
  return [
    "<h2>Remarks</h2>",
    htmlTable(["when", "what"], rows),
    ...(moreRemarks > 0 ? [`<p>and ${count(moreRemarks)} more</p>`] : []),
  ];
}

function htmlTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table>${cells("th", header)}${rows.map((row) => cells("td", row)).join("")}</table></div>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
