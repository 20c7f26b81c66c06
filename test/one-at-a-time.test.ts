import t from "tap";
import { oneAtATime } from "../runtime/daemon/one-at-a-time.ts";

t.test("a beat that comes while the work of an earlier one goes on is left out", async (t) => {
  const ends: (() => void)[] = [];
  const beat = oneAtATime(
    () => new Promise<void>((resolve) => ends.push(resolve)),
    () => t.fail("nothing fails"),
  );
  for (let i = 0; i < 5; i++) beat();
  t.equal(ends.length, 1);
  ends[0]?.();
  await new Promise(setImmediate);
  for (let i = 0; i < 5; i++) beat();
  t.equal(ends.length, 2, "the next one works again");
});

t.test("work that fails is told, and tried again with the next beat", async (t) => {
  const told: unknown[] = [];
  let works = 0;
  const beat = oneAtATime(
    async () => {
      throw new Error(`no ${++works}`);
    },
    (error) => told.push(String(error)),
  );
  for (let i = 0; i < 2; i++) {
    beat();
    await new Promise(setImmediate);
  }
  t.same(told, ["Error: no 1", "Error: no 2"]);
});
