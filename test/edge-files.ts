import fc from "fast-check";
import { EdgeRing } from "../drivers/edge-ring.ts";
import type { EdgeReader, EdgeWriter } from "../drivers/formats/edge-format.ts";
import type { SeenEdge } from "./driver-contract.ts";

/** What a reader made of a file. */
export interface Parsed {
  readonly seen: readonly SeenEdge[];
  readonly startWallUs: number | null;
  /** What it threw; the edges before it are in `seen`. */
  readonly error: unknown;
}

/** Parses a file cut into chunks of these sizes, over and over, through a small ring. */
export function parseFile(
  reader: EdgeReader,
  file: string | Uint8Array,
  chunkBytes: readonly number[] = [1 << 20],
  capacity = 3,
): Parsed {
  const bytes = Buffer.from(file);
  const ring = new EdgeRing(capacity);
  const seen: SeenEdge[] = [];
  const drain = () => ring.drain((timeUs, channel, level) => seen.push({ timeUs, channel, level }));
  const readOn = () => {
    while (!reader.read(ring)) drain();
    drain();
  };
  let error: unknown;
  try {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = chunkBytes[i % chunkBytes.length] as number;
      reader.feed(bytes.subarray(at, at + size));
      at += size;
      readOn();
    }
    reader.end();
    readOn();
    readOn();
  } catch (thrown) {
    error = thrown;
  }
  drain();
  if (ring.lost > 0) throw new Error("the ring overflowed");
  return { seen, startWallUs: reader.startWallUs, error };
}

/** The whole file of these edges. */
export function writeFile(writer: EdgeWriter, edges: readonly SeenEdge[]): Buffer {
  const chunks = edges.map(({ timeUs, channel, level }) => writer.push(timeUs, channel, level));
  return Buffer.concat([...chunks.filter((chunk) => chunk !== undefined), writer.end()]);
}

/** True when times do not decrease. */
export function isInOrder(edges: readonly SeenEdge[]): boolean {
  return edges.every(({ timeUs }, i) => timeUs >= (edges[i - 1]?.timeUs ?? 0));
}

/** Edges of so many channels, in order, with steps from nothing to a year. */
export function arbitraryEdges(channels: number): fc.Arbitrary<readonly SeenEdge[]> {
  const step = fc.oneof(fc.constant(0), fc.nat({ max: 1e9 }), fc.nat({ max: 2 ** 44 }));
  const row = fc.tuple(step, fc.nat({ max: channels - 1 }), fc.constantFrom<0 | 1>(0, 1));
  return fc.array(row, { minLength: 1, maxLength: 100 }).map((rows) => {
    let timeUs = 0;
    return rows.map(([step, channel, level]) => {
      timeUs += step;
      return { timeUs, channel, level };
    });
  });
}

/** Sizes of chunks in bytes. */
export const chunksOf = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });

/** Wall time of t = 0, or none. */
export const startOf = fc.option(fc.integer({ min: 0, max: 4e15 }));
