import { labKernel } from "./kernel.ts";
import { playLaboratory } from "./play.ts";
import type { Scene } from "./scene.ts";
import { burst } from "./scenes/burst.ts";
import { chipGone } from "./scenes/chip-gone.ts";
import { clockSteps } from "./scenes/clock-steps.ts";
import { contract } from "./scenes/contract.ts";
import { eightHours } from "./scenes/eight-hours.ts";
import { powerCut } from "./scenes/power-cut.ts";
import { shareSync } from "./scenes/share-sync.ts";
import { stickPull } from "./scenes/stick-pull.ts";
import { stickSync } from "./scenes/stick-sync.ts";

// The laboratory: the whole appliance on a real kernel with simulated pins. `npm run lab -- burst` plays one scene.

/** The longest first. */
const SCENES: readonly Scene[] = [
  eightHours,
  powerCut,
  clockSteps,
  chipGone,
  shareSync,
  stickSync,
  stickPull,
  contract,
  burst,
];

process.exitCode = await playLaboratory({
  scenes: SCENES,
  prepare: async () => ({ kernel: await labKernel() }),
  // a machine has one processor: two of them are played beside each other
  mostMachines: 2,
});
