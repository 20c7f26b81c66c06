import type { LinePipeline } from "./pipeline.ts";
import type { LiveMoment } from "./report/live-view.ts";

/** What the live view shows of a line besides its shift. */
export function liveMoment({ contacts, offsetUs }: LinePipeline): LiveMoment {
  const ready = contacts.levelOf("availability");
  return {
    nowUs: contacts.nowUs + offsetUs,
    sealing: contacts.levelOf("sealing"),
    ready: ready === null ? null : ready === 1,
    stateSinceUs: null,
    health: [],
  };
}
