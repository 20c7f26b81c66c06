import t from "tap";
import { OtherReadings } from "../algorithms/other-readings.ts";
import { CHANNEL_KINDS, type Level, type Seal } from "../algorithms/signal.ts";
import { defaultConfig, type LineConfig } from "../runtime/config.ts";
import { LineContacts } from "../runtime/line-contacts.ts";

const MS = 1000;

/** Feeds edges given in milliseconds, each the opposite of the one before, beginning with a rise. */
function readingsOf(edgesMs: readonly number[]): OtherReadings {
  const readings = new OtherReadings();
  readings.edge(0, 0);
  edgesMs.forEach((ms, i) => {
    readings.edge(ms * MS, ((i + 1) % 2) as Level);
  });
  return readings;
}

function seal(onMs: number, offMs: number): Seal {
  return { onUs: onMs * MS, offUs: offMs * MS, sealingTimeSeconds: (offMs - onMs) / 1000 };
}

t.test("a clean seal has no other reading, bounce and glitches make none", (t) => {
  t.same(readingsOf([1000, 3400]).of(seal(1000, 3400), 0, 8e6), []);
  t.same(readingsOf([1000, 1008, 1012, 3400, 3404, 3410]).of(seal(1000, 3410), 0, 8e6), []);
  t.same(readingsOf([1000, 2000, 2020, 3400]).of(seal(1000, 3400), 0, 8e6), []);
  t.end();
});

t.test("a contact that was found closed began nobody knows when, and says nothing of the next seal", (t) => {
  const line = defaultConfig().line[0] as LineConfig;
  const told: string[] = [];
  const contacts = new LineContacts(line, ({ kind }) => told.push(kind));
  const sealing = CHANNEL_KINDS.indexOf("sealing");
  contacts.begin(0);
  [0, 500, 4000, 6400, 10_000, 12_400, 16_000].forEach((ms, i) => {
    contacts.edge(ms * MS, sealing, (i % 2 === 0 ? 1 : 0) as Level, false);
  });
  contacts.finish(20_000 * MS);
  t.ok(told.includes("seal"));
  t.notOk(told.includes("doubt"));
  t.end();
});

t.test("an end cut off by a drop-out as long as itself", (t) => {
  // closed 1000-3400, but 2200-2900 was lost: the filter ends the pulse at 2200
  const readings = readingsOf([1000, 2200, 2900, 3400]);
  t.same(readings.of(seal(1000, 2200), 0, 8e6), [2.4]);
  t.end();
});

t.test("a start cut off the same way", (t) => {
  const readings = readingsOf([1000, 1500, 2100, 3400]);
  t.same(readings.of(seal(2100, 3400), 0, 8e6), [2.4]);
  t.end();
});

t.test("a spurious pulse glued to the end", (t) => {
  // closed 1000-3400, opened for 60 ms, then 600 ms of interference
  const readings = readingsOf([1000, 3400, 3460, 4060]);
  const found = readings.of(seal(1000, 4060), 0, 8e6);
  t.ok(found.includes(2.4));
  t.end();
});

t.test("a drop-out right after the contact has bounced shut", (t) => {
  // closed 1000-3400, bouncing until 1009, then lost until 1557: the filter begins the pulse there
  const readings = readingsOf([1000, 1002, 1007, 1009, 1557, 3400]);
  t.same(readings.of(seal(1557, 3400), 0, 8e6), [2.4]);
  // a stray glitch is no bounce, and a bounce of long ago is another pulse's
  t.same(readingsOf([1000, 1009, 1557, 3400]).of(seal(1557, 3400), 0, 8e6), []);
  t.same(readingsOf([700, 702, 707, 709, 1557, 3400]).of(seal(1557, 3400), 0, 8e6), []);
  t.end();
});

t.test("a spurious pulse right after the contact has opened", (t) => {
  // opened at 3400 for 9 ms only, then closed by interference until 3900
  const readings = readingsOf([1000, 3400, 3409, 3900, 8000]);
  t.same(readings.of(seal(1000, 3900), 0, 8e6), [2.4]);
  t.same(readingsOf([1000, 3000, 3009, 3900, 8000]).of(seal(1000, 3900), 0, 8e6), [], "too long ago");
  t.end();
});

t.test("stretches of neighbouring seals are not readings of this one", (t) => {
  const readings = readingsOf([1000, 3400, 8000, 10_400, 15_000, 17_400]);
  t.same(readings.of(seal(8000, 10_400), 3.4e6, 15e6), []);
  t.end();
});

t.test("after a cut nothing before it counts; a saved state goes on alike", (t) => {
  const readings = readingsOf([1000, 2200, 2900, 3400]);
  const copy = OtherReadings.restore(JSON.parse(JSON.stringify(readings.save())));
  t.same(copy.of(seal(1000, 2200), 0, 8e6), [2.4]);
  readings.cut();
  t.same(readings.of(seal(1000, 2200), 0, 8e6), []);
  t.end();
});
