// The baseline of "file to report": reads and parses a recording, and does nothing with its edges but count them.
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { openReplay } from "../../drivers/replay.ts";
import { defaultConfig } from "../../runtime/config.ts";
import { wire } from "../../runtime/recording.ts";

const RING_EDGES = 1 << 15;

const driver = await openReplay(process.argv[2] ?? "", wire(defaultConfig()).names);
const ring = new EdgeRing(RING_EDGES);
let edges = 0;
for (let more = true; more; ) {
  more = await driver.read(ring);
  edges += ring.drain(() => {});
}
await driver.close();
process.stdout.write(`${edges}\n`);
