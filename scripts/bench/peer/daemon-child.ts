import { join } from "node:path";
import { openReplay } from "../../../drivers/replay.ts";
import { systemClock } from "../../../runtime/clock/system-clock.ts";
import { defaultConfig } from "../../../runtime/config.ts";
import { Appliance } from "../../../runtime/daemon/appliance.ts";
import { Daemon } from "../../../runtime/daemon/daemon.ts";
import { SourceTime } from "../../../runtime/daemon/timekeeping.ts";
import { processLog } from "../../../runtime/log.ts";

// The whole daemon as `run` starts it - filter, MoBiSea, store, journal, socket, watchdog - with one difference: its
// edges come as lines from a pipe, as those of the flow do. Tells at SIGTERM how many seals it has counted.

const [edges, folder] = process.argv.slice(2) as [string, string];
const clock = systemClock();
const log = processLog(clock);
const openSource = async (names: readonly string[]) => {
  const driver = await openReplay(edges, names);
  return { driver, time: () => new SourceTime(driver.startWallUs ?? 0) };
};
const appliance = await Appliance.start({ config: defaultConfig(), dataFolder: join(folder, "data"), openSource, log });
const daemon = await Daemon.start({ appliance, clock, log, socketFolder: join(folder, "socket") });
process.on("SIGTERM", () => appliance.endReading());
await daemon.work();
await daemon.stop();
process.stdout.write(`seals=${appliance.lines[0]?.keeper.seals}\n`);
log.end();
