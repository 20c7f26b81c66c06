import t from "tap";
import { killDaemon } from "../scripts/torture/kill-daemon.ts";
import { stopDaemon } from "../scripts/torture/stop-daemon.ts";

t.setTimeout(900_000);

t.test("killed fifty times: nothing durable is lost, and the shifts come out as if nothing had happened", async (t) => {
  const { kills, lost, different, seals, shifts } = await killDaemon(50, 3, 250);
  t.same({ kills, lost, different, shifts }, { kills: 50, lost: 0, different: 0, shifts: 3 });
  t.ok(seals > 4000);
});

t.test("stopped at any moment: the store is marked clean each time, and nothing is lost", async (t) => {
  const { stops, failed, unclean, lost, different, shifts } = await stopDaemon(5, 2);
  t.same(
    { stops, failed, unclean, lost, different, shifts },
    { stops: 5, failed: 0, unclean: 0, lost: 0, different: 0, shifts: 12 },
  );
});
