import { headOf } from "../parts/head.ts";
import { ratiosOf } from "../parts/ratios.ts";
import { type Report, whyNotPossible } from "../parts/report.ts";
import { biggestLoss, sentencesOf } from "../parts/sentences.ts";
import { openPointsOf, warningsOf } from "../parts/warnings.ts";
import { LOSS_COLOURS } from "./colours.ts";
import { escaped, list } from "./markup.ts";

/** Line, shift, window, and what the confidence in it all rests on. */
export function pageHead(report: Report): string {
  const { line, id, shift, when, state, facts } = headOf(report);
  const items = facts.map(
    ({ name, value, isAlarming }) =>
      `<span${isAlarming ? ' class="alarm"' : ""}>${escaped(name)} <b>${escaped(value)}</b></span>`,
  );
  return `<header><h1>${escaped(line)}<small>${escaped(id)}</small></h1><div class="when"><b>${escaped(shift)}</b><span>${escaped(when)}</span><span class="state">${escaped(state)}</span></div><div class="facts">${items.join("")}</div></header>`;
}

/** The three sentences, OEE beside them, and warnings under them. */
export function summary(report: Report): string {
  const [made, biggest, rest] = sentencesOf(report);
  const loss = biggestLoss(report);
  const css = loss === null ? "biggest" : `biggest ${LOSS_COLOURS[loss.name]}`;
  const sentences = `<div class="say"><p>${escaped(made)}</p><p class="${css}">${escaped(biggest)}</p>${rest === "" ? "" : `<p class="rest">${escaped(rest)}</p>`}</div>`;
  const warnings = list([...warningsOf(report), ...openPointsOf(report)].map((line) => `! ${line}`));
  const warn = warnings === "" ? "" : `<div class="warn">${warnings}</div>`;
  return `<div class="top">${sentences}${oeeCard(report)}</div>${warn}`;
}

/** OEE large, the TPM pair, and the ISO pair in small print. */
function oeeCard(report: Report): string {
  const { texts } = report;
  const found = ratiosOf(report);
  if (found === null)
    return `<div class="oee"><div>OEE</div><div class="value">-</div><div class="small">${escaped(whyNotPossible(report))}</div></div>`;
  const { headline, oee, tpm, iso, others, reasons } = found;
  const long = [texts.oee.availability, texts.oee.performance, texts.oee.quality];
  const rows = tpm.map(
    ({ name, value }, i) => `<dt>${escaped(`${long[i] ?? ""} (${name})`)}</dt><dd>${escaped(value)}</dd>`,
  );
  const words = (ratios: typeof iso) => ratios.map(({ name, value }) => `${name} ${value}`).join(", ");
  const small = [`ISO 22400-2: ${words(iso)}`, words(others), ...reasons.map((reason) => `-: ${reason}`)];
  return `<div class="oee"><div>${escaped(headline)}</div><div class="value">${escaped(oee)}</div><dl>${rows.join("")}</dl>${small.map((line) => `<div class="small">${escaped(line)}</div>`).join("")}</div>`;
}
