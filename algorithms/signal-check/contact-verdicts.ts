import type { ContactFigures } from "./contact-figures.ts";
import type { Finding } from "./verdict.ts";

/** Measured on the simulated panels: hostile ones reach 0.10 in a minute, an open input has 0.3 and more. */
const FLOATING_DISAGREEMENT = 0.15;
const FLOATING_RESTLESS = 0.8;
/** Pick-up for longer than this share of the time is no chance event. */
const MUCH_MAINS = 0.005;
/** Relay auxiliaries bounce 5-15 ms, contactors 10-25 ms. */
const LONGEST_BOUNCE_SECONDS = 0.025;
/** Edges a second that are nobody's: quiet panels have 0.1-2.2 in a minute, busy ones 3-6, hostile ones 13-23. */
const DISTURBED_PER_SECOND = 2.5;
const BADLY_DISTURBED_PER_SECOND = 10;

/** What is to be said of a contact alone, whatever it means; empty when nothing is the matter. */
export function contactVerdicts(figures: ContactFigures): readonly Finding[] {
  const { channel, mains, seconds, bounce } = figures;
  if (isFloating(figures))
    return [{ channel, verdict: "floating", severity: "fail", figure: mains === null ? null : mains.mainsHertz }];
  const findings: Finding[] = [];
  if (mains !== null && mains.seconds > MUCH_MAINS * seconds)
    findings.push({ channel, verdict: "mains", severity: "warn", figure: mains.mainsHertz });
  if (bounce !== null && bounce.changes >= 4 && bounce.median > LONGEST_BOUNCE_SECONDS)
    findings.push({ channel, verdict: "worn", severity: "warn", figure: bounce.median });
  const strays = straysPerSecond(figures);
  if (strays > DISTURBED_PER_SECOND)
    findings.push({
      channel,
      verdict: "disturbed",
      severity: strays > BADLY_DISTURBED_PER_SECOND ? "fail" : "warn",
      figure: strays,
    });
  return findings;
}

/** Edges a second that were removed and are no bounce. */
export function straysPerSecond({ counts, seconds }: ContactFigures): number {
  const { glitch, dropout, burst, mains } = counts.removed;
  return (glitch + dropout + burst + mains) / seconds;
}

function isFloating({ disagreement, restlessShare }: ContactFigures): boolean {
  return disagreement >= FLOATING_DISAGREEMENT && restlessShare >= FLOATING_RESTLESS;
}
