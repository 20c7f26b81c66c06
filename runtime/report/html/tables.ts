import { pastShifts } from "../parts/last-ten.ts";
import { energyLines, qualityLine } from "../parts/lines.ts";
import { maintenanceRows } from "../parts/maintenance-rows.ts";
import { maintenanceSigns } from "../parts/maintenance-signs.ts";
import { productRows, suspectTimes } from "../parts/product-rows.ts";
import { counted, type Report } from "../parts/report.ts";
import { shortLosses, stopRows } from "../parts/stop-rows.ts";
import { LOSS_COLOURS, productColour } from "./colours.ts";
import { escaped, type HtmlRow, htmlTable, list, swatch } from "./markup.ts";
import { sparkline } from "./sparkline.ts";

/** More do not fit on a page. */
const MOST_STOPS = 15;

/** Products made, with true start and end. */
export function productsPart(report: Report): string {
  const { texts, shift, numerals } = report;
  const { columns, none, suspects, unassigned } = texts.products;
  const { rows, more } = productRows(report);
  if (rows.length === 0) return `<p>${escaped(none)}</p>`;
  const hasQuality = rows.some(({ good }) => good !== "-" && good !== "");
  const table = htmlTable(
    [
      { title: columns.product },
      { title: columns.time, css: "t" },
      { title: columns.units, css: "n" },
      { title: columns.ideal, css: "n w" },
      { title: columns.actual, css: "n w" },
      { title: columns.performance, css: "n" },
      ...(hasQuality ? [{ title: columns.good, css: "n" }] : []),
      { title: columns.sealing, css: "n" },
      { title: columns.suspect, css: "n w" },
    ],
    rows.map((row): HtmlRow => {
      const name = row.isRun ? escaped(row.name) : `${swatch(productColour(shift, row.id))}<b>${escaped(row.name)}</b>`;
      const units = row.isRun
        ? row.units
        : `<b>${row.units}</b>${row.corrected === null ? "" : ` <small>(${escaped(row.corrected)})</small>`}`;
      const texts = [
        row.ideal,
        row.actual,
        row.performance,
        ...(hasQuality ? [row.good] : []),
        row.sealing,
        row.suspect,
      ];
      return { cells: [name, escaped(row.time), units, ...texts.map(escaped)], ...(row.isRun && { css: "run" }) };
    }),
  );
  const times = suspectTimes(report);
  const quality = `${texts.sections.quality}: ${qualityLine(report)}`;
  const energy = energyLines(report);
  const notes = [
    ...(more > 0 ? [texts.more(counted(report, more, texts.things.run))] : []),
    ...(times === null ? [] : [`${suspects}; ${times}`]),
    ...(shift.unassigned > 0 ? [unassigned(counted({ numerals }, shift.unassigned, texts.things.seal))] : []),
    quality,
    ...(energy.length === 0 ? [] : [`${texts.sections.energy}: ${energy.join("; ")}`]),
  ];
  return `<div class="scroll">${table}</div>${list(notes, "note")}`;
}

/** Stops above the limit, with room for a pencil; the short ones as a line. */
export function stopsPart(report: Report): string {
  const { columns, none } = report.texts.stops;
  const found = stopRows(report, MOST_STOPS);
  if (found === null) return "";
  const table = htmlTable(
    [
      { title: columns.time, css: "t" },
      { title: columns.length, css: "n" },
      { title: columns.stop },
      { title: columns.contact, css: "w" },
      { title: columns.units, css: "n" },
      { title: columns.reason, css: "pencil" },
    ],
    found.rows.map(({ stop, time, length, name, contact, units, reason }) => ({
      cells: [
        escaped(time),
        escaped(length),
        `${swatch(LOSS_COLOURS[stop.name])}${escaped(name)}`,
        escaped(contact),
        escaped(units),
        escaped(reason),
      ],
    })),
  );
  const rows = found.rows.length === 0 ? `<p>${escaped(none)}</p>` : `<div class="scroll">${table}</div>`;
  const more = found.more === null ? [] : [found.more];
  return `${rows}${list([...more, shortLosses(report).join("; ")], "note")}`;
}

/** What the electrician looks at, with small lines over the last shifts. */
export function maintenancePart(report: Report): string {
  const rows = maintenanceRows(report).map(({ name, value, trend }) => ({
    cells: [escaped(name), escaped(value), sparkline(trend)],
  }));
  const body = rows.map(({ cells }) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><tbody>${body}</tbody></table>${list(maintenanceSigns(report))}`;
}

/** The same shift before, and its OEE as a line. */
export function lastTenPart(report: Report): string {
  const rows = pastShifts(report);
  const { columns, none, thisShift } = report.texts.lastTen;
  if (rows.length === 0) return `<p class="note">${escaped(none)}</p>`;
  const table = htmlTable(
    [
      { title: columns.date, css: "t" },
      { title: columns.oee, css: "n" },
      { title: columns.availability, css: "n" },
      { title: columns.performance, css: "n" },
      { title: columns.units, css: "n" },
      { title: columns.notReady, css: "n w" },
    ],
    rows.map(({ date, isThis, cells }) => ({
      cells: [
        isThis ? thisShift : date,
        cells.oee,
        cells.availability,
        cells.performance,
        cells.units,
        cells.notReady,
      ].map(escaped),
      ...(isThis && { css: "this" }),
    })),
  );
  return `${table}${sparkline(
    rows.map(({ oee }) => oee),
    "ten",
  )}`;
}
