import { PANELS, type PanelSpec } from "./panel-spec.ts";
import type { ScenarioFile } from "./scenario-schema.ts";

/** The panel that a scenario asks for: one by its name, or one with changes. */
export function panelOf(given: ScenarioFile["panel"]): PanelSpec {
  if (typeof given === "string") return PANELS[given];
  const preset: PanelSpec = PANELS[given.preset];
  return {
    channels: given.channels ?? preset.channels,
    bounce: merged(preset.bounce, given.bounce),
    glitches: merged(preset.glitches, given.glitches),
    bursts: merged(preset.bursts, given.bursts),
    dropouts: merged(preset.dropouts, given.dropouts),
    spuriousPulses: merged(preset.spuriousPulses, given.spuriousPulses),
    mains: merged(preset.mains, given.mains),
    stuck: given.stuck ?? preset.stuck,
    swapped: given.swapped ?? preset.swapped,
    inverted: given.inverted ?? preset.inverted,
  };
}

function merged<T extends object>(preset: T, given: { readonly [K in keyof T]?: T[K] | undefined } | undefined): T {
  return { ...preset, ...given };
}
