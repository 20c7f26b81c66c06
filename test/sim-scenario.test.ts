import { mkdirSync, writeFileSync } from "node:fs";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { InputError } from "../drivers/input-error.ts";
import { PANELS } from "../sim/panel-spec.ts";
import { loadScenario, parseScenario, shippedScenarios } from "../sim/scenario.ts";
import { openSimulation } from "../sim/sim-driver.ts";
import { Simulation, truthOf } from "../sim/simulation.ts";
import { driverContract } from "./driver-contract.ts";

const GOOD = `
title = "Test"
start = "2026-03-02T06:00:00+01:00"

[[products]]
name = "A"
sealingTimeSeconds = 2
cycleTimeSeconds = 6

[[plan]]
product = "A"
seals = 20
`;

function faultOf(text: string): InputError["fault"] {
  try {
    parseScenario(text, "x.toml");
  } catch (error) {
    if (error instanceof InputError) return error.fault;
    throw error;
  }
  throw new Error("accepted");
}

t.test("all shipped scenarios load", (t) => {
  const names = shippedScenarios();
  for (const name of ["demo", "quiet", "busy", "hostile", "hole", "stuck", "swapped", "coarse-clock", "drift", "year"])
    t.ok(names.includes(name), name);
  for (let i = 1; i <= 6; i++) t.ok(names.includes(`paper-${i}`));
  for (const name of names) {
    const scenario = loadScenario(name);
    t.equal(scenario.name, name);
    t.ok(scenario.title);
    if (name === "year") continue;
    const { totals, runs } = truthOf(scenario);
    t.ok(totals.seals > 2000 && runs.length > 0, `${name}: ${totals.seals} seals`);
  }
  t.end();
});

t.test("the shipped scenarios are what their names promise", (t) => {
  const runs = (name: string) => truthOf(loadScenario(name)).runs;
  t.same(
    [1, 2, 3, 4, 5, 6].map((i) => new Set(runs(`paper-${i}`).map((r) => r.product)).size),
    [1, 1, 2, 3, 3, 3],
  );
  t.equal(runs("paper-5")[1]?.seals, 30);
  t.equal(runs("paper-6").length, 5);
  const machines = ["quiet", "busy", "hostile"].map(loadScenario);
  for (const scenario of machines) {
    t.same(scenario.machine, machines[0]?.machine);
    t.equal(truthOf(scenario).totals.seals, 8000);
  }
  t.equal(loadScenario("year").machine.planRepeats * 10_000, 5_000_000);
  const demo = truthOf(loadScenario("demo"));
  t.equal(demo.endUs, 8 * 3.6e9);
  t.equal(loadScenario("demo").startWallUs, Date.parse("2026-03-02T06:00:00Z") * 1000);
  t.equal(demo.runs.length, 3);
  t.ok(demo.totals.seals >= 4000 && demo.totals.seals <= 6000);
  t.ok(demo.stops.some((s) => s.kind === "not-ready" && s.endUs - s.startUs === 33 * 6e7));
  t.end();
});

t.test("a scenario file: defaults, and every key where it belongs", (t) => {
  const scenario = parseScenario(GOOD, "x.toml");
  t.equal(scenario.startWallUs, Date.parse("2026-03-02T05:00:00Z") * 1000);
  t.same(scenario.panel, PANELS.none);
  t.equal(scenario.timeStepUs, 1);
  t.equal(scenario.machine.durationSeconds, null);
  t.equal(parseScenario(GOOD.replace(/start.*\n/, ""), "x").startWallUs, null);
  const panel = parseScenario(
    `${GOOD}[panel]\npreset = "busy"\nswapped = true\nglitches = { perSecond = 7 }`,
    "x",
  ).panel;
  t.same(panel, { ...PANELS.busy, swapped: true, glitches: { ...PANELS.busy.glitches, perSecond: 7 } });
  const stops = `stops = [{ kind = "waiting", atSeconds = 1, lengthSeconds = 150 },
    { kind = "micro-stop", perHour = 1, lengthSeconds = [20, 30] }]\n`;
  const { machine } = parseScenario(stops + GOOD, "x");
  t.same(machine.stops, [{ kind: "waiting", atSeconds: 1, lengthSeconds: 150 }]);
  t.same(machine.randomStops, [{ kind: "micro-stop", perHour: 1, lengthSeconds: [20, 30] }]);
  t.end();
});

t.test("an impossible scenario is refused with place, value and remedy", (t) => {
  const product = (change: string) => `${GOOD}\n[[products]]\nname = "B"\n${change}\n`;
  const cases: readonly (readonly [text: string, at: string | number | undefined, problem: RegExp, remedy: RegExp])[] =
    [
      [product("sealingTimeSeconds = 0\ncycleTimeSeconds = 3"), "products[1].sealingTimeSeconds", /^0 /, /in seconds/],
      [product("sealingTimeSeconds = -2\ncycleTimeSeconds = 3"), "products[1].sealingTimeSeconds", /-2/, /give/],
      [product("sealingTimeSeconds = nan\ncycleTimeSeconds = 3"), "products[1].sealingTimeSeconds", /NaN/, /give/],
      [product("sealingTimeSeconds = inf\ncycleTimeSeconds = 3"), "products[1].sealingTimeSeconds", /Infinity/, /give/],
      [product('sealingTimeSeconds = "2 s"\ncycleTimeSeconds = 3'), "products[1].sealingTimeSeconds", /"2 s"/, /give/],
      [product("cycleTimeSeconds = 3"), "products[1].sealingTimeSeconds", /missing/, /give/],
      [
        product("sealingTimeSeconds = 2\ncycleTimeSeconds = 3\nnoiseSeconds = -0.1"),
        "products[1].noiseSeconds",
        /-0.1/,
        /standard deviation/,
      ],
      [product("sealingTimeSeconds = 3\ncycleTimeSeconds = 3"), "products[1].cycleTimeSeconds", /^3 /, /more than 3/],
      [product("sealingTime = 3"), "products[1].sealingTime", /no key/, /use one of: name, sealingTimeSeconds/],
      [product("sealingTimeSeconds = 1\ncycleTimeSeconds = 3").replace('"B"', '"A"'), "products[1].name", /"A"/, /own/],
      [GOOD.replace('product = "A"', 'product = "Z"'), "plan[0].product", /"Z"/, /one of `A`/],
      [GOOD.replace("seals = 20", "seals = 0"), "plan[0].seals", /^0 /, /whole number from 1/],
      [GOOD.replace("seals = 20", "seals = 1.5"), "plan[0].seals", /^1.5 /, /whole number/],
      [`plan = []\n${GOOD.replace(/\[\[plan\]\][\s\S]*/, "")}`, "plan", /^\[\] /, /at least one/],
      [GOOD.replace(/\[\[plan\]\][\s\S]*/, ""), "plan", /missing/, /give/],
      [GOOD.replace(/start.*/, 'start = "tomorrow"'), "start", /"tomorrow"/, /2026-03-02/],
      [GOOD.replace(/start.*/, 'start = "2026-03-02"'), "start", /"2026-03-02"/, /2026-03-02T/],
      [GOOD.replace(/start.*/, 'start = "2026-03-02T06:00:00"'), "start", /zone/, /00Z/],
      [GOOD.replace(/start.*/, 'start = "March 2, 2026 6:00 UTC"'), "start", /"March 2/, /00Z/],
      [GOOD.replace(/start.*/, 'start = "2026-02-30T06:00:00Z"'), "start", /2026-02-30/, /00Z/],
      [GOOD.replace(/start.*/, "start = 2026-02-30T06:00:00Z"), "start", /"2026-02-30"/, /00Z/],
      [GOOD.replace(/start.*/, "start = 2026-03-02T06:00:00"), "start", /zone/, /00Z/],
      [GOOD.replace(/start.*/, "start = 2026-03-02"), "start", /zone/, /00Z/],
      [GOOD.replace(/start.*/, "start = 06:00:00"), "start", /zone/, /00Z/],
      [
        product("sealingTimeSeconds = 1\ncycleTimeSeconds = 3\nnoiseSeconds = 1"),
        "products[1].noiseSeconds",
        /^1 is not less than the sealing time of 1/,
        /less than 1 s/,
      ],
      [
        product("sealingTimeSeconds = 1\ncycleTimeSeconds = 3\ncycleNoiseSeconds = 3.5"),
        "products[1].cycleNoiseSeconds",
        /^3.5 is not less than the cycle time of 3/,
        /less than 3 s/,
      ],
      [
        `planRepeats = 1000000\n${GOOD.replace("= 20", "= 500")}`,
        "plan",
        /500000000 seals, more than 200000000/,
        /planR/,
      ],
      [`planRepeats = 600000\n${GOOD}`, "plan", /600000 runs, more than 500000/, /planRepeats/],
      [GOOD.replace("= 20", "= 100000000"), "plan", /6944 days, more than 3660/, /durationSeconds/],
      [
        `${GOOD.replace("= 20", "= 50000000")}[[stops]]\nkind = "micro-stop"\nperHour = 10\nlengthSeconds = [20, 30]`,
        "stops",
        /some 83333\d stops, more than 500000/,
        /perHour/,
      ],
      [
        `durationSeconds = 31536000\n${GOOD}[panel.glitches]\nperSecond = 1000`,
        "panel",
        /some 1\.3e\+11 edges in the time of the scenario, more than 2\.0e\+9/,
        /lower rates/,
      ],
      [`title = "${"x".repeat(201)}"\n${GOOD.replace(/title.*/, "")}`, "title", /"x/, /up to 200/],
      [GOOD.replaceAll('"A"', `"${"A".repeat(81)}"`), "products[0].name", /"AAA/, /up to 80/],
      [`seed = -1\n${GOOD}`, "seed", /-1/, /whole number from 0/],
      [`panel = "loud"\n${GOOD}`, "panel", /"loud"/, /none, quiet, busy, hostile/],
      [`${GOOD}[panel.glitches]\nperSecond = -1`, "panel.glitches.perSecond", /-1/, /give/],
      [`${GOOD}[panel.mains]\nduty = [0.4, 0.5]`, "panel.mains.duty[1]", /0.5/, /0.49/],
      [`${GOOD}[panel.dropouts]\nlengthSeconds = [2, 1]`, "panel.dropouts.lengthSeconds", /\[2,1\]/, /lowest/],
      [`${GOOD}[[stops]]\nkind = "lunch"\nperHour = 1\nlengthSeconds = [1, 2]`, "stops[0].kind", /"lunch"/, /waiting/],
      [`${GOOD}[[stops]]\nkind = "waiting"\nlengthSeconds = 200`, "stops[0].atSeconds", /missing/, /perHour/],
      [
        `${GOOD}[[stops]]\nkind = "waiting"\natSeconds = 1\nlengthSeconds = 60`,
        "stops[0].lengthSeconds",
        /^60 is not the length of a waiting stop$/,
        /more than 120/,
      ],
      [
        `${GOOD}[[stops]]\nkind = "micro-stop"\nperHour = 1\nlengthSeconds = [10, 100]`,
        "stops[0].lengthSeconds",
        /^\[10,100\] is not the length of a micro-stop$/,
        /15 \(2.5 cycles\) to 120/,
      ],
      [
        `${GOOD}[[holes]]\natSeconds = 9\nlengthSeconds = 5\n[[holes]]\natSeconds = 12\nlengthSeconds = 5`,
        "holes[1].atSeconds",
        /^12 /,
        /in order/,
      ],
      [`earlyFinishSeconds = 5\n${GOOD}`, "earlyFinishSeconds", /no end/, /durationSeconds/],
      [`durationSeconds = 60\nlateStartSeconds = 60\n${GOOD}`, "durationSeconds", /^60 /, /more than 60/],
      [
        `${GOOD}[energy]\npulsesPerKwh = 10000\nsealingKw = 9\nreadyKw = 1\nnotReadyKw = 0`,
        "energy.pulsesPerKwh",
        /25.0 pulses a second/,
        /10 pulses/,
      ],
      ["title = \nplan = 1", 1, /./, /valid TOML/],
      [`${GOOD}\nplan = [`, 14, /./, /valid TOML/],
    ];
  for (const [text, at, problem, remedy] of cases) {
    const fault = faultOf(text);
    t.equal(fault.source, "x.toml");
    t.equal(fault.at, at, `${fault.at}: ${fault.problem}; ${fault.remedy}`);
    t.match(fault.problem, problem);
    t.match(fault.remedy, remedy);
  }
  t.end();
});

t.test("a scenario that is not there", (t) => {
  t.throws(() => loadScenario("demoo"), {
    name: "InputError",
    message: /no scenario of this name.*busy, coarse-clock/,
  });
  t.throws(() => loadScenario("./demoo.toml"), { name: "InputError", message: /there is no such file/ });
  t.throws(() => loadScenario("/"), { name: "InputError", message: /is a directory/ });
  t.end();
});

t.test("a start is the same moment however TOML writes it", (t) => {
  const startOf = (start: string) => parseScenario(GOOD.replace(/start.*/, `start = ${start}`), "x").startWallUs;
  const expected = Date.parse("2026-03-02T05:00:00.250Z") * 1000;
  for (const start of [
    '"2026-03-02T06:00:00.250+01:00"',
    "2026-03-02T06:00:00.250+01:00",
    "2026-03-02 05:00:00.250Z",
    "2026-03-02t05:00:00.25z",
  ])
    t.equal(startOf(start), expected, start);
  t.equal(startOf('"2026-03-02T05:00:00.250001Z"'), expected + 1);
  t.equal(startOf("2026-03-01T23:00:00-07:00"), Date.parse("2026-03-02T06:00:00Z") * 1000, "its own day counts");
  t.end();
});

t.test("a scenario is a plain file of up to 1 MB, and nothing in it or its name reaches a terminal raw", (t) => {
  const folder = t.testdir({
    "big.toml": `${GOOD}#${"x".repeat(1_000_000)}`,
    "bad.toml": 'title = "\u001b[2Jx"\nfoo = 1',
  });
  t.throws(() => loadScenario(`${folder}/big.toml`), { name: "InputError", message: /bytes, more than 1000000; / });
  t.throws(() => loadScenario("/dev/zero"), { name: "InputError", message: /is no plain file; / });
  const messageOf = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  t.match(
    messageOf(() => loadScenario("./no\n\u001b[31m.toml")),
    "./no\\x0a\\x1b[31m.toml: there is no such file; ",
  );
  for (const text of [
    `"foo\\n\\u009b" = 1\n${GOOD}`,
    GOOD.replace('product = "A"', 'product = "\u009b31m\u202e"'),
    GOOD.replaceAll('"A"', '"\u009b31m"').replace("= 6", "= 1"),
    'a = "\u001b',
  ]) {
    const message = messageOf(() => parseScenario(text, "x\r.toml"));
    t.match(message, "x\\x0d.toml");
    t.notMatch(message, /[\p{C}]/u);
  }
  t.end();
});

t.test("a scenario of one's own, by its path", (t) => {
  const folder = t.testdir({ "own.toml": GOOD });
  t.equal(loadScenario(`${folder}/own.toml`).title, "Test");
  mkdirSync(`${folder}/more`);
  writeFileSync(`${folder}/more/bad.toml`, `${GOOD}\nnoise = 1`);
  t.throws(() => loadScenario(`${folder}/more/bad.toml`), {
    name: "InputError",
    message: /bad.toml:plan\[0\].noise: is no key/,
  });
  t.end();
});

driverContract(t, "simulation", async () => {
  const scenario = parseScenario(`panel = "hostile"\nholes = [{ atSeconds = 20, lengthSeconds = 5 }]\n${GOOD}`, "x");
  const names = ["recorder", "availability", "sealing"];
  return {
    driver: openSimulation(scenario, 3, names),
    channels: 3,
    expected: [...new Simulation(scenario, 3).edges()],
  };
});

t.test("the driver gives the simulation's edges, whatever the size of the ring", async (t) => {
  const scenario = parseScenario(`panel = "busy"\n${GOOD}`, "x");
  const simulation = new Simulation(scenario, 5);
  const expected = [...simulation.edges()].map((e) => [e.timeUs, simulation.channels[e.channel], e.level]);
  for (const capacity of [1, 7, 4096]) {
    const names = ["sealing", "energy", "availability"];
    const driver = openSimulation(scenario, 5, names);
    const ring = new EdgeRing(capacity);
    const actual: unknown[] = [];
    t.equal(driver.startWallUs, scenario.startWallUs);
    t.equal(driver.progress, 0);
    t.throws(() => driver.truth());
    let more = true;
    while (more) {
      more = await driver.read(ring);
      ring.drain((timeUs, channel, level) => actual.push([timeUs, names[channel], level]));
    }
    t.same(actual, expected);
    t.equal(ring.lost, 0);
    t.equal(driver.progress, 1);
    t.same(driver.truth(), simulation.truth());
    t.equal(await driver.read(ring), false, "and nothing ever follows");
    await driver.close();
  }
});

t.test("the driver leaves out channels that nobody wants, and can be closed at any time, twice", async (t) => {
  const driver = openSimulation(parseScenario(GOOD, "x"), 1, ["sealing"]);
  const ring = new EdgeRing(5);
  ring.push(0, 3, 1);
  t.equal(await driver.read(ring), true);
  t.equal(ring.free, 0, "fills only the free part");
  t.equal(ring.lost, 0);
  await driver.close();
  await driver.close();
  ring.drain((_timeUs, channel) => t.ok(channel === 0 || channel === 3));
  t.equal(await driver.read(ring), false);
  t.equal(ring.length, 0);
});
