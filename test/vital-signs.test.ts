import t from "tap";
import type { SourceInputs } from "../runtime/daemon/source.ts";
import { VitalSigns } from "../runtime/daemon/vital-signs.ts";
import { Log } from "../runtime/log.ts";

/** Vital signs of an appliance that is what the test says, on a clock that it moves. */
function watched({ hasPins }: { readonly hasPins: boolean }) {
  const state = { nowUs: 0, beats: 0, commit: null as number | null, systemdBeats: 0, said: [] as string[] };
  const inputs = { name: "chardev", trouble: null, counters: { beats: 0 } };
  const appliance = {
    get inputs() {
      return hasPins ? ({ ...inputs, counters: { beats: state.beats } } as SourceInputs) : null;
    },
    store: {
      get runningCommit() {
        return state.commit;
      },
    },
  };
  const clock = { monoUs: () => state.nowUs, wallUs: () => 0 };
  const out = { journal: false, write: (line: string) => state.said.push(line) > 0 };
  const notifier = { beatEveryMs: 250, retry: () => {}, beat: () => void state.systemdBeats++ };
  const signs = new VitalSigns(appliance, notifier, clock, new Log({ out, err: out, clock }));
  /** So many seconds go by, in which this happens at each look. */
  const live = (seconds: number, work: () => void = () => {}) => {
    for (let i = 0; i < seconds * 4; i++) {
      state.nowUs += 250_000;
      work();
      signs.tick();
    }
  };
  const turn = () => {
    state.beats++;
    signs.read();
  };
  return { state, signs, live, turn };
}

t.test("a thread that does not turn is an alarm, and ends the beats: only a new process can help", (t) => {
  const { state, signs, live, turn } = watched({ hasPins: true });
  live(60, turn);
  t.same([signs.alarms, state.systemdBeats], [[], 240]);
  live(9, () => signs.read());
  t.same(signs.alarms, []);
  live(10, () => signs.read());
  t.match(signs.alarms, [/thread does not turn/]);
  t.ok(state.systemdBeats < 240 + 4 * 11);
  t.match(state.said.join(""), /error stalled part=thread seconds=10/);
  live(1, turn);
  t.same(signs.alarms, []);
  t.match(state.said.join(""), /notice recovered part=thread/);
  t.end();
});

t.test("a disk that does not come back is an alarm, and no reason to start anew", (t) => {
  const { state, signs, live, turn } = watched({ hasPins: true });
  live(60, () => {
    turn();
    state.commit = (state.commit ?? 0) + 1;
  });
  t.same(signs.alarms, [], "many commits, one after the other, are no hang");
  live(11, turn);
  t.match(signs.alarms, [/disk does not come back/]);
  t.equal(state.systemdBeats, 71 * 4, "counting goes on in memory");
  state.commit = null;
  live(1, turn);
  t.same(signs.alarms, []);
  live(3600, turn);
  t.same(signs.alarms, [], "nothing to be written is no hang");
  t.end();
});

t.test("a source that says nothing is an alarm; one that has ended is not", (t) => {
  const { state, signs, live } = watched({ hasPins: false });
  live(31);
  t.match(signs.alarms, [/nothing has come from the source/]);
  signs.read();
  live(1);
  t.same(signs.alarms, []);
  signs.sourceEnded();
  live(3600);
  t.same(signs.alarms, []);
  t.equal(state.systemdBeats, 3632 * 4);
  t.end();
});

t.test("a program that stood still is told for ten minutes, with the longest time", (t) => {
  const { state, signs, live, turn } = watched({ hasPins: true });
  live(1, turn);
  state.nowUs += 20_000_000;
  turn();
  signs.tick();
  t.match(signs.alarms, [/stood still for 19.8 s/], "and its parts are not blamed for it");
  live(599, turn);
  t.equal(signs.alarms.length, 1);
  live(2, turn);
  t.same(signs.alarms, []);
  t.match(signs.loop, { stalls: 1, longestStallMs: 19_750 });
  t.end();
});
