import { fileURLToPath } from "node:url";
import { made } from "../kernel.ts";
import { playLaboratory } from "../play.ts";
import { raspi3b } from "./scenes/raspi3b.ts";
import { virt } from "./scenes/virt.ts";

// The second opinion: the appliance on emulated computers with an arm64 processor. `npm run lab:nightly -- virt` plays one scene.

const BUILD = fileURLToPath(new URL("../../../../scripts/lab/nightly/build-guest.sh", import.meta.url));

process.exitCode = await playLaboratory({
  scenes: [virt, raspi3b],
  prepare: async () => ({ guest: await made(BUILD) }),
  // an emulated processor is slow enough alone
  mostMachines: 1,
});
