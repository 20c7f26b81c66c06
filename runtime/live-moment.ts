import type { LiveMoment } from "./report/live-view.ts";
import type { LinePipeline } from "./pipeline.ts";

/** What the live view shows of a line besides its shift; `health` is what is said about the appliance. */
export function liveMoment({ contacts, offsetUs }: LinePipeline, health: readonly string[] = []): LiveMoment {
  const ready = contacts.levelOf("availability");
  const sinceUs = contacts.blindSinceUs ?? (ready === 0 ? contacts.filterOf("availability").changeUs : null);
  return {
    nowUs: contacts.nowUs + offsetUs,
    sealing: contacts.levelOf("sealing"),
    ready: ready === null ? null : ready === 1,
    contactSinceUs: sinceUs === null ? null : sinceUs + offsetUs,
    health,
  };
}
