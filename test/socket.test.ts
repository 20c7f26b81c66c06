import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import t, { type Test } from "tap";
import { InputError } from "../drivers/input-error.ts";
import type { SocketServices } from "../runtime/socket/connection.ts";
import { type Door, socketFolder, socketPath } from "../runtime/socket/doors.ts";
import { ANSWER_BYTES, encodeFrame, FrameReader, REQUEST_BYTES } from "../runtime/socket/frames.ts";
import { HELLO } from "../runtime/socket/messages.ts";
import { explainNoConnection } from "../runtime/socket/no-connection.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { SocketServer } from "../runtime/socket/socket-server.ts";

const NEVER = new Promise<never>(() => {});
const frameOf = (message: object) => encodeFrame(message, ANSWER_BYTES, "test");
const bytesOf = (text: string | Uint8Array) => {
  const body = Buffer.from(text);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
};

/** A folder with a short path, which the folders of `t.testdir` need not have. */
function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A daemon's server with a few calls and topics, and what happened to it. */
class Daemon {
  readonly faults: string[] = [];
  readonly publishers = new Map<string, (value: unknown) => void>();
  readonly released: string[] = [];
  readonly written: unknown[] = [];
  server!: SocketServer;
  onRelease: () => void = () => {};
  onNote: () => void = () => {};

  async start(t: Test, folder: string): Promise<SocketServer> {
    this.server = await SocketServer.listen(folder, this.#services());
    t.teardown(() => this.server.close());
    return this.server;
  }

  #services(): SocketServices {
    const reading = (handler: (params: Record<string, unknown>) => unknown) => ({ handler, writes: false });
    return {
      calls: {
        echo: reading((params) => ({ ...params })),
        note: reading(() => this.onNote()),
        slow: reading(async ({ n }) => n),
        refuse: reading(() => {
          throw new InputError({ source: "shift", at: 3, problem: "no such shift", remedy: "give another\u001b[2J" });
        }),
        fail: reading(() => {
          throw new Error("secret");
        }),
        cycle: reading(() => {
          const value: unknown[] = [];
          value.push(value);
          return value;
        }),
        nothing: reading(() => undefined),
        large: reading(({ bytes }) => "x".repeat(Number(bytes))),
        hang: reading(() => NEVER),
        name: { handler: (params) => this.written.push({ ...params }), writes: true },
      },
      topics: {
        live: ({ key }, publish) => {
          this.publishers.set(String(key), publish);
          publish("first");
          return () => {
            this.released.push(String(key));
            this.onRelease();
          };
        },
        sour: () => {
          throw new InputError({ source: "line-9", problem: "no such line", remedy: "name another" });
        },
        broken: () => () => {
          throw new Error("cannot stop");
        },
      },
      onFault: (error, place) => this.faults.push(`${place}: ${error}`),
    };
  }
}

/** A client that says what it likes. */
class Raw {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  readonly #reader = new FrameReader(ANSWER_BYTES, "daemon");
  readonly #replies: Record<string, unknown>[] = [];
  #wake: () => void = () => {};

  constructor(folder: string, door: Door = "status") {
    this.socket = createConnection(socketPath(folder, door));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.socket.once("close", () => this.#wake());
  }

  /** Says hello without ever reading. */
  greet(): this {
    this.socket.write(frameOf(HELLO));
    return this;
  }

  send(...messages: readonly object[]): this {
    for (const message of messages) this.socket.write(frameOf(message));
    return this;
  }

  read(): this {
    this.socket.on("data", (chunk) => {
      this.#reader.push(chunk as Buffer);
      for (let frame = this.#reader.next(); frame !== null; frame = this.#reader.next())
        this.#replies.push(JSON.parse(frame.toString()));
      this.#wake();
    });
    return this;
  }

  /** The next reply, null when the connection was closed before one. */
  async next(): Promise<Record<string, unknown> | null> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply !== undefined) return reply;
      if (this.socket.destroyed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Says something after the hello and tells the last fault before the daemon closed. */
async function faultAfter(folder: string, ...pieces: readonly (object | Buffer)[]): Promise<string> {
  const raw = new Raw(folder).read();
  let fault = "none";
  for (const piece of pieces) raw.socket.write(Buffer.isBuffer(piece) ? piece : frameOf(piece));
  for (let reply = await raw.next(); reply !== null; reply = await raw.next())
    if (reply.is === "fault") fault = `${reply.id}: ${(reply.fault as { problem: string }).problem}`;
  return fault;
}

const call = (name: unknown, params: unknown = {}, id: unknown = 1) => ({ do: "call", id, name, params });
const subscribe = (id: number, key: string) => ({ do: "subscribe", id, name: "live", params: { key } });

/** A client that keeps what it was told. */
async function listen(client: SocketClient, key: string, until: (value: unknown) => boolean): Promise<unknown[]> {
  const values: unknown[] = [];
  return new Promise((resolve, reject) => {
    const onValue = (value: unknown) => {
      values.push(value);
      if (until(value)) resolve(values);
    };
    client.subscribe("live", { key }, { onValue, onEnd: reject });
  });
}

async function connect(t: Test, folder: string, door: Door = "status"): Promise<SocketClient> {
  const client = await SocketClient.connect({ folder, door });
  t.teardown(() => client.close());
  return client;
}

/** Keeps the timers set from now on until `fire`, which runs them all. */
function heldTimers(t: Test): { readonly fire: () => void; readonly count: () => number } {
  const { setTimeout, clearTimeout } = globalThis;
  const held = new Map<unknown, () => void>();
  t.teardown(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  Object.assign(globalThis, {
    setTimeout: (run: () => void) => {
      const id = {};
      held.set(id, run);
      return id;
    },
    clearTimeout: (id: NodeJS.Timeout) => {
      if (!held.delete(id)) clearTimeout(id);
    },
  });
  return {
    fire: () => {
      for (const run of [...held.values()]) run();
    },
    count: () => held.size,
  };
}

t.test("calls are answered, in order, with every kind of value", async (t) => {
  const folder = shortFolder(t);
  const { metrics: before } = await new Daemon().start(t, folder);
  const client = await connect(t, folder);
  t.equal(before.clients, 0);
  const params = { text: 'Käse\n"[{', number: -1.5e-7, yes: true, nothing: null };
  t.same(await client.call("echo", params), params);
  t.equal(await client.call("nothing"), null);
  t.same(await Promise.all([1, 2, 3].map((n) => client.call("slow", { n }))), [1, 2, 3]);
  t.equal(String(await client.call("large", { bytes: 15e6 })).length, 15e6, "an answer may be long");
});

t.test("an input error comes over with its place and remedy; anything else stays in the daemon's log", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const client = await connect(t, folder);
  const refused = await client.call("refuse").catch((error) => error);
  t.ok(refused instanceof InputError);
  t.equal(
    (refused as InputError).message,
    "shift:3: no such shift; give another\\x1b[2J",
    "and cannot move the cursor",
  );
  const internal = "internal error; see journalctl -u sealtrace";
  await t.rejects(client.call("fail"), { message: `fail: ${internal}` });
  await t.rejects(client.call("cycle"), { message: `cycle: ${internal}` });
  t.match(daemon.faults, [/^fail: Error: secret$/, /^cycle: TypeError: /]);
  await t.rejects(client.call("large", { bytes: 17e6 }), { message: /^large: 17000\d\d\d bytes in a frame/ });
  await t.rejects(client.call("echo", { text: "x".repeat(REQUEST_BYTES) }), {
    message: /^request: \d+ bytes in a frame/,
  });
  t.same(await client.call("echo", { still: "here" }), { still: "here" });
});

t.test("writing calls are answered at the control socket only, reading ones at both", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const [looker, member] = [await connect(t, folder), await connect(t, folder, "control")];
  await t.rejects(looker.call("name", { id: "P1" }), { message: /^name: this socket only looks; use the control/ });
  t.same(daemon.written, []);
  await member.call("name", { id: "P1" });
  t.same(daemon.written, [{ id: "P1" }]);
  t.same(await member.call("echo", { a: 1 }), { a: 1 });
  t.same(await looker.call("echo", { a: 1 }), { a: 1 }, "being refused does not end a connection");
  t.equal(statSync(join(folder, "status.sock")).mode & 0o777, 0o666);
  t.equal(statSync(join(folder, "control.sock")).mode & 0o777, 0o660);
});

t.test("two clients get their own values; the daemon is told when each has gone", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const [a, b] = [await connect(t, folder), await connect(t, folder)];
  const heardA = listen(a, "a", (value) => value === 2);
  const heardB = listen(b, "b", (value) => value === 3);
  await Promise.all([a.call("nothing"), b.call("nothing")]);
  daemon.publishers.get("a")?.(2);
  daemon.publishers.get("b")?.({ deep: [1, null] });
  daemon.publishers.get("b")?.(3);
  t.same(
    [await heardA, await heardB],
    [
      ["first", 2],
      ["first", { deep: [1, null] }, 3],
    ],
  );
  const gone = new Promise<void>((resolve) => {
    daemon.onRelease = resolve;
  });
  a.close();
  await gone;
  t.same(daemon.released, ["a"]);
  t.doesNotThrow(() => daemon.publishers.get("a")?.(4), "a publisher need not know");
});

t.test("after unsubscribing no value comes, and the place is free", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const client = await connect(t, folder);
  const ignore = { onValue: () => t.fail("a value after the end"), onEnd: () => t.fail("an end of one's own") };
  for (let i = 0; i < 40; i++) client.subscribe("live", { key: "k" }, ignore)();
  await client.call("nothing");
  daemon.publishers.get("k")?.(1);
  await client.call("nothing");
  t.equal(daemon.released.length, 40);
});

t.test("a topic may refuse, and faults of a topic do not reach other subscriptions", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const client = await connect(t, folder);
  const ended = (name: string, then: (stop: () => void) => void = () => {}) =>
    new Promise<InputError>((onEnd) => then(client.subscribe(name, { key: "x" }, { onValue: () => {}, onEnd })));
  t.equal((await ended("sour")).message, "line-9: no such line; name another");
  ended("broken", (stop) => stop());
  await client.call("nothing");
  t.same(daemon.faults, ["broken: Error: cannot stop"]);
  const spoilt = ended("live");
  await client.call("nothing");
  daemon.publishers.get("x")?.(1n);
  t.match((await spoilt).message, /internal error/);
  await client.call("nothing");
  t.match(daemon.faults[1], /^socket: TypeError/, "a value that is no JSON spares the publisher");
  t.same(daemon.released, ["x"]);
});

t.test("50 clients at once", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  const server = await daemon.start(t, folder);
  const clients = await Promise.all(Array.from({ length: 50 }, () => connect(t, folder)));
  const heard = clients.map((client, i) => listen(client, `${i}`, (value) => value === `last ${i}`));
  const answers = clients.flatMap((client, i) => [1, 2, 3, 4].map((n) => client.call("slow", { n: 10 * i + n })));
  t.same(
    await Promise.all(answers),
    clients.flatMap((_, i) => [1, 2, 3, 4].map((n) => 10 * i + n)),
  );
  for (const [key, publish] of daemon.publishers) publish(`last ${key}`);
  t.ok((await Promise.all(heard)).every((values, i) => values.at(-1) === `last ${i}`));
  t.match(server.metrics, { clients: 50, accepted: 50, calls: 200, turnedAway: 0 });
});

t.test("the 65th client is told so, and the control socket has places of its own", async (t) => {
  const folder = shortFolder(t);
  const server = await new Daemon().start(t, folder);
  const clients = await Promise.all(Array.from({ length: 64 }, () => connect(t, folder)));
  const full = /status.sock: 64 clients are connected, which is the most/;
  await t.rejects(SocketClient.connect({ folder }), { message: full });
  const member = await connect(t, folder, "control");
  t.same(await member.call("echo", { a: 1 }), { a: 1 });
  t.match(server.metrics, { clients: 65, turnedAway: 1 });
  t.same(await clients[63]?.call("echo", { a: 2 }), { a: 2 });
});

t.test(
  "clients that never read cost the publisher nothing and little memory, and get the newest in the end",
  async (t) => {
    const folder = shortFolder(t);
    const daemon = new Daemon();
    const server = await daemon.start(t, folder);
    const sleepers = Array.from({ length: 20 }, (_, i) => new Raw(folder).greet().send(subscribe(7, `${i}`)));
    const reader = await connect(t, folder);
    const heard = listen(reader, "reader", (value) => (value as { n: number }).n === 9_999);
    while (daemon.publishers.size < 21) await reader.call("nothing");
    let highest = 0;
    for (let n = 0; n < 10_000; n++) {
      const value = { n, trace: "x".repeat(10_000) };
      for (const publish of daemon.publishers.values()) publish(value);
      if (n % 100 === 0) highest = Math.max(highest, server.metrics.unreadBytes);
    }
    t.ok(highest < 21 * 100_000, `${highest} bytes waited`);
    t.ok(server.metrics.valuesReplaced > 20 * 9_000);
    t.equal(((await heard).at(-1) as { n: number }).n, 9_999);
    const late = (sleepers[0] as Raw).read();
    let last: Record<string, unknown> | null = null;
    do last = await late.next();
    while (last !== null && (last.value as { n?: number } | undefined)?.n !== 9_999);
    t.match(last, { is: "value", id: 7 });
    t.equal(server.metrics.clients, 21, "who only sleeps is not ended");
    for (const { socket } of sleepers) socket.destroy();
  },
);

t.test("whoever leaves long answers unread is ended before memory runs out; the others are served", async (t) => {
  const folder = shortFolder(t);
  const server = await new Daemon().start(t, folder);
  const greedy = Array.from({ length: 10 }, () => new Raw(folder).greet().send(call("large", { bytes: 8e6 })));
  const client = await connect(t, folder);
  while (server.metrics.calls < 10) await client.call("nothing");
  t.equal(String(await client.call("large", { bytes: 8e6 })).length, 8e6);
  t.ok(server.metrics.unreadBytes <= 2 * ANSWER_BYTES);
  t.ok(server.metrics.dropped >= 6);
  for (const { socket } of greedy) socket.destroy();
});

t.test("a client that does not take its answers is not read from", async (t) => {
  const folder = shortFolder(t);
  const server = await new Daemon().start(t, folder);
  const calls = Array.from({ length: 60 }, (_, i) => call("large", { bytes: 1e6 }, i));
  const raw = new Raw(folder).greet().send(...calls);
  const other = await connect(t, folder);
  for (let i = 0; i < 500; i++) await other.call("nothing");
  t.ok(server.metrics.unreadBytes < 1.1e6, "one answer waits, not 60");
  t.equal(server.metrics.calls, 501);
  raw.read();
  await raw.next();
  const lengths: number[] = [];
  for (let i = 0; i < 60; i++) lengths.push(String((await raw.next())?.value).length);
  t.same(lengths, Array(60).fill(1e6), "and gets each when it reads");
  raw.socket.destroy();
});

t.test("between two calls, whoever sent them, the event loop turns", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect(t, folder)));
  let turn = 0;
  let counting = true;
  const count = () => {
    turn++;
    if (counting) setImmediate(count);
  };
  count();
  const turns: number[] = [];
  daemon.onNote = () => turns.push(turn);
  await Promise.all(clients.flatMap((client) => Array.from({ length: 20 }, () => client.call("note"))));
  counting = false;
  t.equal(new Set(turns).size, 100);
});

t.test("what breaks the protocol is told and ends the connection", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const cases: readonly [string, readonly (object | Buffer)[], RegExp][] = [
    ["a 1 GB announcement first", [Buffer.from([0x40, 0, 0, 0])], /^null: 1073741824 bytes in a frame, more than/],
    ["a 1 GB announcement later", [HELLO, Buffer.from([0x40, 0, 0, 0])], /^null: 1073741824 bytes/],
    ["4 GB", [Buffer.alloc(4, 255)], /^null: 4294967295 bytes/],
    ["one byte too many", [HELLO, bytesOf("x".repeat(REQUEST_BYTES + 1))], /^null: 65537 bytes/],
    ["an empty frame", [HELLO, Buffer.alloc(4)], /^null: 0 bytes in a frame/],
    ["text of another protocol", [Buffer.from("GET / HTTP/1.1\r\n\r\n")], /^null: 1195725856 bytes/],
    ["no JSON", [HELLO, bytesOf("{")], /^null: no flat JSON object but `{`/],
    ["no UTF-8", [HELLO, bytesOf(Buffer.from('{"do":"\xff"}', "latin1"))], /^null: no flat JSON/],
    ["another version", [{ sealtrace: 2 }], /^null: version 2 of the protocol where version 1 is spoken/],
    ["no hello", [call("echo")], /^null: no version of the protocol/],
    ["brackets", [HELLO, bytesOf("[".repeat(REQUEST_BYTES))], /^null: no flat JSON object but `\[\[/],
    ["objects", [HELLO, bytesOf('{"a":'.repeat(10_000))], /^null: no flat JSON/],
    ["deep params", [HELLO, call("echo", { a: [] })], /^null: params.a is no text, finite number/],
    [
      "an infinite number",
      [HELLO, bytesOf('{"do":"call","id":1,"name":"echo","params":{"a":1e999}}')],
      /params.a is no/,
    ],
    [
      "many params",
      [HELLO, call("echo", Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, 1])))],
      /17 params/,
    ],
    [
      "a prototype",
      [HELLO, bytesOf('{"do":"call","id":1,"name":"echo","params":{"__proto__":1}}')],
      /name `__proto__`/,
    ],
    ["no params", [HELLO, { do: "call", id: 1, name: "echo" }], /^null: `params` is no object/],
    ["an unknown call", [HELLO, call("toString", {}, 5)], /^5: no call is named toString/],
    ["an unknown topic", [HELLO, { do: "subscribe", id: 6, name: "echo", params: {} }], /^6: no topic is named echo/],
    ["a name that is none", [HELLO, call("\u001b[2J")], /^null: the name `\\x1b\[2J`/],
    ["a name of another type", [HELLO, call(["echo"])], /^null: the name is no text/],
    ["an id of another type", [HELLO, call("echo", {}, "1")], /^null: an id that is no whole number/],
    ["a negative id", [HELLO, call("echo", {}, -1)], /^null: an id/],
    ["an unknown verb", [HELLO, { do: "eval", id: 1 }], /^null: `do` is none of call/],
    ["an id twice", [HELLO, subscribe(1, "a"), subscribe(1, "b")], /^1: subscription 1 exists/],
    ["17 subscriptions", [HELLO, ...Array.from({ length: 17 }, (_, i) => subscribe(i, "a"))], /^16: more than 16/],
  ];
  for (const [what, pieces, expected] of cases) t.match(await faultAfter(folder, ...pieces), expected, what);
  t.same(daemon.faults, [], "none of it is the daemon's fault");
  t.equal(daemon.released.length, 17, "and every subscription was ended");
});

t.test("a connection that ends inside a frame is told so, one that ends between frames is answered", async (t) => {
  const folder = shortFolder(t);
  await new Daemon().start(t, folder);
  for (const cut of [1, 3, 4, 9]) {
    const raw = new Raw(folder).read().greet();
    raw.socket.end(frameOf(call("echo")).subarray(0, cut));
    await raw.next();
    t.match(await raw.next(), { is: "fault", id: null, fault: { problem: "the connection ended inside a frame" } });
  }
  const raw = new Raw(folder)
    .read()
    .greet()
    .send(call("echo", { a: 1 }), call("slow", { n: 2 }, 2));
  raw.socket.end();
  await raw.next();
  t.same(
    [await raw.next(), await raw.next(), await raw.next()],
    [{ is: "answer", id: 1, value: { a: 1 } }, { is: "answer", id: 2, value: 2 }, null],
  );
});

t.test("frames are the same however they are cut, and garbage is refused with an input error", (t) => {
  const frames = fc.array(fc.string({ minLength: 1, maxLength: 3000, unit: "grapheme" }), { maxLength: 12 });
  const readAll = (bytes: Buffer, sizes: readonly number[]) => {
    const reader = new FrameReader(REQUEST_BYTES, "test");
    const read: string[] = [];
    for (let from = 0, i = 0; from < bytes.length; i++) {
      const to = from + (sizes[i % sizes.length] as number);
      reader.push(bytes.subarray(from, to));
      for (let frame = reader.next(); frame !== null; frame = reader.next()) read.push(frame.toString());
      from = to;
    }
    return { read, partial: reader.partial };
  };
  const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 9 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(frames, sizes, (texts, sizes) => {
        const { read, partial } = readAll(Buffer.concat(texts.map(bytesOf)), sizes);
        return !partial && JSON.stringify(read) === JSON.stringify(texts);
      }),
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, sizes) => {
        try {
          readAll(Buffer.from(bytes), sizes);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
    ),
  );
  t.end();
});

t.test("whatever bytes come, the daemon closes or waits, and goes on serving", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  await daemon.start(t, folder);
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.json().map((json) => bytesOf(json)),
    fc.object({ maxDepth: 1 }).map((params) => bytesOf(JSON.stringify(call("echo", params) ?? {}))),
    fc.record({ do: fc.constantFrom("call", "subscribe", "unsubscribe"), id: fc.anything() }).map((message) => {
      return bytesOf(JSON.stringify({ ...message, id: String(message.id) }));
    }),
  );
  const property = fc.asyncProperty(fc.boolean(), fc.array(garbage, { maxLength: 5 }), async (greeted, pieces) => {
    const raw = new Raw(folder).read();
    if (greeted) raw.greet();
    for (const piece of pieces) raw.socket.write(piece);
    raw.socket.end();
    await raw.closed;
  });
  await fc.assert(property, { numRuns: 200 });
  const client = await connect(t, folder);
  t.same(await client.call("echo", { a: 1 }), { a: 1 });
  t.same(daemon.faults, []);
});

t.test("500 clients that come and go leave nothing behind", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  const server = await daemon.start(t, folder);
  const steady = await connect(t, folder);
  const storm = Array.from({ length: 500 }, async (_, i) => {
    const raw = new Raw(folder);
    if (i % 2 === 0) raw.greet().send(subscribe(1, "storm"));
    if (i % 3 === 0) raw.socket.write(Buffer.of(0, 0));
    raw.socket.once("connect", () => raw.socket.destroy());
    await raw.closed;
  });
  await Promise.all(storm);
  const come = () => server.metrics.accepted + server.metrics.turnedAway;
  while (come() < 501 || server.metrics.clients > 1) await steady.call("nothing");
  t.same(await steady.call("echo", { a: 1 }), { a: 1 });
  t.equal(come(), 501);
  t.same(daemon.faults, []);
});

t.test("who does not finish a hello or a frame in time is ended; a slow drip gains no time", async (t) => {
  const folder = shortFolder(t);
  await new Daemon().start(t, folder);
  const steady = await connect(t, folder);
  const ask = async () => void (await steady.call("nothing"));
  const timers = heldTimers(t);
  const drip = async (raw: Raw, bytes: Uint8Array) => {
    for (const byte of bytes) {
      raw.socket.write(Uint8Array.of(byte));
      await ask();
    }
    while (timers.count() === 0) await ask();
    t.equal(timers.count(), 1, "one deadline, whatever comes");
    timers.fire();
    return raw.next();
  };
  const silent = new Raw(folder).read();
  await silent.next();
  t.match(await drip(silent, Buffer.alloc(0)), { fault: { problem: "a hello did not come within 10 s" } });
  await silent.closed;
  const slow = new Raw(folder).read();
  await slow.next();
  t.match(await drip(slow, frameOf(HELLO).subarray(0, 15)), { fault: { problem: /^a hello did not come/ } });
  await slow.closed;
  const half = new Raw(folder).read().greet();
  await half.next();
  while (timers.count() > 0) await ask();
  const problem = "the rest of a frame did not come within 10 s";
  t.match(await drip(half, frameOf(call("echo")).subarray(0, 15)), { is: "fault", id: null, fault: { problem } });
  t.equal(await half.next(), null);
});

t.test("a handler that hangs ends its own client only, and is reported", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  const server = await daemon.start(t, folder);
  const other = await connect(t, folder);
  const timers = heldTimers(t);
  const stuck = new Raw(folder)
    .read()
    .greet()
    .send(call("hang", {}, 8));
  const before = server.metrics.calls;
  await stuck.next();
  for (let asked = before; server.metrics.calls === asked; asked++) await other.call("nothing");
  timers.fire();
  t.match(await stuck.next(), { id: 8, fault: { problem: "an answer to hang did not come within 10 s" } });
  t.equal(await stuck.next(), null);
  t.same(await other.call("echo", { a: 1 }), { a: 1 });
  t.match(daemon.faults, [/an answer to hang/]);
});

t.test("closing ends calls that wait, subscriptions and sleepers, and removes the sockets", async (t) => {
  const folder = shortFolder(t);
  const daemon = new Daemon();
  const server = await daemon.start(t, folder);
  const client = await connect(t, folder);
  const ended = new Promise<InputError>((onEnd) => client.subscribe("live", { key: "k" }, { onValue() {}, onEnd }));
  const waiting = Promise.allSettled([client.call("hang"), client.call("echo")]);
  const sleeper = new Raw(folder).greet().send(call("large", { bytes: 8e6 }));
  const other = await connect(t, folder);
  while (server.metrics.unreadBytes === 0 || server.metrics.calls < 2) await other.call("nothing");
  await Promise.all([server.close(), server.close()]);
  const message = "daemon: it is stopping; ask again once it runs";
  t.match(await waiting, [{ reason: { message } }, { reason: { message } }]);
  t.equal((await ended).message, message);
  await t.rejects(client.call("echo"), { message }, "nor is anything asked afterwards");
  t.throws(() => client.subscribe("live", {}, { onValue() {}, onEnd() {} }), { message });
  t.same(daemon.released, ["k"]);
  t.same(readdirSync(folder), []);
  t.match(server.metrics, { clients: 0, unreadBytes: 0 });
  await t.rejects(SocketClient.connect({ folder }), /the daemon is not running; start it with `systemctl start/);
  sleeper.socket.destroy();
});

t.test("a running daemon keeps its sockets; a dead one's are replaced", async (t) => {
  const folder = shortFolder(t);
  const first = await new Daemon().start(t, folder);
  const live = /control.sock|status.sock: a running daemon answers here; stop that daemon/;
  await t.rejects(new Daemon().start(t, folder), live);
  t.same(await (await connect(t, folder)).call("echo", { a: 1 }), { a: 1 }, "the first one is unharmed");
  await first.close();
  const script = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, 9))`;
  const dead = spawn(process.execPath, ["-e", script, join(folder, "status.sock")]);
  await once(dead, "exit");
  t.ok(existsSync(join(folder, "status.sock")), "it left its file");
  await t.rejects(SocketClient.connect({ folder }), /the daemon is not running/);
  await new Daemon().start(t, folder);
  t.same(await (await connect(t, folder)).call("echo", { a: 1 }), { a: 1 });
});

t.test("a daemon that closes late does not remove its successor's sockets", async (t) => {
  const folder = shortFolder(t);
  const first = await new Daemon().start(t, folder);
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  await new Daemon().start(t, folder);
  await first.close();
  t.same(await (await connect(t, folder)).call("echo", { a: 1 }), { a: 1 });
});

t.test("what cannot be a socket's place is refused in one line", async (t) => {
  const folder = shortFolder(t);
  await t.rejects(new Daemon().start(t, join(folder, "none")), /the socket cannot be made \(ENOENT\)/);
  writeFileSync(join(folder, "control.sock"), "mine");
  await t.rejects(new Daemon().start(t, folder), /control.sock: not a socket; remove it/);
  t.same(readdirSync(folder), ["control.sock"], "and nothing is left, nor taken");
  const long = `/tmp/${"x".repeat(82)}`;
  t.throws(() => socketPath(long, "control"), /a socket's path of 100 bytes where 99 are the most; choose a shorter/);
  t.equal(Buffer.byteLength(socketPath(long.slice(1), "control")), 99);
  await t.rejects(SocketClient.connect({ folder: long, door: "control" }), /SEALTRACE_SOCKET_DIR/);
});

t.test("the folder is the one given, the one of the environment, or /run/sealtrace", (t) => {
  const before = process.env.SEALTRACE_SOCKET_DIR;
  t.teardown(() => {
    if (before === undefined) delete process.env.SEALTRACE_SOCKET_DIR;
    else process.env.SEALTRACE_SOCKET_DIR = before;
  });
  process.env.SEALTRACE_SOCKET_DIR = "/e";
  t.same([socketFolder("/o"), socketFolder()], ["/o", "/e"]);
  process.env.SEALTRACE_SOCKET_DIR = "";
  t.equal(socketFolder(), "/run/sealtrace");
  t.end();
});

t.test("a client says why it cannot connect", async (t) => {
  const folder = shortFolder(t);
  await t.rejects(SocketClient.connect({ folder }), /status.sock: the daemon is not running; start it with/);
  const path = join(folder, "control.sock");
  writeFileSync(path, "");
  chmodSync(path, 0o660);
  const because = (code: string, at = path) =>
    explainNoConnection(Object.assign(new Error(code), { code }), at).message;
  t.match(because("EACCES"), /this user may not connect; join the group (\w+) \(sudo usermod -aG \1 "\$USER"/);
  t.match(because("EACCES", "/nowhere/x.sock"), /ask the administrator/);
  t.match(because("EAGAIN"), /too many clients wait/);
  t.match(because("EPROTO"), /cannot be reached \(EPROTO\)/);
});

const cannotBeAnother = process.getuid?.() === 0 ? false : "only root can be somebody else";

t.test("a user outside the group may look, but may not change anything", { skip: cannotBeAnother }, async (t) => {
  const folder = shortFolder(t);
  chmodSync(folder, 0o755);
  await new Daemon().start(t, folder);
  const script = `const n = require("node:net");
    for (const door of ["status", "control"]) n.connect(${JSON.stringify(folder)} + "/" + door + ".sock")
      .on("connect", function () { console.log(door, "open"); this.destroy() }).on("error", (e) => console.log(door, e.code))`;
  const child = spawn(process.execPath, ["-e", script], { uid: 65534, gid: 65534, cwd: "/" });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await once(child, "close");
  t.same(said.trim().split("\n").sort(), ["control EACCES", "status open"]);
});

t.test("a daemon that lies, dies or is silent gives the client one clear line", async (t) => {
  const folder = shortFolder(t);
  const path = join(folder, "status.sock");
  const timers = heldTimers(t);
  const against = async (behave: (socket: Socket) => void) => {
    const server = createServer((socket) => behave(socket.on("error", () => {}))).listen(path);
    await once(server, "listening");
    try {
      const client = await SocketClient.connect({ folder });
      return String(await client.call("echo").finally(() => client.close()));
    } catch (error) {
      return error instanceof InputError ? error.message.slice(path.length + 2) : `unexpected ${error}`;
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  };
  const greeting =
    (...more: readonly Buffer[]) =>
    (socket: Socket) => {
      socket.write(frameOf(HELLO));
      socket.once("data", () => socket.write(Buffer.concat(more)));
    };
  const hello2 = (socket: Socket) => socket.end(frameOf({ sealtrace: 2 }));
  t.match(await against(hello2), /^version 2 of the protocol where version 1 is spoken; restart the daemon after/);
  t.match(await against((socket) => socket.end("HTTP/1.1 400\r\n")), /^1213486160 bytes in a frame, more than/);
  t.match(await against((socket) => socket.destroy()), /^the daemon (ended the connection|cannot be reached)/);
  t.match(await against(() => timers.fire()), /^the daemon said nothing for 10 s; systemctl status/);
  const silent = (socket: Socket) => {
    socket.write(frameOf(HELLO));
    socket.on("data", (chunk) => String(chunk).includes("echo") && timers.fire());
  };
  t.match(await against(silent), /^no answer to echo within 10 s; systemctl status sealtrace tells why/);
  t.match(await against(greeting(Buffer.of(0x7f, 0, 0, 0))), /^2130706432 bytes in a frame/);
  t.match(await against(greeting(bytesOf("[]"))), /^no flat JSON object but `\[\]`/);
  t.match(await against(greeting(frameOf({ is: "answer", id: 0.5 }))), /^a reply of no known kind/);
  const stray = frameOf({ is: "answer", id: 99, value: 1 });
  const answer = frameOf({ is: "answer", id: 1, value: "good" });
  t.equal(await against(greeting(stray, answer)), "good", "an answer nobody waits for is passed over");
  const dying = (socket: Socket) => {
    socket.write(frameOf(HELLO));
    socket.once("data", () => socket.end(answer.subarray(0, 9)));
  };
  t.match(await against(dying), /^the daemon ended the connection; systemctl status sealtrace tells why/);
});
