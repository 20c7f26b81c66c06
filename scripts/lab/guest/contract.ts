import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { leave, sharedFolder } from "./program.ts";
import { SimulatedChip } from "./simulated-chip.ts";

// Runs the tests of the character device, with the contract suite on lines of this kernel.

const TEST = fileURLToPath(new URL("../../../test/chardev.test.js", import.meta.url));

const chip = new SimulatedChip([17, 27]);
chip.set(17, 1);
const { status, stdout } = spawnSync(process.execPath, [TEST], {
  // the tests write beside them
  cwd: sharedFolder(),
  env: { ...process.env, SEALTRACE_TEST_CHIP: SimulatedChip.label, SEALTRACE_TEST_LINES: "17,GPIO27" },
  encoding: "utf8",
});
leave("contract.json", { status, stdout });
