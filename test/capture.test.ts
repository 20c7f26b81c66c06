import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import t from "tap";
import { ContactFilter } from "../algorithms/contact-filter.ts";
import type { Level } from "../algorithms/signal.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { openReplay } from "../drivers/replay.ts";
import { EdgeRecord, type RecordRow } from "../runtime/cli/capture/edge-record.ts";
import type { EdgeBatch } from "../runtime/daemon/edge-feed.ts";
import { sealtrace } from "./commands.ts";
import { feedOfOneLine, simulatedDaemon } from "./live-contacts.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));
const NAMES = ["availability", "sealing", "recorder", "availability_filtered", "sealing_filtered"];

/** Every row of a recording, by channel. */
async function rowsOf(path: string, names = NAMES): Promise<Map<string, [number, Level][]>> {
  const driver = await openReplay(path, names);
  const ring = new EdgeRing(1 << 15);
  const rows = new Map<string, [number, Level][]>(names.map((name) => [name, []]));
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) => {
      rows.get(names[channel] as string)?.push([timeUs, level]);
    });
  }
  await driver.close();
  return rows;
}

function changesOf(rows: readonly [number, Level][]): [number, Level][] {
  return rows.filter(([, level], i) => i > 0 && rows[i - 1]?.[1] !== level);
}

t.test(
  "a capture is a recording: raw edges that replay reads, and beside them what the filter makes of them",
  async (t) => {
    const { env } = await simulatedDaemon(t, "hostile", 50);
    const out = join(t.testdir(), "out.vcd");
    const said = await sealtrace(["capture", "--seconds", "60", out], env);
    t.match(said, { status: 0, stdout: "", stderr: /out\.vcd: 60\.0 s, [\d,]+ edges\n$/ });
    const rows = await rowsOf(out);
    const raw = rows.get("sealing") ?? [];
    const lasts = [...rows.values()].map((own) => own.at(-1)?.[0] ?? 0);
    t.equal(Math.max(...lasts), 60_000_000, "it is as long as it says");
    t.ok(raw.length > 200);
    t.ok(
      raw.every(([, level], i) => i === 0 || i === raw.length - 1 || level !== raw[i - 1]?.[1]),
      "every row is an edge, but the first and the last",
    );
    const filter = new ContactFilter(250_000);
    const mine: [number, Level][] = [];
    for (const [timeUs, level] of raw) if (filter.push(timeUs, level)) mine.push([filter.changeUs, filter.level]);
    // where the recording began in the middle of something, the daemon knew more than the recording can
    const after = (changes: readonly [number, Level][]) => changes.filter(([timeUs]) => 5e6 < timeUs && timeUs < 55e6);
    t.same(after(changesOf(rows.get("sealing_filtered") ?? [])), after(mine), "filtered as replay would filter");
    t.ok(after(mine).length > 4);
    const replayed = await sealtrace(["replay", out, "--json"]);
    t.equal(replayed.status, 0);
    const [shift] = JSON.parse(replayed.stdout).shifts;
    t.equal(shift.endUs, 60_000_000);
    t.ok(shift.seals >= 5);
  },
);

t.test("a CSV holds the raw edges only, as the exchange format has it", async (t) => {
  const { env } = await simulatedDaemon(t, "busy", 100);
  const out = join(t.testdir(), "out.csv");
  t.match(await sealtrace(["capture", out, "--seconds", "50"], env), { status: 0 });
  const lines = readFileSync(out, "utf8").trim().split("\n");
  t.match(lines.slice(0, 2), [/^# start=2026-03-02T06:/, "t_us,channel,level"]);
  t.ok(lines.slice(2).every((line) => /^\d+,(availability|sealing|recorder),[01]$/.test(line)));
  t.match(lines.at(-1), /^50000000,/);
  t.equal((await sealtrace(["replay", out])).stderr, "");
});

/** Starts a capture and waits until its unfinished file is there. */
async function capturing(dir: string, env: Readonly<Record<string, string>>) {
  const events = watch(dir);
  const child = spawn(process.execPath, [MAIN, "capture", "out.vcd", "--seconds", "100000"], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = outcome(child);
  for await (const { filename } of events) if (filename?.endsWith(".part")) break;
  return { child, ended };
}

async function outcome(child: ChildProcess) {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stderr };
}

t.test(
  "a signal, or a daemon that ends, ends a capture: what was recorded is kept whole, and it is said",
  async (t) => {
    const daemon = await simulatedDaemon(t, "busy", 200);
    const dir = t.testdir();
    const out = join(dir, "out.vcd");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const { child, ended } = await capturing(dir, daemon.env);
      // by the time another program has listened for a while, this one has as well
      await sealtrace(["inputs", "--json", "--seconds", "0.5"], daemon.env);
      child.kill(signal);
      t.match(await ended, { status: 0, stderr: /stopped; out\.vcd: [\d.]+ s, [\d,]+ edges/ });
      t.same(readdirSync(dir), ["out.vcd"]);
      t.equal((await sealtrace(["replay", out])).status, 0);
    }
    const { ended } = await capturing(dir, daemon.env);
    await sealtrace(["inputs", "--json", "--seconds", "0.5"], daemon.env);
    await daemon.process.kill();
    t.match(await ended, {
      status: 1,
      stderr: /^sealtrace: out\.vcd: the daemon ended after [\d.]+ s .*holds what came/,
    });
    t.same(readdirSync(dir), ["out.vcd"]);
    t.equal((await sealtrace(["replay", out])).status, 0);
  },
);

t.test("nothing is left where nothing could be recorded", async (t) => {
  const { env } = await simulatedDaemon(t, "hostile", 500);
  const dir = t.testdir();
  const out = join(dir, "out.vcd");
  t.match(await sealtrace(["capture", out], { SEALTRACE_SOCKET_DIR: dir }), { status: 1, stderr: /status\.sock/ });
  t.match(await sealtrace(["capture", join(dir, "out.txt")], env), { status: 1, stderr: /\.vcd .* or \.csv/ });
  t.match(await sealtrace(["capture", join(dir, "no", "out.vcd")], env), { status: 1, stderr: /ENOENT/ });
  t.match(await sealtrace(["capture", out, "--line", "line-7"], env), { status: 1, stderr: /no such line/ });
  t.equal((await sealtrace(["capture", out, "--seconds", "-1"], env)).status, 2);
  t.equal((await sealtrace(["capture"], env)).status, 2);
  const full = spawnSync(
    "bash",
    [
      "--norc",
      "-c",
      `ulimit -f 16; exec env -u NODE_OPTIONS -u NODE_V8_COVERAGE ${process.execPath} ${MAIN} capture out.vcd --seconds 5000`,
    ],
    {
      cwd: dir,
      env: { PATH: process.env.PATH, ...env },
      encoding: "utf8",
    },
  );
  t.match(full, {
    status: 1,
    stderr: /^sealtrace: out\.vcd: cannot be written \(EFBIG\); give a place with room for it\n$/,
  });
  t.same(readdirSync(dir), []);
});

t.test("nobody watches longer than a timer runs", async (t) => {
  const [out, seconds] = [join(t.testdir(), "out.csv"), "3e6"];
  for (const command of [
    ["capture", out],
    ["inputs", "--once"],
    ["doctor", "signals"],
  ])
    t.match(await sealtrace([...command, "--seconds", seconds]), {
      status: 2,
      stderr: /'3e6' is invalid\. Give 1728000 s/,
    });
  t.match(await sealtrace(["setup", "--watch", seconds]), { status: 2, stderr: /twenty days/ });
});

t.test("whatever the contacts do, a record has every edge in order", (t) => {
  const steps = fc.array(
    fc.record({
      after: fc.integer({ min: 1, max: 3_000_000 }),
      channel: fc.constantFrom(0, 1, 4),
      level: fc.constantFrom<Level>(0, 1),
      take: fc.boolean(),
    }),
    { maxLength: 120 },
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (moves) => {
        const { feed, contacts, appliance } = feedOfOneLine();
        for (const channel of [0, 1]) contacts.edge(1000, channel, 0, false);
        appliance.nowUs = 1000;
        let asked: { toJSON(): EdgeBatch } | null = null;
        feed.listen(null, (batch) => {
          asked = batch;
        });
        const next = () => (asked as unknown as { toJSON(): EdgeBatch }).toJSON();
        const record = new EdgeRecord(next(), null, true);
        const rows: RecordRow[] = [];
        const driven: [number, number, Level][] = [];
        const levels = new Map([
          [0, 0],
          [1, 0],
        ]);
        let timeUs = 1000;
        for (const { after, channel, level, take } of moves) {
          timeUs += after;
          appliance.nowUs = timeUs;
          contacts.edge(timeUs, channel, level, false);
          if (channel !== 4 && levels.get(channel) !== level) driven.push([timeUs - 1000, channel, level]);
          if (channel !== 4) levels.set(channel, level);
          if (take) rows.push(...record.take(next()));
        }
        rows.push(...record.take(next()), ...record.end());
        const isOrdered = rows.every((row, i) => i === 0 || row.timeUs >= (rows[i - 1]?.timeUs ?? 0));
        const raw = rows.slice().filter(({ name, timeUs: at }) => name < 2 && at > 0);
        const seen = raw.map(({ timeUs: at, name, level }) => [at, name, level] as const);
        return isOrdered && JSON.stringify(seen) === JSON.stringify(driven);
      }),
      { numRuns: 200 },
    ),
  );
  t.end();
});

t.test("edges that were dropped are a hole of the recorder, with the levels behind it", (t) => {
  const { feed, contacts, appliance } = feedOfOneLine();
  contacts.edge(1000, 1, 0, false);
  appliance.nowUs = 1000;
  const asked: { toJSON(): EdgeBatch }[] = [];
  feed.listen(null, (batch) => asked.push(batch));
  const first = asked[0]?.toJSON() as EdgeBatch;
  const record = new EdgeRecord(first, null, false);
  t.same(record.names, ["sealing", "recorder"]);
  const batch: EdgeBatch = {
    ...first,
    nowUs: 9_000_000,
    lines: first.lines.map((line) => ({
      ...line,
      decidedUntilUs: 9_000_000,
      channels: line.channels.map((channel) => ({ ...channel, raw: 1 as const })),
    })),
    edges: { timesUs: [2_000_000], lines: [0], channels: ["sealing"], levels: [1] },
    dropped: 77,
  };
  const rows = [...record.take(batch), ...record.end()].map(({ timeUs, name, level }) => [timeUs, name, level]);
  t.same(rows, [
    [0, 0, 0],
    [0, 1, 1],
    [1_999_000, 0, 1],
    [1_999_000, 1, 0],
    [8_999_000, 0, 1],
    [8_999_000, 1, 1],
  ]);
  t.equal(record.dropped, 77);
  t.end();
});
