import { Decoder, Encoder } from "cbor-x";
import fc from "fast-check";
import t from "tap";
import { EdgeCborReader, EdgeCborWriter } from "../drivers/formats/edge-cbor.ts";
import type { SeenEdge } from "./driver-contract.ts";
import { arbitraryEdges, parseFile, startOf, writeFile } from "./edge-files.ts";
import { formatContract } from "./format-contract.ts";

const NAMES = ["availability", "sealing", "reject", "recorder"];
const encoder = new Encoder({ useRecords: false, tagUint8Array: false });

const parse = (file: Uint8Array, chunkBytes?: readonly number[], capacity?: number) =>
  parseFile(new EdgeCborReader("a.cborseq", NAMES), file, chunkBytes, capacity);
const write = (edges: readonly SeenEdge[], startWallUs: number | null) =>
  writeFile(new EdgeCborWriter(NAMES, { startWallUs }), edges);
const edgesOf = arbitraryEdges(NAMES.length);
const sequence = (...items: readonly unknown[]) => Buffer.concat(items.map((item) => encoder.encode(item)));
const HEAD = ["sealtrace/edges@1", BigInt(1e15), NAMES];

formatContract({ parse, write, edgesOf });

t.test("another decoder of CBOR sequences reads the same", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(edgesOf, startOf, (edges, start) => {
        const decoder = new Decoder({ useRecords: false, int64AsNumber: true } as object);
        const decoded = decoder.decodeMultiple(write(edges, start)) as unknown[][];
        const [head = [], ...items] = decoded as [unknown[]?, ...number[][]];
        let timeUs = 0;
        const read = items.map(([gapUs = 0, channel, level]) => {
          timeUs += Number(gapUs);
          return { timeUs, channel, level };
        });
        const start0 = head[1] === null ? null : Number(head[1]);
        return head[0] === "sealtrace/edges@1" && start0 === start && JSON.stringify(read) === JSON.stringify(edges);
      }),
    ),
  );
  t.end();
});

t.test("a file cut anywhere delivers what is whole and says that it is truncated", (t) => {
  const edges = [
    { timeUs: 0, channel: 1, level: 0 as const },
    { timeUs: 1_204_511, channel: 3, level: 1 as const },
  ];
  const file = write(edges, null);
  const ends = [0, 1, 2].map((count) => write(edges.slice(0, count), null).length);
  for (let length = 1; length <= file.length; length++) {
    const { seen, error } = parse(file.subarray(0, length));
    t.equal(seen.length, ends.filter((end) => end <= length).length - (length >= (ends[0] as number) ? 1 : 0));
    if (ends.includes(length)) t.equal(error, undefined);
    else t.match((error as Error).message, /truncated/);
  }
  t.end();
});

t.test("what is no edge is refused with its place and the remedy", (t) => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.alloc(0), /truncated/],
    [sequence(["sealtrace/edges@2", null, NAMES]), /a\.cborseq: the first item is another; .*edges@1/],
    [sequence(["sealtrace/edges@1", "now", NAMES]), /start is neither/],
    [sequence(["sealtrace/edges@1", null, [1]]), /name of a channel/],
    [sequence(["sealtrace/edges@1", null, Array(65).fill("a")]), /no list of names/],
    [sequence(HEAD, [0, 1]), /byte \d+: this item is no edge; an edge is \[gap, channel, level\]/],
    [sequence(HEAD, [0, 1, 2]), /no edge/],
    [sequence(HEAD, [0, 4, 1]), /no edge/],
    [sequence(HEAD, [-1, 1, 1]), /no edge/],
    [sequence(HEAD, [0.5, 1, 1]), /no edge/],
    [sequence(HEAD, [2n ** 53n - 1n, 1, 1], [1, 1, 0]), /no edge/],
    [sequence(HEAD, "edge"), /no edge/],
    [Buffer.concat([sequence(HEAD), Buffer.from([0x9f, 0, 1, 1, 0xff])]), /no edge/],
    [Buffer.concat([sequence(HEAD), Buffer.from([0xc2, 0x40])]), /no edge/],
    [sequence(["sealtrace/edges@1", null, ["sealing", "press"]], [0, 0, 0], [5, 1, 1]), /unknown channel `press`/],
  ];
  for (const [file, message] of cases) t.match((parse(file).error as Error).message, message);
  t.equal(parse(sequence(["sealtrace/edges@1", null, ["sealing", "press"]], [0, 0, 0])).error, undefined);
  t.end();
});

t.test("a length that nobody could send costs no memory", (t) => {
  const endless = Buffer.concat([Buffer.from([0x83, 0x7b, 0, 0, 0, 1, 0, 0, 0, 0]), Buffer.alloc(200_000, 0x61)]);
  t.match((parse(endless).error as Error).message, /first item/);
  t.throws(() => new EdgeCborWriter(Array(65).fill("a")), RangeError);
  t.throws(() => new EdgeCborWriter(NAMES, { startWallUs: 0.5 }), RangeError);
  t.end();
});
