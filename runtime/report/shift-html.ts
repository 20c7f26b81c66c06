import type { ShiftResult } from "../shift-result.ts";
import { hoursPart } from "./html/hours-part.ts";
import { escaped, list, section } from "./html/markup.ts";
import { pageHead, summary } from "./html/page-head.ts";
import { STYLE } from "./html/style.ts";
import { lastTenPart, maintenancePart, productsPart, stopsPart } from "./html/tables.ts";
import { waterfall } from "./html/waterfall.ts";
import { correctionLines, definitionLines, originLine, signalLines } from "./parts/lines.ts";
import { named, type Report, reportOf } from "./parts/report.ts";
import { stopLimit } from "./parts/stop-rows.ts";
import type { ReportContext } from "./report-context.ts";
import { textsOf } from "./texts/texts-of.ts";

const HOLE =
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hole" width=".8" height="4" patternUnits="userSpaceOnUse"><rect class="pause" width=".8" height="4"/><rect x="0" width=".25" height="4" style="fill:var(--hole)"/></pattern></defs></svg>';

/** A shift, and what it is reported with. */
export interface ReportedShift {
  readonly shift: ShiftResult;
  readonly context: ReportContext;
}

/**
 * The reports of some shifts, one at least, as one self-contained HTML page: no network, no scripts, a sheet of A4 for a
 * typical shift, readable on a telephone; the same numbers as text and JSON.
 */
export function shiftsHtml(reported: readonly [ReportedShift, ...ReportedShift[]]): string {
  const { code } = textsOf(reported[0].context.language);
  const title = reported
    .map(({ shift: { lineName, id } }) => `${named(lineName)} ${id}`)
    .slice(0, 3)
    .join(", ");
  const articles = reported.map(({ shift, context }) => article(reportOf(shift, context)));
  return `<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>${HOLE}
${articles.join("\n")}
</body></html>
`;
}

function article(report: Report): string {
  const { sections, corrections } = report.texts;
  const corrected = correctionLines(report);
  return `<article>${[
    pageHead(report),
    summary(report),
    section(sections.losses, waterfall(report)),
    section(sections.hours, hoursPart(report)),
    section(sections.products, productsPart(report)),
    section(`${sections.stops} > ${stopLimit(report)}`, stopsPart(report)),
    `<div class="two">${section(sections.maintenance, maintenancePart(report))}<div>${section(sections.lastTen, lastTenPart(report))}${section(
      sections.corrections,
      corrected.length === 0 ? `<p class="note">${escaped(corrections.none)}</p>` : list(corrected),
    )}</div></div>`,
    section(sections.definitions, fineprint(report), "fine"),
  ].join("\n")}</article>`;
}

function fineprint(report: Report): string {
  const signal = `${report.texts.sections.signal}: ${signalLines(report).join("; ")}`;
  return [...definitionLines(report), `${signal}.`, originLine(report)].map(escaped).join(" ");
}
