import t from "tap";
import { LongPause } from "../algorithms/long-pause.ts";

const S = 1e6;

t.test("a pause is long beyond two minutes and eight usual pauses", (t) => {
  const fast = new LongPause();
  for (let i = 0; i < 10; i++) t.equal(fast.push(i * 7 * S, (i * 7 + 2) * S), false);
  t.equal(fast.push(180 * S, 182 * S), false, "under two minutes");
  t.equal(fast.push(400 * S, 402 * S), true);
  t.equal(fast.push(407 * S, 409 * S), false);

  const slow = new LongPause();
  for (let i = 0; i < 10; i++) slow.push(i * 300 * S, (i * 300 + 100) * S);
  t.equal(slow.push(3600 * S, 3700 * S), false, "800 s is nothing to a machine that pauses 200 s");
  t.equal(slow.push(9000 * S, 9100 * S), true);
  t.end();
});
