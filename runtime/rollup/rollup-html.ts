import { coordinate, escaped, htmlTable, list, section, swatch } from "../report/html/markup.ts";
import { STYLE } from "../report/html/style.ts";
import { Numerals } from "../report/numerals.ts";
import type { ReadReports } from "./read-reports.ts";
import type { RolledGroup, RolledUp, Rollup } from "./rollup.ts";
import { lostSeconds, type Share, sharesOf } from "./rollup-shares.ts";
import { cellsOf, lineName, notes } from "./rollup-text.ts";
import { type RollupTexts, rollupTexts } from "./rollup-texts.ts";

const SHARES: Readonly<Record<Share, string>> = {
  net: "good",
  slow: "slow",
  micro: "micro",
  change: "change",
  stops: "down",
};
const MOST_NAMED = 20;
/** Columns that are wide enough for a number above them. */
const MOST_LABELS = 12;
/** More columns than this are no picture any more; the newest are shown. */
const MOST_CELLS = 92;

const OWN_STYLE = `
.wide{max-width:1180px}.where{width:100%}.bar{min-width:6rem}.trend{display:flex;align-items:flex-end;gap:1px;height:7rem;margin-top:1.1rem;border-bottom:1px solid var(--soft)}.trend i{flex:1;background:var(--good);min-width:1px}.trend i.none{background:var(--hole);height:2px}.trend b{font-size:.72rem;font-weight:400;font-style:normal;display:block;text-align:center;transform:translateY(-100%);white-space:nowrap}
.ends-of{display:flex;justify-content:space-between;font-size:.75rem;color:var(--soft)}
.map{width:100%;font-size:.78rem}.map td,.map th{border:0;padding:0 .4rem 1px 0;white-space:nowrap}.map td:last-child{width:100%;padding:0}.map svg{display:block;width:100%;height:.95rem}
.o{fill:var(--good)}.u{fill:var(--hole);opacity:.25}`;

/** The roll-up as one self-contained page: no network, no scripts. */
export function rollupHtml(rollup: Rollup, reports: ReadReports, language: "en" | "es"): string {
  const texts = rollupTexts(language);
  const numerals = new Numerals(language === "es" ? "," : ".", language === "es" ? "." : ",");
  const page: Page = { rollup, texts, numerals };
  const { sections } = texts;
  const parts = [
    head(page),
    section(sections.trend, trend(page)),
    section(sections.areas, groupTable(page, texts.columns.area, rollup.areas)),
    section(sections.lines, groupTable(page, texts.columns.line, byLoss(rollup.lines))),
    section(sections.map, map(page)),
    section("", `<p class="fine">${escaped(texts.definition)}</p>${leftOut(page, reports)}`),
  ];
  return `<!doctype html>
<html lang="${texts.code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${texts.title} ${rollup.from} - ${rollup.to}`)}</title><style>${STYLE}${OWN_STYLE.replaceAll("\n", "")}</style></head>
<body class="wide"><article>${parts.join("\n")}</article></body></html>
`;
}

interface Page {
  readonly rollup: Rollup;
  readonly texts: RollupTexts;
  readonly numerals: Numerals;
}

function head({ rollup, texts, numerals }: Page): string {
  const { total } = rollup.plant;
  const oee = numerals.percent(total.oee?.oee ?? null);
  const hours = numerals.fixed(total.plannedBusySeconds / 3600, 1);
  const sentences = [
    texts.headline(oee, texts.oee[total.oee?.headline ?? "OEE"], hours),
    ...biggest({ rollup, texts, numerals }),
  ];
  const [, , units, a = "-", p = "-", q = "-", , perUnit = "-"] = cellsOf(total, numerals);
  const facts = [
    [texts.ratios[0], a],
    [texts.ratios[1], p],
    [texts.ratios[2], q],
    [texts.columns.units, units ?? "-"],
    [texts.columns.kwh, total.kwh === null ? "-" : numerals.count(total.kwh)],
    [texts.columns.perUnit, perUnit],
  ] as const;
  const counts = texts.counts(rollup.lines.length, total.shifts, total.notFinal);
  const spans = facts.map(([name, value]) => `<span>${escaped(name)} <b>${escaped(value)}</b></span>`);
  const [first = "", ...rest] = sentences;
  return `<header><h1>${escaped(texts.plant)}<small>${escaped(`${rollup.from} - ${rollup.to}`)}</small></h1><div class="when"><b>${escaped(counts)}</b></div><div class="facts">${spans.join("")}</div></header><div class="say"><p><b>${escaped(first)}</b></p>${rest.map((line) => `<p class="biggest down">${escaped(line)}</p>`).join("")}</div>${list(notes(total, texts, numerals), "note")}`;
}

/** The line and the kind of loss that cost the most time. */
function biggest({ rollup, texts, numerals }: Page): readonly string[] {
  const losses = rollup.lines.flatMap((line) => {
    const shares = sharesOf(line.total);
    if (shares === null) return [];
    return (["slow", "micro", "change", "stops"] as const).map((name) => ({ name, line, seconds: shares[name] }));
  });
  const [most] = losses.sort((a, b) => b.seconds - a.seconds);
  if (most === undefined || most.seconds < 1) return [];
  return [texts.biggest(texts.shares[most.name], lineName(most.line), numerals.fixed(most.seconds / 3600, 1))];
}

function byLoss(lines: readonly RolledGroup[]): readonly RolledGroup[] {
  return lines.toSorted((a, b) => lostSeconds(b.total) - lostSeconds(a.total));
}

/** OEE of the plant, a column a period. */
function trend({ rollup, numerals }: Page): string {
  const columns = rollup.periods.map((period) => {
    const oee = rollup.plant.periods.get(period)?.oee?.oee ?? null;
    const title = escaped(`${period}: ${numerals.percent(oee)}`);
    const height = coordinate(100 * Math.min(1, oee ?? 0));
    if (oee === null) return `<i class="none" title="${title}"></i>`;
    const label = rollup.periods.length > MOST_LABELS ? "" : `<b>${escaped(numerals.percent(oee))}</b>`;
    return `<i style="height:${height}%" title="${title}">${label}</i>`;
  });
  const [first = "", ...others] = rollup.periods;
  const last = others.at(-1) ?? "";
  return `<div class="trend">${columns.join("")}</div><div class="ends-of"><span>${escaped(first)}</span><span>OEE, 0 - 100 %</span><span>${escaped(last)}</span></div>`;
}

function groupTable({ texts, numerals }: Page, title: string, groups: readonly RolledGroup[]): string {
  const { columns } = texts;
  const table = htmlTable(
    [
      { title, css: "t" },
      { title: columns.shifts, css: "n w" },
      { title: columns.planned, css: "n w" },
      { title: columns.units, css: "n w" },
      { title: columns.where, css: "where" },
      ...texts.ratios.map((title) => ({ title, css: "n w" })),
      { title: "OEE", css: "n" },
      { title: columns.perUnit, css: "n w" },
    ],
    groups.map((group) => {
      const [shifts, planned, units, a, p, q, oee, perUnit] = cellsOf(group.total, numerals).map(escaped) as [...Cells];
      const name = group.line === null ? (group.area ?? texts.noArea) : lineName(group);
      const cells = [escaped(name), shifts, planned, units, shareBar(group.total), a, p, q, `<b>${oee}</b>`, perUnit];
      return { cells };
    }),
  );
  const legend = Object.entries(SHARES).map(
    ([name, css]) => `<span>${swatch(css)}${escaped(texts.shares[name as Share])}</span>`,
  );
  return `<div class="scroll">${table}</div><div class="legend">${legend.join("")}</div>`;
}

type Cells = [string, string, string, string, string, string, string, string];

/** Planned time as one bar, from what it was worth to the stops. */
function shareBar(rolled: RolledUp): string {
  const shares = sharesOf(rolled);
  if (shares === null) return "-";
  const whole = Object.values(shares).reduce((sum, seconds) => sum + Math.max(0, seconds), 0);
  let x = 0;
  const rects = (Object.keys(SHARES) as Share[]).map((name) => {
    const width = whole === 0 ? 0 : (1000 * Math.max(0, shares[name])) / whole;
    const rect = `<rect class="${SHARES[name]}" x="${coordinate(x)}" width="${coordinate(width)}" height="10"/>`;
    x += width;
    return width === 0 ? "" : rect;
  });
  return `<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg>`;
}

/** A row a line, a cell a period: the fuller, the better its OEE; grey where nothing is known. */
function map({ rollup }: Page): string {
  const periods = rollup.periods.slice(-MOST_CELLS);
  const rows = rollup.lines.map((line) => {
    const cells = periods.map((period, i) => {
      const oee = line.periods.get(period)?.oee?.oee ?? null;
      const height = 10 * Math.min(1, oee ?? 1);
      return `<rect class="${oee === null ? "u" : "o"}" x="${10 * i}" y="${coordinate(10 - height)}" width="9" height="${coordinate(height)}"/>`;
    });
    const svg = `<svg viewBox="0 0 ${10 * periods.length} 10" preserveAspectRatio="none" aria-hidden="true">${cells.join("")}</svg>`;
    return `<tr><th scope="row">${escaped(lineName(line))}</th><td>${svg}</td></tr>`;
  });
  return `<table class="map"><tbody>${rows.join("")}</tbody></table><div class="ends-of"><span></span><span>${escaped(`${periods[0] ?? ""} - ${periods.at(-1) ?? ""}`)}</span></div>`;
}

function leftOut({ texts }: Page, { skipped, skippedFiles }: ReadReports): string {
  if (skippedFiles === 0) return "";
  const named = skipped.slice(0, MOST_NAMED).map(({ path, reason }) => `${path}: ${reason}`);
  const more = skippedFiles > named.length ? [texts.more(skippedFiles - named.length)] : [];
  return `<div class="warn"><b>${escaped(texts.skipped(skippedFiles))}</b>${list([...named, ...more])}</div>`;
}
