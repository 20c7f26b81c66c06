import fc from "fast-check";
import t from "tap";
import { cborFault } from "../runtime/store/cbor-scan.ts";
import { crc32c } from "../runtime/store/crc32c.ts";
import { eventStep, noteStep, readEntry } from "../runtime/store/entries.ts";
import { chunkFields, eventsFrom } from "../runtime/store/event-chunk.ts";
import { KIND, noteKey, resultKey, seqKey } from "../runtime/store/keys.ts";
import { encodePlain, openRecord, sealRecord } from "../runtime/store/record.ts";
import { checkedEvent, type StoredEvent } from "../runtime/store/stored-event.ts";
import { packDeltas, packVarints, unpackDeltas, unpackVarints } from "../runtime/store/varints.ts";

const storedValue = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((micro) => micro / 1e6),
  fc.maxSafeInteger(),
  fc.string({ maxLength: 20, unit: "grapheme" }),
  fc.constant(null),
);
const storedEvent: fc.Arbitrary<StoredEvent> = fc.record({
  type: fc.integer({ min: 0, max: 4 }),
  boot: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(2 ** 32 - 1)),
  monoUs: fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.constant(2 ** 51 - 1)),
  values: fc.array(storedValue, { maxLength: 5 }),
});

t.test("the layout on the disk is this one, for ever", (t) => {
  t.equal(seqKey(KIND.event, 3, 300).toString("hex"), "100300000000012c");
  t.equal(seqKey(KIND.chunk, 0, 2 ** 47).toString("hex"), "1100800000000000");
  t.equal(resultKey(7, 28_000_000).toString("hex"), "200701ab3f00");
  t.equal(noteKey(0).toString("hex"), "21000000000000");
  const note = noteStep(0, "a");
  t.same(note.type === "put" && note.value.toString("hex"), "54fe542c82016161");
  const event = eventStep(3, 300, { type: 1, boot: 2, monoUs: 1_000_000, values: [1.5, "x", null] });
  t.same(event.type === "put" && event.value.toString("hex"), "5652dd8e870101021a000f4240fb3ff80000000000006178f6");
  t.end();
});

t.test("keys sort as their numbers do, which an iterator relies on", (t) => {
  const keys = [0, 255, 256, 2 ** 24, 2 ** 32, 2 ** 47].map((seq) => seqKey(KIND.event, 1, seq));
  t.same([...keys].sort(Buffer.compare), keys);
  t.end();
});

t.test("a record that differs in a single bit, or stands under another key, is noticed", (t) => {
  const { key, value } = eventStep(1, 2, { type: 1, boot: 0, monoUs: 5, values: [1, "text"] }) as {
    key: Buffer;
    value: Buffer;
  };
  t.same(readEntry(key, value), {
    kind: "event",
    line: 1,
    first: 2,
    event: { type: 1, boot: 0, monoUs: 5, values: [1, "text"] },
  });
  for (let bit = 0; bit < value.length * 8; bit++) {
    const damaged = Buffer.from(value);
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    if (readEntry(key, damaged) !== null) t.fail(`bit ${bit} may flip unnoticed`);
  }
  t.equal(readEntry(seqKey(KIND.event, 1, 3), value), null);
  for (let length = 0; length < value.length; length++)
    if (readEntry(key, value.subarray(0, length)) !== null) t.fail(`may be cut to ${length} bytes unnoticed`);
  t.end();
});

t.test("a sound checksum does not make a record of anything", (t) => {
  const key = seqKey(KIND.event, 1, 2);
  for (const fields of [[], [2, 1, 0, 5], [1, 256, 0, 5], [1, 1, 0, -5], [1, 1, 0, 5, [1]], [1, 1, 0, 5, true]])
    t.equal(readEntry(key, sealRecord(key, fields)), null, JSON.stringify(fields));
  const line9 = seqKey(KIND.event, 9, 2);
  t.equal(readEntry(line9, sealRecord(line9, [1, 1, 0, 5])), null, "there are eight lines");
  const chunk = seqKey(KIND.chunk, 1, 0);
  t.equal(readEntry(chunk, sealRecord(chunk, [1, 2, Buffer.of(1), Buffer.of(1)])), null);
  t.end();
});

t.test("what is no plain data is refused when it is stored, not when it is read", (t) => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  let deep: unknown = 1;
  for (let i = 0; i < 20; i++) deep = [deep];
  for (const value of [new Date(), new Map([[1, 2]]), new Set([1]), 2n ** 70n, /x/, cyclic, deep, Symbol("x")])
    t.throws(() => encodePlain(value), TypeError, String(typeof value));
  const plain = { a: [1, -1.5, "x", null, true], b: new Uint8Array([1, 2]), c: { d: 2 ** 52 } };
  const read = openRecord(Buffer.of(1), sealRecord(Buffer.of(1), [1, plain]));
  t.same(read?.[1], { ...plain, b: Buffer.of(1, 2) });
  t.end();
});

t.test("bytes of unknown origin are looked through before they are decoded", (t) => {
  const faults: [hex: string, fault: string][] = [
    ["", "cut short"],
    ["1a0001", "cut short"],
    ["6261", "cut short"],
    ["9affffffff", "cut short"],
    ["bb7fffffffffffffff", "cut short"],
    ["0101", "bytes behind the end"],
    ["9f01ff", "a length that is indefinite or reserved"],
    ["c001", "a tag"],
    ["c249010000000000000000", "a tag"],
    ["f820", "an unknown simple value"],
    ["e0", "an unknown simple value"],
    ["1b0020000000000000", "an integer that is too large"],
    [`${"81".repeat(17)}00`, "nested too deeply"],
    [`9829${"00".repeat(41)}`, "too many items"],
  ];
  for (const [hex, fault] of faults) t.equal(cborFault(Buffer.from(hex, "hex"), 40), fault, hex);
  for (const hex of ["00", "3863", "6161", "4101", "80", "a0", "a10102", "f6", "f7", "fb3ff8000000000000", "828080"])
    t.equal(cborFault(Buffer.from(hex, "hex"), 4), null, hex);
  t.end();
});

t.test("whatever bytes come, the scan ends and what it lets pass can be decoded", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const key = Buffer.of(0x21, 0, 0, 0, 0, 0, 0);
        const record = Buffer.concat([Buffer.alloc(4), bytes]);
        openRecord(key, record);
        return cborFault(bytes, 1000) === null || typeof cborFault(bytes, 1000) === "string";
      }),
    ),
  );
  t.end();
});

t.test("numbers survive as varints and as differences; other bytes are refused", (t) => {
  t.same([...packVarints([0, 127, 128, 300])], [0, 127, 128, 1, 172, 2]);
  t.same([...packDeltas([100, 99, 99])], [200, 1, 1, 0]);
  const values = [0, 2 ** 51 - 1, -(2 ** 51) + 1, 5, -5];
  t.same([...(unpackDeltas(packDeltas(values), 5) ?? [])], values);
  t.same([...(unpackVarints(packVarints([2 ** 53 - 1]), 1) ?? [])], [2 ** 53 - 1]);
  t.equal(unpackVarints(Uint8Array.of(1, 1), 1), null, "bytes left over");
  t.equal(unpackVarints(Uint8Array.of(129), 1), null, "cut short");
  t.equal(unpackVarints(new Uint8Array(9).fill(255).fill(1, 8), 1), null, "beyond exact numbers");
  t.equal(unpackVarints(Uint8Array.of(1), 2), null);
  t.end();
});

t.test("a chunk gives back exactly the events that went in", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(storedEvent, { minLength: 1, maxLength: 256 }), (drawn) => {
        const events = drawn.map(checkedEvent);
        const key = seqKey(KIND.chunk, 0, 0);
        const fields = openRecord(key, sealRecord(key, chunkFields(events)));
        t.same(fields && eventsFrom(fields), events);
      }),
      { numRuns: 60 },
    ),
  );
  t.end();
});

t.test("fields that only look like a chunk are none", (t) => {
  const event: StoredEvent = { type: 1, boot: 0, monoUs: 5, values: [1] };
  const fields = chunkFields([event, event]);
  t.equal(eventsFrom(fields)?.length, 2);
  for (const [at, bad] of [
    [0, 2],
    [1, 3],
    [2, Uint8Array.of(1)],
    [3, Uint8Array.of(1, 2)],
    [4, Uint8Array.of(1)],
    [5, [0, 3]],
    [5, [0.5, 2]],
    [6, []],
    [6, [[7, Uint8Array.of(2, 0)]]],
    [6, [[1, 2, 3]]],
  ] as const)
    t.equal(eventsFrom(fields.with(at, bad)), null, `field ${at}: ${JSON.stringify(bad)}`);
  t.end();
});

t.test("an event out of range is refused with its value", (t) => {
  const event: StoredEvent = { type: 1, boot: 0, monoUs: 5, values: [-0] };
  t.same(checkedEvent(event).values, [0], "there is one zero");
  for (const wrong of [
    { type: 256 },
    { type: 0.5 },
    { boot: -1 },
    { monoUs: 2 ** 51 },
    { values: [Number.NaN] },
    { values: ["x".repeat(257)] },
    { values: new Array(65).fill(0) },
    { values: [undefined] },
  ])
    t.throws(() => checkedEvent({ ...event, ...wrong } as StoredEvent), RangeError, JSON.stringify(wrong));
  t.end();
});

t.test("CRC-32C of the examples in RFC 3720", (t) => {
  t.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  t.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  t.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  t.end();
});
