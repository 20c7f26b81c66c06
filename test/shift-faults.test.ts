import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Calendar } from "../runtime/calendar.ts";
import { type Config, defaultConfig, loadConfig } from "../runtime/config.ts";
import type { Appliance } from "../runtime/daemon/appliance.ts";
import { Edits } from "../runtime/daemon/edits.ts";
import type { Note } from "../runtime/daemon/notes.ts";
import { CallParams } from "../runtime/daemon/params.ts";
import type { Views } from "../runtime/daemon/views.ts";
import type { WatchedLine } from "../runtime/daemon/watched-line.ts";
import { CalendarPlan } from "../runtime/shift-plan.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { sealtrace } from "./commands.ts";

const DAY_US = 86_400_000_000;
const NEW_YEAR_US = Date.UTC(2026, 0, 1) * 1000;
const AUTHOR = { by: "me", atUs: 0, why: "" };
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Every day from 06:00 to 14:00, but for so many days from 2026-01-01 on. */
function closedFor(days: number): Config {
  const holidays = Array.from({ length: days }, (_, i) =>
    new Date((NEW_YEAR_US + i * DAY_US) / 1000).toISOString().slice(0, 10),
  );
  const shift = [{ name: "A", start: "06:00", end: "14:00", days: [...DAYS], breaks: [] }];
  return { ...defaultConfig(), shift, holidays };
}

t.test("after as many holidays in a row as there may be, shifts go on", (t) => {
  const calendar = new Calendar(closedFor(1000), "line-1");
  const firstUs = NEW_YEAR_US + 1000 * DAY_US + 6 * 3_600_000_000;
  t.equal(calendar.previous(NEW_YEAR_US + 500 * DAY_US)?.id, "2025-12-31/a");
  t.equal(calendar.next(NEW_YEAR_US)?.startUs, firstUs);
  t.equal(calendar.nextBoundary(NEW_YEAR_US), firstUs);
  const plan = new CalendarPlan(calendar, NEW_YEAR_US);
  const between = plan.windowAt(70 * DAY_US);
  t.match(between, { id: "2025-12-31/a-after", date: "2025-12-31", kind: "unscheduled" });
  t.equal(between.untilUs, firstUs - 3_600_000_000 - NEW_YEAR_US);
  t.same(plan.windowAt(400 * DAY_US), between);
  t.equal(plan.windowAt(firstUs - NEW_YEAR_US).kind, "shift");
  t.end();
});

function written(t: Test, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config.toml");
  writeFileSync(file, text);
  return file;
}

t.test("a shift cannot be named as production outside another one is", (t) => {
  const shift = (name: string, start: string, end: string) =>
    `[[shift]]\nname = "${name}"\nstart = "${start}"\nend = "${end}"\n`;
  const after = written(t, shift("A", "06:00", "08:00") + shift("a After", "18:00", "20:00"));
  t.throws(() => loadConfig(after), { message: /shift\.1\.name: `a After` .* give it another name/ });
  const before = written(t, shift("A-before", "06:00", "08:00") + shift("A", "18:00", "20:00"));
  t.throws(() => loadConfig(before), { message: /shift\.0\.name: `A-before`/ });
  t.equal(loadConfig(written(t, shift("After", "06:00", "08:00") + shift("A", "18:00", "20:00"))).shift.length, 2);
  t.end();
});

t.test("config check does not say that there are no shifts when none is near", async (t) => {
  const shift = '[[shift]]\nname = "A"\nstart = "06:00"\nend = "14:00"\n';
  const days = Array.from({ length: 20 }, (_, i) => new Date(Date.now() + (i - 5) * 86_400_000));
  const holidays = JSON.stringify(days.map((day) => day.toISOString().slice(0, 10)));
  const near = await sealtrace(["config", "check", written(t, `holidays = ${holidays}\n${shift}`)]);
  t.match(near.stdout, /no shift starts in the coming week/);
  const none = await sealtrace(["config", "check", written(t, "")]);
  t.match(none.stdout, /a recording is one shift/);
});

interface Desk {
  readonly edits: Edits;
  readonly line: WatchedLine;
  readonly notes: Note[];
  /** Why the store cannot be written. */
  readonly store: { fault: string | null };
}

/** Edits of a line that has made 100 units of P1 in its shift. */
function desk(): Desk {
  const notes: Note[] = [];
  const store: Desk["store"] = { fault: null };
  const units = () =>
    notes.reduce(
      (sum, n) => sum + (n.note === "correction" && n.correction.kind === "units" ? n.correction.units : 0),
      100,
    );
  const appliance = {
    store: { metrics: () => store },
    notes: {
      add: async (note: Note) => notes.push(note),
      productEdits: () => notes.flatMap((note) => (note.note === "product" ? [note.edit] : [])),
      corrections: () => notes.flatMap((note) => (note.note === "correction" ? [note.correction] : [])),
    },
  };
  const shift = () => ({ id: "s", line: "line-1", products: [{ id: "P1", units: units() }] }) as unknown as ShiftResult;
  const shifts = { products: () => [{ number: 1, sealingTimeSeconds: 2.42, seals: 100 }] };
  const [config] = defaultConfig().line;
  const line = { keeper: { settings: { line: config }, pipeline: { shifts } } } as unknown as WatchedLine;
  const views = { shift: async () => shift() } as unknown as Views;
  return { edits: new Edits(appliance as unknown as Appliance, views), line, notes, store };
}

t.test("what is split off has a number that no product found later will have", async (t) => {
  const { edits, line } = desk();
  t.equal(await edits.splitProduct(line, "P1", 2.5, AUTHOR), "P1001");
  t.equal(await edits.splitProduct(line, "P1", 2.6, AUTHOR), "P1002");
});

t.test("no more can be taken back than was entered, or taken away than was made", async (t) => {
  const { edits, line, notes } = desk();
  await t.rejects(edits.scrap(line, null, null, -1, AUTHOR), { message: /0 units of scrap were entered so far/ });
  await edits.scrap(line, null, null, 5, AUTHOR);
  await t.rejects(edits.scrap(line, null, "P1", -5, AUTHOR), { message: /0 units of scrap/ });
  await t.rejects(edits.scrap(line, null, null, -6, AUTHOR), { message: /5 units of scrap/ });
  await edits.scrap(line, null, null, -5, AUTHOR);
  await edits.correctUnits(line, null, "P1", -60, AUTHOR);
  await t.rejects(edits.correctUnits(line, null, "P1", -41, AUTHOR), { message: /only 40 were made/ });
  await edits.correctUnits(line, null, "P1", -40, AUTHOR);
  t.equal(notes.length, 4);
});

t.test("settings keep the range that the configuration has, texts their line", async (t) => {
  const { edits, line, notes } = desk();
  await t.rejects(edits.setProduct(line, "P1", { idealCycleSeconds: 1e-300 }, AUTHOR), { message: /0\.01 to 7200/ });
  await t.rejects(edits.nameProduct(line, "P1", "a\u2028b", AUTHOR), { message: /control characters/ });
  t.equal(notes.length, 0);
});

t.test("reasons and authors are short and printable, and may be missing", (t) => {
  const params = new CallParams({ why: "x".repeat(200), by: "a\u001b[2Jb", far: "x".repeat(201) });
  t.equal(params.remark("why", 200).length, 200);
  t.equal(params.remark("none", 200), "");
  t.throws(() => params.remark("by", 60), { message: /by: .*control characters/ });
  t.throws(() => params.remark("far", 200), { message: /far: is too long/ });
  t.end();
});

t.test("nothing is entered while the disk does not work: it would wait, and be entered twice", async (t) => {
  const { edits, line, notes, store } = desk();
  store.fault = "no space left";
  await t.rejects(edits.scrap(line, null, "P1", 5, AUTHOR), {
    message: /store: cannot be written.*nothing was entered/,
  });
  await t.rejects(edits.nameProduct(line, "P1", "Tray", AUTHOR), { message: /nothing was entered/ });
  t.equal(notes.length, 0);
  store.fault = null;
  await edits.scrap(line, null, "P1", 5, AUTHOR);
  t.equal(notes.length, 1);
});
