import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { EdgeCsvWriter } from "../drivers/formats/edge-csv.ts";
import { VcdWriter } from "../drivers/formats/vcd-writer.ts";
import { InputError } from "../drivers/input-error.ts";
import { cutNotice, ignoredNotice } from "../drivers/notices.ts";
import { openReplay } from "../drivers/replay.ts";
import { driverContract, readAll, type SeenEdge } from "./driver-contract.ts";
import { isInOrder, writeFile } from "./edge-files.ts";

const NAMES = ["availability", "sealing", "recorder"];
const HEADER = "t_us,channel,level\n";
const START_US = Date.UTC(2026, 2, 2, 6) * 1000;
const EDGES: readonly SeenEdge[] = Array.from({ length: 200 }, (_, i) => ({
  timeUs: Math.floor(i / 3) * 1_000_000,
  channel: i % 3,
  level: (i & 1) as 0 | 1,
}));

/** Puts a file into a directory of its own and returns its path. */
function fileOf(t: Test, content: string | Buffer, name = "recording"): string {
  return join(t.testdir({ [name]: content }), name);
}

/** What comes out until the end or the fault, and how many reads said that more follows. */
async function readUntilFault(driver: Driver, ring: EdgeRing) {
  const seen: number[] = [];
  for (let reads = 0; ; reads++) {
    const more = await driver.read(ring).catch((error: unknown) => error);
    ring.drain((timeUs) => seen.push(timeUs));
    if (more !== true) return { seen, reads, last: more };
  }
}

const csv = writeFile(new EdgeCsvWriter(NAMES, { startWallUs: START_US }), EDGES);
const vcd = writeFile(new VcdWriter(NAMES, { startWallUs: START_US }), EDGES);
const dir = t.testdir({ csv, vcd });
for (const name of ["csv", "vcd"]) {
  driverContract(t, `replay of ${name}`, async () => ({
    driver: await openReplay(join(dir, name), NAMES),
    channels: NAMES.length,
    expected: EDGES,
  }));
}

t.test("the format is told by content, whatever the file is called", async (t) => {
  for (const content of [csv, vcd, Buffer.concat([Buffer.from("\ufeff \r\n\t"), vcd])]) {
    const replay = await openReplay(fileOf(t, content, "x.dat"), NAMES);
    t.equal(replay.startWallUs, START_US, "the wall time is known before the first read");
    t.same(await readAll(replay, 100), EDGES);
    t.same(replay.ignored, []);
    await replay.close();
  }
});

t.test("variables that are no channels are named", async (t) => {
  const replay = await openReplay(fileOf(t, vcd), ["sealing"]);
  t.same(replay.ignored, ["sealtrace.availability", "sealtrace.recorder"]);
  await replay.close();
});

t.test("a large file comes piece by piece, and progress follows", async (t) => {
  const edges = Array.from(
    { length: 200_000 },
    (_, i): SeenEdge => ({ timeUs: i * 1e6, channel: 1, level: (i & 1) as 0 }),
  );
  const replay = await openReplay(fileOf(t, writeFile(new EdgeCsvWriter(NAMES), edges)), NAMES);
  const ring = new EdgeRing(1000);
  const progress: number[] = [];
  let count = 0;
  while (await replay.read(ring)) {
    progress.push(replay.progress ?? Number.NaN);
    ring.drain((timeUs) => {
      if (timeUs !== count++ * 1e6) throw new Error(`edge ${count} is at ${timeUs} us`);
    });
  }
  t.equal(count, edges.length);
  t.ok(progress.length > 200);
  t.ok(
    progress.every((share, i) => share > (progress[i - 1] ?? 0) && share <= 1),
    "it only grows",
  );
  t.ok(Math.abs((progress[Math.floor(progress.length / 2)] as number) - 0.5) < 0.05, "half is half");
  t.equal(replay.progress, 1);
  await replay.close();
});

t.test("edges before a fault are delivered, then read rejects, again and again", async (t) => {
  const good = `${HEADER}1,sealing,0\n2,sealing,1\n3,sealing,0\n`;
  for (const [bad, message] of [
    ["4,sealing,2\n", /recording:5: level `2`/],
    ["2,sealing,1\n", /recording:5: time goes back from 3 to 2 us/],
    ["4,seal", /recording:5: the file is truncated/],
  ] as const)
    for (const capacity of [1, 2, 3, 4, 100]) {
      const replay = await openReplay(fileOf(t, good + bad), NAMES);
      const { seen, reads, last } = await readUntilFault(replay, new EdgeRing(capacity));
      t.same(seen, [1, 2, 3], `a ring of ${capacity}`);
      t.ok(reads > 0, "the good edges come first");
      t.ok(last instanceof InputError);
      t.match((last as Error).message, message);
      await t.rejects(replay.read(new EdgeRing(9)), last as Error, "and again");
      await replay.close();
    }
});

t.test("what cannot be opened is refused with a remedy", async (t) => {
  const dir = t.testdir({ empty: "", header: HEADER, ours: HEADER, binary: Buffer.alloc(5000) });
  const refused: readonly [string, RegExp][] = [
    ["missing", /missing: there is no such file; check the path/],
    [".", /is a directory; give a file/],
    ["empty/x", /cannot be read: ENOTDIR.*; check the path/],
    ["empty", /empty: the file is empty/],
    ["header", /header: a header but no rows/],
    ["binary", /binary:1: binary data, not text/],
    ["a\0b", /cannot be read: .*; check the file/],
  ];
  for (const [name, message] of refused) {
    const error = await openReplay(join(dir, name), NAMES).catch((error: unknown) => error);
    t.ok(error instanceof InputError, JSON.stringify(name));
    t.match((error as Error).message, message);
  }
});

t.test("a file that this user may not read", { skip: process.getuid?.() === 0 && "root may read all" }, async (t) => {
  const path = fileOf(t, csv);
  await chmod(path, 0);
  await t.rejects(openReplay(path, NAMES), /cannot be read: EACCES.*; give this user the right/);
});

t.test("a disk that fails", { skip: process.platform !== "linux" && "needs /proc" }, async (t) => {
  // Address 0 of a process is mapped nowhere: reading it gives EIO, like a bad sector.
  await t.rejects(openReplay("/proc/self/mem", NAMES), { name: "InputError", message: /cannot be read: EIO/ });
});

const recordings = process.env.SEALTRACE_RECORDINGS;
t.test(
  "recordings of real machines are read to their last row",
  { skip: recordings === undefined && "SEALTRACE_RECORDINGS does not name their directory" },
  async (t) => {
    const dir = recordings as string;
    const names = (await readdir(dir)).filter((name) => name.endsWith(".edges.csv"));
    t.ok(names.length > 0, "there are recordings");
    for (const name of names) {
      const replay = await openReplay(join(dir, name), ["availability", "sealing", "reject", "energy", "recorder"]);
      t.type(replay.startWallUs, "number", name);
      const seen = await readAll(replay, 64);
      t.ok(
        isInOrder(seen) && seen.length > 100,
        `${name}: ${seen.length} rows of ${(await stat(join(dir, name))).size} bytes`,
      );
      await replay.close();
    }
  },
);

t.test("a file without its last line end is read, and says so at its end", async (t) => {
  for (const file of [csv, vcd]) {
    for (const isCut of [false, true]) {
      const replay = await openReplay(fileOf(t, isCut ? file.subarray(0, -1) : file), NAMES);
      t.equal(replay.unterminated, false, "not known yet");
      t.same(await readAll(replay, 100), EDGES);
      t.equal(replay.unterminated, isCut);
      await replay.close();
    }
  }
  t.match(cutNotice("a\nb.csv"), /^a\\x0ab\.csv: the last line has no line end; [^\n]*$/);
});

t.test("the notice of left out variables is bounded and printable", (t) => {
  t.equal(ignoredNotice("a.vcd", ["D1", "D2"]), "a.vcd: ignored `D1`, `D2`, which the configuration does not name");
  const many = Array.from({ length: 5000 }, (_, i) => `\u001b[31m${"x".repeat(1000)}${i}`);
  const notice = ignoredNotice("a\u001b.vcd", many);
  t.match(notice, /^a\\x1b\.vcd: ignored `\\x1b\[31mx+\.\.\.`, .* and 4988 more, which/);
  t.ok(notice.length < 1000);
  t.notMatch(notice, /\p{C}/u);
  t.end();
});
