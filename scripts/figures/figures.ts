import { levelFilterCostFigure } from "./level-filter-cost-figure.ts";
import { levelFilterFigure } from "./level-filter-figure.ts";
import { mobiseaDriftFigure } from "./mobisea-drift-figure.ts";
import { mobiseaFigure } from "./mobisea-figure.ts";
import { panelFigure } from "./panel-figure.ts";
import { sealRulesFigure } from "./seal-rules-figure.ts";
import { wiringCoilsFigure } from "./wiring-coils-figure.ts";
import { wiringHeaderFigure } from "./wiring-header-figure.ts";
import { wiringOptoFigure } from "./wiring-opto-figure.ts";
import { wiringPanelFigure } from "./wiring-panel-figure.ts";
import { wiringRelayFigure } from "./wiring-relay-figure.ts";

/** The pictures of the documentation, by file name in docs/. */
export const FIGURES: Readonly<Record<string, () => string>> = {
  "algorithms/level-filter.svg": levelFilterFigure,
  "algorithms/level-filter-cost.svg": levelFilterCostFigure,
  "algorithms/seal-rules.svg": sealRulesFigure,
  "algorithms/mobisea.svg": mobiseaFigure,
  "algorithms/mobisea-drift.svg": mobiseaDriftFigure,
  "algorithms/panel.svg": panelFigure,
  "wiring/relay.svg": wiringRelayFigure,
  "wiring/opto.svg": wiringOptoFigure,
  "wiring/coils.svg": wiringCoilsFigure,
  "wiring/header.svg": wiringHeaderFigure,
  "wiring/panel.svg": wiringPanelFigure,
};
