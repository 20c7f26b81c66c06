import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { EdgeCollector, type EdgeSeries } from "../algorithms/signal-check/edge-series.ts";
import { betaAdvice, minSealAdvice, pulsesAt } from "../algorithms/signal-check/filter-settings.ts";
import { mainsPickup } from "../algorithms/signal-check/mains-pickup.ts";
import { type CheckedSettings, checkSignals, type WatchedContact } from "../algorithms/signal-check/signal-check.ts";
import { disagreement, stretchesOf } from "../algorithms/signal-check/stretches.ts";
import { CHANNEL_KINDS, type Contact, type Level } from "../algorithms/signal.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { contactFindings } from "../runtime/doctor/signal-words.ts";
import { loadScenario } from "../sim/scenario.ts";
import { openSimulation } from "../sim/sim-driver.ts";
import { alternatingSeries } from "./alternating-series.ts";
import { sealtrace } from "./commands.ts";
import { simulatedDaemon } from "./live-contacts.ts";

const SETTINGS: CheckedSettings = {
  betaSeconds: { availability: 1.5, sealing: 0.25, reject: 0.025, energy: 0.0075 },
  minSealingTimeSeconds: 1,
  maxSealingTimeSeconds: 900,
};

/** A contact that changes at these times, in seconds, beginning open. */
function contact(endSeconds: number, atSeconds: readonly number[], startLevel: Level = 0): EdgeSeries {
  const collector = new EdgeCollector();
  let level = startLevel;
  collector.push(0, level);
  for (const seconds of atSeconds) {
    level = level === 1 ? 0 : 1;
    collector.push(Math.round(seconds * 1e6), level);
  }
  collector.moveTo(endSeconds * 1e6);
  return collector.series() as EdgeSeries;
}

/** Seals of a length that varies a little, a cycle that varies more. */
function seals(count: number, from = 1, seal = 2, cycle = 5): number[] {
  return Array.from({ length: count }, (_, i) => {
    const on = from + cycle * i + 0.2 * Math.sin(7 * i);
    return [on, on + seal + 0.03 * Math.sin(11 * i)];
  }).flat();
}

function verdicts(contacts: Partial<Record<Contact, EdgeSeries>>, settings = SETTINGS): Record<string, string[]> {
  const watched = Object.entries(contacts).map(([channel, series]) => ({ channel, series }) as WatchedContact);
  const checks = checkSignals(watched, settings);
  for (const check of checks)
    for (const { text, todo, verdict } of contactFindings(check)) {
      if (text === "" || (verdict === "fail" && (todo ?? "") === ""))
        throw new Error(`no words for ${check.figures.channel}`);
      if (/undefined|NaN|null/.test(`${text}${todo ?? ""}`)) throw new Error(text);
    }
  return Object.fromEntries(
    checks.map(({ figures, findings }) => [figures.channel, findings.map(({ verdict }) => verdict)]),
  );
}

const ready = contact(60, [], 1);

t.test("each fault of the wiring is told by what the contacts do", (t) => {
  const sealing = contact(60, seals(11));
  t.same(verdicts({ sealing, availability: ready }), { sealing: ["normal"], availability: ["resting"] });
  t.same(verdicts({ sealing }), { sealing: ["normal"] }, "a line may have one contact only");
  t.same(verdicts({ sealing: ready, availability: sealing }), { sealing: ["swapped"], availability: ["swapped"] });
  const open = contact(60, []);
  t.same(verdicts({ sealing, availability: open }).availability, ["never-closes"]);
  t.same(verdicts({ sealing: open, availability: ready }).sealing, ["never-closes"]);
  t.same(verdicts({ sealing: ready, availability: ready }).sealing, ["welded"], "jaws are not closed for a minute");
  const welded = contact(60, [...seals(6), 31]);
  t.same(verdicts({ sealing: welded, availability: ready }).sealing, ["welded"]);
  const inverted = contact(60, [...seals(4), ...seals(4, 38)], 1);
  t.same(
    verdicts({ sealing: inverted, availability: contact(60, [20, 38], 1) }).sealing,
    ["inverted"],
    "closed at rest",
  );
  const steady = contact(60, seals(11), 1);
  t.same(verdicts({ sealing: steady, availability: ready }).sealing, ["perhaps-inverted"]);
  const turned = contact(60, [0.5, 25.5]);
  t.same(
    verdicts({ sealing: contact(60, seals(6, 26)), availability: turned }).availability,
    ["inverted"],
    "ready while it stands, not ready while it seals",
  );
  const half = contact(60, [28], 1);
  t.same(verdicts({ sealing, availability: half }).availability, ["seals-while-not-ready"]);
  t.end();
});

t.test("each fault of the signal is told, with its figure", (t) => {
  const hum = (from: number, seconds: number, hertz: number) =>
    Array.from({ length: Math.floor(seconds * hertz) }, (_, i) => [from + i / hertz, from + (i + 0.35) / hertz]).flat();
  const checksOf = (series: EdgeSeries) => checkSignals([{ channel: "sealing", series }], SETTINGS)[0];
  for (const hertz of [50, 60]) {
    const floating = checksOf(contact(60, hum(0.1, 59, hertz)));
    t.match(floating?.findings, [{ verdict: "floating", severity: "fail", figure: hertz }]);
    t.same(floating?.advice, [], "there is nothing to be filtered");
    const series = contact(60, [...hum(0.1, 0.8, hertz), ...seals(11)]);
    t.match(checksOf(series)?.findings, [{ verdict: "mains", severity: "warn", figure: hertz }]);
    t.match(mainsPickup(series), { trains: 1, mainsHertz: hertz });
    t.ok(Math.abs((mainsPickup(series)?.hertz ?? 0) - hertz) < 0.5);
  }
  t.equal(mainsPickup(contact(60, hum(1, 10, 100)))?.mainsHertz, 50, "both half-waves");
  t.equal(mainsPickup(contact(60, hum(1, 10, 37))), null);
  const worn = seals(10).flatMap((at, i) =>
    i % 3 === 0 ? [at, at + 0.009, at + 0.018, at + 0.027, at + 0.036] : [at],
  );
  t.match(checksOf(contact(60, worn))?.findings, [{ verdict: "normal" }], "a bounce now and then is a disturbance");
  const both = seals(10).flatMap((at) => [at, at + 0.009, at + 0.018, at + 0.027, at + 0.036]);
  t.match(checksOf(contact(60, both))?.findings, [{ verdict: "worn", severity: "warn", figure: 0.036 }]);
  const glitches = Array.from({ length: 200 }, (_, i) => [0.2 + i * 0.29, 0.2003 + i * 0.29]).flat();
  const strays = [...glitches, ...seals(11)].sort((a, b) => a - b);
  t.match(checksOf(contact(60, strays))?.findings, [{ verdict: "disturbed", severity: "warn" }]);
  t.end();
});

t.test("settings that count wrong are told, with what another would count", (t) => {
  const series = contact(60, seals(11));
  t.match(betaAdvice(series, 0.25, 1), { proposed: null, reason: "good", countNow: 11 });
  const high = betaAdvice(series, 1.2, 1);
  t.match(high, { countNow: 0, countThen: 11, reason: "outside" });
  t.ok((high.proposed ?? 9) < 0.5, "between the disturbances, of which there are none, and half of a seal");
  t.match(minSealAdvice(series, 0.25, 1), { proposed: null, reason: "good" });
  t.match(minSealAdvice(series, 0.25, 2.5), { countNow: 0, countThen: 11, reason: "cuts-seals", proposed: 0.99 });
  t.match(minSealAdvice(series, 0.25, 1.9), { countNow: 11, countThen: 11, reason: "near-edge", proposed: 0.99 });
  const few = contact(60, seals(3));
  t.match(betaAdvice(few, 1.2, 1), { proposed: null, reason: "too-little-seen" });
  t.match(minSealAdvice(few, 0.25, 2.5), { proposed: null, reason: "too-little-seen" });
  // phantom pulses of 0.6 s beside seals of 2 s: the limit of half a second counts them
  const phantoms = [...seals(11), ...Array.from({ length: 10 }, (_, i) => [4 + 5 * i, 4.6 + 5 * i]).flat()];
  const disturbed = contact(
    60,
    phantoms.sort((a, b) => a - b),
  );
  t.match(minSealAdvice(disturbed, 0.12, 0.5), { countNow: 21, countThen: 11, reason: "cuts-seals", proposed: 1.1 });
  t.end();
});

/** One minute of a simulated line. */
async function minutes(scenario: string, fromSeconds: readonly number[]): Promise<WatchedContact[][]> {
  const { seed, ...spec } = loadScenario(scenario);
  const driver = openSimulation({ seed, ...spec }, seed, CHANNEL_KINDS);
  const ring = new EdgeRing(8192);
  const rows: [number, number, Level][] = [];
  const untilUs = (Math.max(...fromSeconds) + 61) * 1e6;
  for (let more = true; more && (rows.at(-1)?.[0] ?? 0) < untilUs; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) => rows.push([timeUs, channel, level]));
  }
  return fromSeconds.map((from) =>
    (["availability", "sealing"] as const).map((channel) => {
      const own = rows.filter((row) => row[1] === CHANNEL_KINDS.indexOf(channel));
      const collector = new EdgeCollector();
      const before = own.findLast(([timeUs]) => timeUs <= from * 1e6);
      if (before !== undefined) collector.push(from * 1e6, before[2]);
      for (const [timeUs, , level] of own)
        if (from * 1e6 < timeUs && timeUs <= (from + 60) * 1e6) collector.push(timeUs, level);
      collector.moveTo((from + 60) * 1e6);
      return { channel, series: collector.series() as EdgeSeries };
    }),
  );
}

const SOUND = ["normal", "resting", "mains", "disturbed"];

t.test("any minute of a simulated panel is judged as what it is", async (t) => {
  const at = [0, 300, 900, 1500, 2400, 3300];
  const severities = { quiet: ["ok", "warn"], busy: ["ok", "warn"], hostile: ["fail"] } as const;
  for (const scenario of ["quiet", "busy", "hostile"] as const)
    for (const [i, watched] of (await minutes(scenario, at)).entries())
      for (const { figures, findings, advice } of checkSignals(watched, SETTINGS)) {
        const place = `${scenario} ${at[i]} ${figures.channel}`;
        t.ok(
          findings.every(({ verdict }) => SOUND.includes(verdict)),
          `${place}: the wiring is sound`,
        );
        const worst = findings.some(({ severity }) => severity === "fail") ? "fail" : "ok";
        t.ok((severities[scenario] as readonly string[]).includes(worst) || worst === "ok", place);
        if (scenario !== "hostile")
          t.ok(
            advice.every(({ proposed }) => proposed === null),
            `${place}: the filters fit`,
          );
      }
  for (const watched of await minutes("swapped", at))
    for (const { findings } of checkSignals(watched, SETTINGS)) t.equal(findings[0]?.verdict, "swapped");
  const [welds, welded, hangs] = await minutes("stuck", [3970, 4500, 10_100]);
  t.equal(checkSignals(welds as WatchedContact[], SETTINGS)[1]?.findings[0]?.verdict, "welded");
  t.equal(checkSignals(welded as WatchedContact[], SETTINGS)[1]?.findings[0]?.verdict, "welded");
  t.equal(checkSignals(hangs as WatchedContact[], SETTINGS)[0]?.findings[0]?.verdict, "never-closes");
});

t.test("whatever a contact does, it is judged, and the figures add up", (t) => {
  const gaps = fc.array(fc.integer({ min: 10, max: 4_000_000 }), { minLength: 1, maxLength: 80 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(gaps, gaps, fc.constantFrom<Level>(0, 1), fc.constantFrom<Level>(0, 1), (a, b, startA, startB) => {
        const sealing = alternatingSeries(a, startA);
        const availability = alternatingSeries(b, startB);
        const checks = checkSignals(
          [
            { channel: "sealing", series: sealing },
            { channel: "availability", series: availability },
          ],
          SETTINGS,
        );
        verdicts({ sealing, availability });
        const [{ figures, findings }] = checks as [(typeof checks)[number]];
        const stretches = stretchesOf(sealing, 250_000);
        const isWhole = stretches[0]?.startUs === sealing.startUs && stretches.at(-1)?.endUs === sealing.endUs;
        const touch = stretches.every(({ startUs }, i) => i === 0 || stretches[i - 1]?.endUs === startUs);
        const raw = figures.histogram.closed.concat(figures.histogram.open).reduce((sum, count) => sum + count, 0);
        const { edges, kept, removed } = figures.counts;
        const accounted = kept + Object.values(removed).reduce((sum, count) => sum + count, 0);
        const share = disagreement(sealing, stretches);
        return (
          findings.length > 0 &&
          isWhole &&
          touch &&
          raw === Math.max(0, figures.edges - 1) &&
          edges === figures.edges &&
          accounted === edges &&
          share >= 0 &&
          share <= 1
        );
      }),
      { numRuns: 300 },
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(gaps, fc.constantFrom<Level>(0, 1), (steps, start) => {
        const own = alternatingSeries(steps, start);
        const rises = own.timesUs.filter((_, i) => (i % 2 === 0) === (start === 0)).length;
        // at no price nothing vanishes; what is closed at the start has no rise that was seen
        return pulsesAt(own, 1e-6, 0) === rises + (start === 1 ? 1 : 0) && pulsesAt(own, 60, 0) <= 1;
      }),
    ),
  );
  t.end();
});

t.test("doctor signals judges the running daemon, a recording, and says when there is neither", async (t) => {
  const { env, folder } = await simulatedDaemon(t, "swapped", 30);
  const live = await sealtrace(["doctor", "signals", "--seconds", "45"], env);
  t.match(live, { status: 1, stderr: "" });
  t.match(live.stdout, /^LINE 1 \(line-1\) {3}watched \d+ s\n/);
  t.match(live.stdout, /fail {2}sealing +swapped/);
  const unknown = await sealtrace(["doctor", "signals", "--line", "line-4"], env);
  t.match(unknown, { status: 1, stdout: "", stderr: /no such line/ });
  t.equal((await sealtrace(["doctor", "signals", "--seconds", "0"], env)).status, 2);
  const recording = join(folder, "busy.csv");
  await sealtrace(["simulate", "busy", "--out", recording]);
  const judged = await sealtrace(["doctor", "signals", "--recording", recording, "--seconds", "120", "--json"]);
  t.equal(judged.status, 0);
  const { schema, lines } = JSON.parse(judged.stdout);
  t.equal(schema, "sealtrace/signal-check@1");
  t.match(lines, [{ line: "line-1", isPart: false, contacts: [{ channel: "availability" }, { channel: "sealing" }] }]);
  const [, sealing] = lines[0].contacts;
  t.match(sealing, { seconds: 120, closed: { count: 20 }, advice: [{ reason: "good" }, { reason: "good" }] });
  t.ok(sealing.words.length >= 3);
  const bad = await sealtrace(["doctor", "signals", "--recording", join(folder, "none.csv")]);
  t.match(bad, { status: 1, stdout: "", stderr: /none\.csv: there is no such file/ });
  const nobody = await sealtrace(["doctor", "signals"], { SEALTRACE_SOCKET_DIR: join(folder, "none") });
  t.match(nobody, { status: 1, stdout: "", stderr: /the daemon is not running|none/ });
  // with pins and without a daemon the pins are opened; here there are none
  writeFileSync(join(folder, "pins.toml"), '[[line]]\nchannels.sealing.pin = "NOT-HERE"\n');
  const pins = ["doctor", "signals", "--seconds", "1", "--config", join(folder, "pins.toml")];
  t.match(await sealtrace(pins, { SEALTRACE_SOCKET_DIR: join(folder, "none") }), { status: 1, stdout: "" });
});

const recordings = process.env.SEALTRACE_RECORDINGS ?? "";
const skip = existsSync(recordings) ? false : "SEALTRACE_RECORDINGS names no folder";
t.test("recordings of real machines are judged sound", { skip }, async (t) => {
  for (const name of ["nist-w1-three-products", "nist-w10-one-product", "nist-w2-changeover", "nist-w4-coarse-clock"]) {
    const file = join(recordings, `${name}.edges.csv`);
    const judged = await sealtrace(["doctor", "signals", "--recording", file, "--json"]);
    t.equal(judged.status, 0, name);
    const [{ contacts }] = JSON.parse(judged.stdout).lines;
    for (const { channel, findings, advice } of contacts) {
      t.ok(
        findings.every(({ verdict }: { verdict: string }) => SOUND.includes(verdict)),
        `${name} ${channel}`,
      );
      t.ok(
        advice.every(({ proposed }: { proposed: number | null }) => proposed === null),
        `${name} ${channel}`,
      );
    }
  }
});

t.test("a setting beside the range that counts the same is not said to be in it", (t) => {
  // the widest gap is that of 0.6 to 0.73 s; a limit of 1 s counts three of four hundred less, which is nothing to speak of
  const short = [0.6, 0.73, 0.85, 0.98, 1.12, 1.3, 1.5, 1.75, 2, 2.3];
  const lengths = [...short, ...Array.from({ length: 400 }, () => 2.4)];
  const sealing = contact(
    410 * 5,
    lengths.flatMap((seconds, i) => [i * 5 + 1, i * 5 + 1 + seconds]),
  );
  const [check] = checkSignals([{ channel: "sealing", series: sealing }], SETTINGS);
  const texts = contactFindings(check as NonNullable<typeof check>).map(({ text }) => text);
  for (const text of texts) {
    const [, now, from, to] = /Seconds (\S+) is good.*from (\S+) to (\S+) s/.exec(text) ?? [];
    if (from !== undefined) t.ok(Number(from) <= Number(now) && Number(now) <= Number(to), text);
  }
  t.match(texts.join("\n"), /minSealingTimeSeconds 1 is good/);
  t.end();
});
