import t from "tap";
import type { Seal } from "../algorithms/signal.ts";
import { CHANNEL_KINDS } from "../algorithms/signal.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { Calendar } from "../runtime/calendar.ts";
import { type Config, defaultConfig, type LineConfig } from "../runtime/config.ts";
import type { Correction } from "../runtime/corrections.ts";
import { LineShifts } from "../runtime/line-shifts.ts";
import { packShift, unpackShift } from "../runtime/packed-shift.ts";
import { LinePipeline } from "../runtime/pipeline.ts";
import { type ProductEdit, Products } from "../runtime/products.ts";
import { shiftResult } from "../runtime/shift-calculation.ts";
import type { ShiftInput } from "../runtime/shift-input.ts";
import { CalendarPlan, type ShiftPlan } from "../runtime/shift-plan.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { loadScenario } from "../sim/scenario.ts";
import { openSimulation } from "../sim/sim-driver.ts";

const S = 1_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Monday 2026-03-02 00:00 UTC. */
const MONDAY = Date.UTC(2026, 2, 2) / 1000;
const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

type Shift = Config["shift"][number];

function shiftOf(name: string, start: string, end: string, more: Partial<Shift> = {}): Shift {
  return { name, start, end, days: [...EVERY_DAY], breaks: [], ...more };
}

function configOf(...shift: Shift[]): Config {
  return { ...defaultConfig(), shift };
}

/** A line whose events are made by hand; times are seconds since Monday, 0:00. */
class HandMade {
  readonly config: Config;
  readonly line: LineConfig;
  readonly final: ShiftInput[] = [];
  readonly shifts: LineShifts;
  #nowUs = 0;

  constructor(config: Config, fromSeconds: number) {
    this.config = config;
    this.line = config.line[0] as LineConfig;
    const plan = new CalendarPlan(new Calendar(config, this.line.id), 0);
    this.shifts = new LineShifts(this.line, plan, { onFinal: (input) => this.final.push(input) });
    this.shifts.begin(us(fromSeconds));
    this.shifts.take({ kind: "ready", atUs: us(fromSeconds), ready: true });
  }

  /** Seals of a length every so many seconds. */
  work(from: number, until: number, cycle = 10, length = 3): this {
    for (let at = from; at + length < until; at += cycle) this.seal(at, length + 0.01 * ((at / cycle) % 3));
    return this;
  }

  seal(at: number, length: number): this {
    const onUs = us(at);
    const seal: Seal = { onUs, offUs: onUs + Math.round(length * S), sealingTimeSeconds: length };
    this.shifts.take({ kind: "seal", seal });
    return this;
  }

  ready(at: number, ready: boolean): this {
    this.shifts.take({ kind: "ready", atUs: us(at), ready });
    return this;
  }

  counted(at: number, dropout: number): this {
    const sealing = { ...COUNT, edges: dropout, removed: { ...NONE, dropout } };
    this.shifts.take({ kind: "counts", atUs: us(at), counts: { sealing } });
    return this;
  }

  until(seconds: number): this {
    this.#nowUs = us(seconds);
    this.shifts.take({ kind: "counts", atUs: this.#nowUs, counts: COUNTS });
    this.shifts.advance(this.#nowUs);
    return this;
  }

  results(edits: readonly ProductEdit[] = [], corrections: readonly Correction[] = []): ShiftResult[] {
    const inputs = [...this.final, ...this.shifts.inputs({ timeUs: this.#nowUs, counts: COUNTS })];
    const products = new Products(this.line, edits);
    return inputs.map((input) => shiftResult(input, { line: this.line, products, startWallUs: 0, corrections }));
  }
}

const NONE = { glitch: 0, chatter: 0, dropout: 0, burst: 0, mains: 0, short: 0 };
const COUNT = { edges: 0, kept: 0, removed: NONE, bounces: 0, bounceUs: 0 };
const COUNTS = { sealing: COUNT, availability: COUNT };

function us(seconds: number): number {
  return Math.round((MONDAY + seconds) * S);
}

function named(results: readonly ShiftResult[]): string[] {
  return results.map(({ id, state, seals }) => `${id} ${state} ${seals}`);
}

t.test("each seal belongs to the shift in which it ends, and to no other", (t) => {
  const config = configOf(shiftOf("Early", "06:00", "14:00"), shiftOf("Late", "14:00", "22:00"));
  const line = new HandMade(config, 6 * HOUR)
    .work(6 * HOUR, 14 * HOUR - 5)
    .seal(14 * HOUR - 2, 3)
    .work(14 * HOUR + 8, 22 * HOUR);
  const [early, late] = line.until(22.5 * HOUR).results() as [ShiftResult, ShiftResult];
  t.equal(early.seals, 2880);
  t.equal(late.seals, 1 + 2880 - 1);
  t.equal(early.runs.length, 1);
  t.equal(
    late.runs[0]?.startUs,
    us(14 * HOUR - 2),
    "the run goes on: its first seal in the late shift began before it",
  );
  t.equal(early.state, "final", "the late shift's first run ended its last gap");
  t.end();
});

t.test("work before and after a shift is early start and overtime, and only the running part of it", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 5 * HOUR);
  line.work(5 * HOUR + 50 * 60, 14 * HOUR + 5 * 60).work(14 * HOUR + 15 * 60, 14 * HOUR + 25 * 60);
  const [early, ...others] = line.until(16 * HOUR).results() as [ShiftResult];
  t.same(others, [], "there is one shift");
  t.equal(early.state, "final");
  t.ok(Math.abs(early.earlyStartSeconds - 600) < 11, `early start ${early.earlyStartSeconds} s`);
  t.ok(Math.abs(early.overtimeSeconds - 900) < 25, `overtime ${early.overtimeSeconds} s`);
  const planned = early.oee?.plannedBusySeconds as number;
  t.ok(Math.abs(planned - (8 * HOUR + 1500)) < 30, "planned busy time grows by what was worked");
  t.same(early.stops, [], "standing outside the planned hours is nobody's stop");
  t.ok((early.oee?.availability as number) > 0.999);
  t.end();
});

t.test("production outside all shifts is counted, and has no ratios", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00", { days: ["Mon"] })), 6 * HOUR);
  line.work(6 * HOUR, 14 * HOUR).work(DAY + 8 * HOUR, DAY + 9 * HOUR);
  const [, after] = line.until(DAY + 12 * HOUR).results() as [ShiftResult, ShiftResult];
  t.equal(after.id, "2026-03-02/early-after");
  t.equal(after.seals, 360);
  t.equal(after.shift, null);
  t.equal(after.oee?.availability, null);
  t.equal(after.oee?.oee, null);
  t.equal(after.oee?.reasons.availability, "there is no planned time");
  t.end();
});

t.test("a stop across a boundary: minutes split, counted once", (t) => {
  const config = configOf(shiftOf("Early", "06:00", "14:00"), shiftOf("Late", "14:00", "22:00"));
  const line = new HandMade(config, 6 * HOUR).work(6 * HOUR, 13.5 * HOUR);
  line.ready(13.5 * HOUR + 10, false).ready(14.5 * HOUR - 5, true);
  line.work(14.5 * HOUR, 22 * HOUR).until(23 * HOUR);
  const [early, late] = line.results() as [ShiftResult, ShiftResult];
  const seconds = ({ stops }: ShiftResult) =>
    stops
      ?.filter(({ kind }) => kind === "not-ready")
      .map(({ startUs, endUs, continued }) => [(endUs - startUs) / S, continued]);
  t.same(seconds(early), [[1800 - 10, false]], "from one cycle after the last seal's start");
  t.same(seconds(late), [[1795, true]]);
  t.equal(early.oee?.mttrSeconds, 1790);
  t.equal(late.oee?.mttrSeconds, null, "it did not begin here");
  t.end();
});

t.test("a shift that began before anybody watched shows that", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 8 * HOUR).work(8 * HOUR, 14 * HOUR);
  const [early] = line.until(15 * HOUR + 1).results() as [ShiftResult];
  t.equal(early.coverage, 0.75);
  t.equal(early.stops?.[0]?.kind, "no-data");
  t.equal(early.oee?.plannedBusySeconds, 6 * HOUR);
  t.end();
});

t.test("a break is excluded while the machine stands, and given back while it seals", (t) => {
  const breaks = [{ start: "10:00", end: "10:30" }];
  const config = configOf(shiftOf("Early", "06:00", "14:00", { breaks } as Partial<Shift>));
  const stood = new HandMade(config, 6 * HOUR)
    .work(6 * HOUR, 10 * HOUR)
    .work(10.5 * HOUR, 14 * HOUR)
    .until(15.1 * HOUR);
  const worked = new HandMade(config, 6 * HOUR).work(6 * HOUR, 14 * HOUR).until(15.1 * HOUR);
  const [a] = stood.results() as [ShiftResult];
  const [b] = worked.results() as [ShiftResult];
  t.equal(a.oee?.plannedBusySeconds, 7.5 * HOUR);
  t.equal(a.workedThroughSeconds, 0);
  t.equal(b.oee?.plannedBusySeconds, 8 * HOUR);
  t.equal(b.workedThroughSeconds, 1800);
  t.end();
});

t.test("a shift in which nothing was made is there, and waits for nothing", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 5 * HOUR).until(15.1 * HOUR);
  t.same(named(line.results()), ["2026-03-02/early final 0"]);
  const [early] = line.results() as [ShiftResult];
  t.equal(early.oee?.availability, 0);
  t.equal(early.oee?.performance, null, "it never ran");
  t.end();
});

t.test("merging, naming and splitting products change results, and the input stays", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 6 * HOUR);
  line
    .work(6 * HOUR, 8 * HOUR, 10, 3)
    .work(8 * HOUR, 10 * HOUR, 10, 4)
    .work(10 * HOUR, 14 * HOUR, 10, 3);
  line.until(16 * HOUR);
  const [plain] = line.results() as [ShiftResult];
  t.same(
    plain.runs.map(({ product }) => product),
    ["P1", "P2", "P1"],
  );
  const [merged] = line.results([{ kind: "merge", product: 2, into: 1 }]) as [ShiftResult];
  t.same([...new Set(merged.runs.map(({ product }) => product))], ["P1"]);
  t.equal(merged.products[0]?.seals, plain.seals);
  const [apart] = line.results([
    { kind: "merge", product: 2, into: 1 },
    { kind: "unmerge", product: 2 },
  ]) as [ShiftResult];
  t.same(apart, plain);
  const [set] = line.results([
    { kind: "name", product: 2, name: "Tray" },
    { kind: "set", product: 2, idealCycleSeconds: 8, unitsPerSeal: 4 },
  ]) as [ShiftResult];
  const tray = set.products[1];
  t.same(
    [tray?.name, tray?.idealCycleSeconds, tray?.idealCycleSource, tray?.units],
    ["Tray", 8, "configured", 4 * (tray?.seals ?? 0)],
  );
  const split: ProductEdit = { kind: "split", from: 2, product: 7, sealingTimesSeconds: [3.5, 4] };
  t.same(
    (line.results([split])[0] as ShiftResult).runs.map(({ product }) => product),
    ["P1", "P7", "P1"],
  );
  t.end();
});

t.test("golden: the worst hour is the one between two counts that differ most, within the shift", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "09:30")), 5 * HOUR);
  const hours = [6, 7, 8, 9, 9.5, 10] as const;
  const removed = [5000, 5100, 5101, 5401, 5801, 9801];
  for (const [i, hour] of hours.entries()) line.counted(hour * HOUR, removed[i] as number);
  const [early] = line.until(10.1 * HOUR).results();
  // 50 pulses, 1 edge, 150 pulses, and in the half hour before the end 200; what comes after it is not the shift's
  t.same(early?.worstHour, { startUs: us(9 * HOUR), endUs: us(9.5 * HOUR), rejectedPulses: 200 });
  t.end();
});

t.test("a calendar that changes during a shift: new times for the same shift, or an end here and now", (t) => {
  const before = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 6 * HOUR).work(6 * HOUR, 10 * HOUR);
  before.until(10 * HOUR);
  const with_ = (config: Config) => {
    const after = new HandMade(config, 6 * HOUR);
    after.shifts.restore(structuredClone(before.shifts.save()));
    after.shifts.adoptPlan();
    return after
      .work(10 * HOUR, 12 * HOUR)
      .until(16.2 * HOUR)
      .results();
  };
  const [longer, ...none] = with_(configOf(shiftOf("Early", "06:00", "15:00"))) as [ShiftResult];
  t.same([none.length, longer.plannedEndUs, longer.seals], [0, us(15 * HOUR), 6 * 360]);
  const [first, second] = with_(configOf(shiftOf("Morning", "05:00", "13:00"))) as [ShiftResult, ShiftResult];
  t.same([first.id, first.seals, first.endUs], ["2026-03-02/early", 4 * 360, us(10 * HOUR)]);
  t.same([second.id, second.seals, second.startUs], ["2026-03-02/morning-from-1000", 2 * 360, us(10 * HOUR)]);
  t.end();
});

t.test("a calendar changed and changed back: each part is a shift of its own, also after more restarts", (t) => {
  const early = configOf(shiftOf("Early", "06:00", "14:00"));
  const morning = configOf(shiftOf("Morning", "05:00", "13:00"));
  let line = new HandMade(early, 6 * HOUR).work(6 * HOUR, 8 * HOUR).until(8 * HOUR);
  const final: ShiftInput[] = [];
  const restart = (config: Config) => {
    final.push(...line.final);
    const next = new HandMade(config, 6 * HOUR);
    next.shifts.restore(structuredClone(line.shifts.save()));
    next.shifts.adoptPlan();
    line = next;
  };
  const steps: [Config, number][] = [
    [morning, 10],
    [morning, 11],
    [early, 12],
    [early, 13],
  ];
  let at = 8;
  for (const [config, until] of steps) {
    restart(config);
    line.work(at * HOUR, until * HOUR).until(until * HOUR);
    at = until;
  }
  line.final.unshift(...final);
  t.same(
    line.results().map(({ id, startUs, seals }) => [id, startUs, seals]),
    [
      ["2026-03-02/early", us(6 * HOUR), 2 * 360],
      ["2026-03-02/morning-from-0800", us(8 * HOUR), 3 * 360],
      ["2026-03-02/early-from-1100", us(11 * HOUR), 2 * 360],
    ],
  );
  t.end();
});

t.test("a silence that holds thousands of boundaries is passed over", (t) => {
  const minute = (n: number) => `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`;
  const many = Array.from({ length: 96 }, (_, i) => shiftOf(`S${i}`, minute(i * 15), minute(((i + 1) * 15) % 1440)));
  const config = configOf(...many);
  const line = config.line[0] as LineConfig;
  const plan = new CalendarPlan(new Calendar(config, line.id), MONDAY * S);
  const pipeline = new LinePipeline(line, plan);
  const sealing = CHANNEL_KINDS.indexOf("sealing");
  pipeline.edge(0, sealing, 0, false);
  pipeline.edge(200 * DAY * S, sealing, 0, false);
  t.doesNotThrow(() => pipeline.finish(200 * DAY * S));
  t.end();
});

t.test("faster than the machine can be: the burst is told, and none of it is counted", (t) => {
  const base = configOf(shiftOf("Early", "06:00", "14:00"));
  const config = { ...base, line: base.line.map((line) => ({ ...line, shortestCycleSeconds: 5 })) };
  const line = new HandMade(config, 6 * HOUR).work(6 * HOUR, 8 * HOUR);
  line
    .work(8 * HOUR + 60, 8 * HOUR + 120, 2, 1)
    .work(8 * HOUR + 180, 14 * HOUR)
    .until(16 * HOUR);
  const [early] = line.results() as [ShiftResult];
  t.equal(early.seals, 720 + 360 * 6 - 18);
  t.match(early.remarks, [{ kind: "noise-burst" }]);
  t.ok((early.coverage as number) < 1, "what happened meanwhile nobody knows");
  const last = new HandMade(config, 6 * HOUR).work(6 * HOUR, 8 * HOUR).work(8 * HOUR + 60, 8 * HOUR + 120, 2, 1);
  t.match(
    (last.until(9 * HOUR).results() as [ShiftResult])[0].remarks,
    [{ kind: "noise-burst" }],
    "nothing need follow",
  );
  t.end();
});

t.test("corrections follow their product into a merge, and quality is told as it is computed", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 6 * HOUR);
  line
    .work(6 * HOUR, 8 * HOUR, 10, 3)
    .work(8 * HOUR, 14 * HOUR, 10, 4)
    .until(16 * HOUR);
  const author = { by: "x", atUs: 0, why: "" };
  const corrections: Correction[] = [
    { kind: "units", product: 2, units: -100, ...author },
    { kind: "scrap", product: 2, units: 20, ...author },
    { kind: "scrap", product: 1, units: 0, ...author },
  ];
  for (const edits of [[], [{ kind: "merge", product: 2, into: 1 }]] as ProductEdit[][]) {
    const [shift] = line.results(edits, corrections) as [ShiftResult];
    const units = shift.products.reduce((sum, product) => sum + product.units, 0);
    t.same([units, shift.quality?.totalUnits, shift.quality?.goodUnits], [2880 - 100, 2780, 2760]);
    t.equal(shift.oee?.quality, 2760 / 2780);
  }
  t.end();
});

t.test("a shift packed for the store gives the same result", (t) => {
  const line = new HandMade(configOf(shiftOf("Early", "06:00", "14:00")), 6 * HOUR);
  line
    .work(6 * HOUR, 9 * HOUR)
    .work(9.5 * HOUR, 14 * HOUR, 12, 4)
    .until(16 * HOUR);
  for (const input of line.final) t.same(unpackShift(structuredClone(packShift(input))), input);
  t.equal(line.final.length, 1);
  t.end();
});

interface Played {
  readonly results: readonly ShiftResult[];
}

/** A scenario through a whole pipeline; every `restartEvery` portions it is saved and restored. */
async function play(
  scenario: string,
  seed: number,
  config: Config,
  portion: number,
  restartEvery: number,
): Promise<Played> {
  const line = config.line[0] as LineConfig;
  const { startWallUs } = loadScenario(scenario);
  const driver = openSimulation(loadScenario(scenario), seed, CHANNEL_KINDS);
  const plan = (): ShiftPlan => new CalendarPlan(new Calendar(config, line.id), startWallUs ?? 0);
  const final: ShiftInput[] = [];
  const onFinal = (input: ShiftInput) => final.push(input);
  let pipeline = new LinePipeline(line, plan(), { onFinal });
  const ring = new EdgeRing(portion);
  let nowUs = 0;
  for (let more = true, n = 1; more; n++) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level, lost) => {
      pipeline.edge(timeUs, channel, level, lost);
      nowUs = timeUs;
    });
    pipeline.advance(nowUs);
    if (n % restartEvery === 0) pipeline = restarted(pipeline, new LinePipeline(line, plan(), { onFinal }));
  }
  pipeline.finish(nowUs);
  const settings = { line, products: new Products(line), startWallUs, corrections: [] };
  return { results: [...final, ...pipeline.inputs()].map((input) => shiftResult(input, settings)) };
}

function restarted(before: LinePipeline, after: LinePipeline): LinePipeline {
  after.contacts.restore(structuredClone(before.contacts.save()));
  after.shifts.restore(structuredClone(before.shifts.save()));
  after.continueWith(after.shifts, 0);
  return after;
}

t.test("results depend on the edges alone: not on portions, nor on restarts in between", async (t) => {
  const touching = configOf(
    shiftOf("A", "06:30", "08:00"),
    shiftOf("B", "08:00", "09:45"),
    shiftOf("C", "09:45", "13:00"),
  );
  const apart = configOf(
    shiftOf("A", "06:30", "08:10"),
    shiftOf("B", "08:30", "09:45"),
    shiftOf("C", "12:00", "13:00"),
  );
  for (const [i, config] of [touching, apart].entries())
    for (const scenario of ["demo", "hole"]) {
      const seed = 20 + i;
      const whole = await play(scenario, seed, config, 1 << 15, Number.POSITIVE_INFINITY);
      t.same(await play(scenario, seed, config, 5, Number.POSITIVE_INFINITY), whole, `${scenario} in small portions`);
      t.same(await play(scenario, seed, config, 400, 3), whole, `${scenario} with restarts`);
    }
});

t.test("however the day is cut into shifts, nothing is counted twice or not at all", async (t) => {
  const one = await play("paper-5", 3, configOf(shiftOf("All", "00:00", "00:00")), 4096, Number.POSITIVE_INFINITY);
  const cut = configOf(shiftOf("A", "05:00", "08:00"), shiftOf("B", "08:00", "10:13"), shiftOf("C", "15:00", "18:00"));
  const many = await play("paper-5", 3, cut, 4096, Number.POSITIVE_INFINITY);
  const sum = ({ results }: Played, of: (shift: ShiftResult) => number) =>
    results.reduce((total, shift) => total + of(shift), 0);
  for (const of of [(s: ShiftResult) => s.seals, (s: ShiftResult) => s.products.reduce((n, p) => n + p.units, 0)])
    t.equal(sum(many, of), sum(one, of));
  const edges = (s: ShiftResult) => s.signals.sealing?.edges ?? 0;
  t.ok(sum(many, edges) <= sum(one, edges));
  t.ok(many.results.length >= 3);
});
