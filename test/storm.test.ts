import t from "tap";
import { storm } from "../scripts/torture/storm.ts";

t.setTimeout(900_000);

t.test("20,000 edges a second on one contact: no other line loses a seal", async (t) => {
  const report = await storm(8, 20_000);
  t.same(report.faults, []);
  t.ok(report.edges > 100_000);
  t.equal(report.seals.length, 3);
});
