import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import t from "tap";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { ANSWER_BYTES, encodeFrame } from "../runtime/socket/frames.ts";
import { HELLO } from "../runtime/socket/messages.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { seededRandom } from "../scripts/torture/random.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { moved } from "./moved-times.ts";
import { startDaemon, until } from "./simulated-daemon.ts";

const CONFIG = `
timeZone = "UTC"
[[shift]]
name = "Early"
start = "06:00"
end = "09:00"
`;
const SHIFT = "2026-03-02/early";
/** MemoryMax of the service. */
const MOST_KILOBYTES = 320 * 1024;
// with ten that storm, five that talk garbage and three giants some fifty at once
const ASKING = 20;
const DEAF = 15;
const STORM = 400;
const GARBAGE_BYTES = 3000;

/** One that abuses a socket, until it is told to stop; tells how often it did. */
type Abuse = (path: string, isOver: () => boolean) => Promise<number>;

const hello = encodeFrame(HELLO, ANSWER_BYTES, "hello");
const asking = (id: number, name: string) => encodeFrame({ do: "call", id, name, params: {} }, ANSWER_BYTES, "request");
const watching = (id: number, name: string) =>
  encodeFrame({ do: "subscribe", id, name, params: {} }, ANSWER_BYTES, "request");

/** A connection whose end is nobody's fault; null when the daemon has no room for it. */
async function connected(path: string): Promise<Socket | null> {
  const socket = createConnection(path);
  socket.on("error", () => {});
  await Promise.race([new Promise<void>((resolve) => socket.once("connect", () => resolve())), closed(socket)]);
  return socket.destroyed ? null : socket;
}

/** Resolves when it is closed, for whatever reason. */
function closed(socket: Socket | null): Promise<void> {
  if (socket === null || socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Ask for everything, all the time, and read the answers. */
const ask: Abuse = async (path, isOver) => {
  let answers = 0;
  const one = async () => {
    const client = await SocketClient.connect({ folder: join(path, "..") });
    while (!isOver())
      for (const name of ["status", "status-screen", "shift", "report-text", "products", "interference"]) {
        await client.call(name).catch(() => {});
        answers++;
      }
    client.close();
  };
  await Promise.all(Array.from({ length: ASKING }, one));
  return answers;
};

/** Ask for large things and watch everything, and never read a byte. */
const neverRead: Abuse = async (path, isOver) => {
  const sockets = await Promise.all(Array.from({ length: DEAF }, () => connected(path)));
  for (const socket of sockets) {
    socket?.pause();
    socket?.write(Buffer.concat([hello, watching(1, "live"), watching(2, "shift"), watching(3, "edges")]));
    for (let id = 4; id < 200; id++) socket?.write(asking(id, "report-html"));
  }
  while (!isOver()) await turn();
  for (const socket of sockets) socket?.destroy();
  return sockets.length;
};

/** Come and go at once, some with a word and some without. */
const storm: Abuse = async (path, isOver) => {
  let times = 0;
  while (times < STORM && !isOver()) {
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connected(path)));
    for (const [i, socket] of sockets.entries()) {
      if (i % 3 === 0) socket?.write(Buffer.concat([hello, asking(1, "status")]));
      if (i % 2 === 0) socket?.destroy();
      else socket?.end();
    }
    times += sockets.length;
  }
  return times;
};

/** Bytes that mean nothing, with and without a hello before them. */
const garbage: Abuse = (path, isOver) => {
  const random = seededRandom(7);
  return manyTimes(5, isOver, async (i) => {
    const socket = await connected(path);
    if (i % 2 === 0) socket?.write(hello);
    socket?.end(Buffer.from(Array.from({ length: 1 + random(GARBAGE_BYTES) }, () => random(256))));
    socket?.resume();
    await closed(socket);
  });
};

/** Announce a frame of 1 GB, and send as much of it as is taken. */
const giant: Abuse = (path, isOver) =>
  manyTimes(3, isOver, async () => {
    const socket = await connected(path);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(2 ** 30);
    socket?.write(Buffer.concat([hello, header]));
    for (let i = 0; i < 64 && socket?.writable; i++) socket.write(Buffer.alloc(64 * 1024, 0x20));
    socket?.resume();
    await closed(socket);
  });

/** Several at a time, until it is over; how often in all. */
async function manyTimes(atOnce: number, isOver: () => boolean, one: (i: number) => Promise<void>): Promise<number> {
  let times = 0;
  const go = async () => {
    while (!isOver()) await one(times++);
  };
  await Promise.all(Array.from({ length: atOnce }, go));
  return times;
}

t.test("whatever clients do to a real daemon: every seal counts, memory is bounded, it answers", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const daemon = await startDaemon(t, { folder, speed: 2000 });
  const client = await SocketClient.connect({ folder: daemon.folder, door: "control" });
  t.teardown(() => client.close());
  let isOver = false;
  const path = join(daemon.folder, "status.sock");
  const abuses = [ask, neverRead, storm, garbage, giant].map((abuse) => abuse(path, () => isOver));
  const shifts = () => client.call("shifts") as Promise<{ readonly id: string; readonly state: string }[]>;
  await until(shifts, (all) => all.some(({ id, state }) => id === SHIFT && state === "final"));
  isOver = true;
  const times = await Promise.all(abuses);
  t.comment(`answers, deaf clients, storm, garbage, giants: ${times.join(", ")}`);
  t.ok(times.every((count) => count > 0));

  const peak = Number(
    /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${daemon.process.child.pid}/status`, "utf8"))?.[1],
  );
  t.comment(`peak of memory ${Math.round(peak / 1024)} MiB`);
  t.ok(peak < MOST_KILOBYTES);
  const { metrics } = (await client.call("status")) as ApplianceStatus;
  t.equal(metrics.lostEdges, 0);
  t.match((await sealtrace(["status"], daemon.env)).stdout, /^LINE 1 {3}/);

  const counted = (await client.call("shift", { shift: SHIFT })) as ShiftResult;
  const recording = join(folder, "demo.csv");
  await sealtrace(["simulate", "demo", "--out", recording]);
  const replay = await sealtrace(["replay", recording, "--config", join(folder, "config.toml"), "--json"]);
  const { maintenance: _maintenance, ...expected } = JSON.parse(replay.stdout).shifts[0];
  t.same(
    moved(counted, -Date.UTC(2026, 2, 2, 6) * 1000),
    expected,
    "the same as the undisturbed replay, to the last digit",
  );
  t.ok(counted.seals > 1500);
});
