import t from "tap";
import { DayLog } from "../runtime/daemon/day-log.ts";
import type { LogFields } from "../runtime/log.ts";

t.test("a day is told by what came since the last one, unknown stays unknown", (t) => {
  const told: LogFields[] = [];
  const log = { info: (_name: string, fields: LogFields = {}) => told.push(fields) };
  const figures = { edges: 1000, lostEdges: 0, seals: 40, processWrittenBytes: 5e6, residentBytes: 80.4e6 };
  let now: typeof figures | (Omit<typeof figures, "processWrittenBytes"> & { processWrittenBytes: null }) = figures;
  const day = new DayLog("Europe/Madrid", () => now, log);
  now = { edges: 51_000, lostEdges: 3, seals: 5040, processWrittenBytes: 1.205e9, residentBytes: 81.6e6 };
  day.tell();
  now = { edges: 51_000, lostEdges: 3, seals: 5040, processWrittenBytes: null, residentBytes: 81.6e6 };
  day.tell();
  t.same(told, [
    { seals: 5000, edges: 50_000, lostEdges: 3, writtenMegabytes: 1200, residentMegabytes: 82 },
    { seals: 0, edges: 0, lostEdges: 0, writtenMegabytes: null, residentMegabytes: 82 },
  ]);
  t.end();
});

t.test("armed again and again it waits once, and keeps no process alive", (t) => {
  const day = new DayLog(
    "UTC",
    () => ({ edges: 0, lostEdges: 0, seals: 0, processWrittenBytes: 0, residentBytes: 0 }),
    { info: () => t.fail("it is not midnight") },
  );
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  day.arm();
  day.arm();
  t.equal(timers(), before, "timers that are not waited for do not count as active");
  day.stop();
  t.end();
});
