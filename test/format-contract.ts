import fc from "fast-check";
import t from "tap";
import { InputError } from "../drivers/input-error.ts";
import type { SeenEdge } from "./driver-contract.ts";
import { chunksOf, isInOrder, type Parsed, startOf } from "./edge-files.ts";

/** A format of recordings, as its test uses it. */
export interface TestedFormat {
  readonly parse: (file: Uint8Array, chunkBytes?: readonly number[], capacity?: number) => Parsed;
  readonly write: (edges: readonly SeenEdge[], startWallUs: number | null) => Buffer;
  /** Edges that it can hold. */
  readonly edgesOf: fc.Arbitrary<readonly SeenEdge[]>;
}

/** What every format of recordings must do. */
export function formatContract({ parse, write, edgesOf }: TestedFormat): void {
  t.test("what is written is read, however the file is cut", (t) => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(edgesOf, chunksOf, startOf, fc.integer({ min: 1, max: 9 }), (edges, chunks, start, capacity) => {
          const { seen, startWallUs, error } = parse(write(edges, start), chunks, capacity);
          return error === undefined && startWallUs === start && JSON.stringify(seen) === JSON.stringify(edges);
        }),
      ),
    );
    t.end();
  });

  t.test("a file with one wrong byte is read in order or refused, the same however it is cut", (t) => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(edgesOf, fc.nat(), fc.nat({ max: 255 }), chunksOf, (edges, place, byte, chunks) => {
          const file = write(edges, 1e15);
          file[place % file.length] = byte;
          const whole = parse(file);
          const cut = parse(file, chunks);
          if (whole.error !== undefined && !(whole.error instanceof InputError)) throw whole.error;
          const isSame = JSON.stringify(whole.seen) === JSON.stringify(cut.seen) && `${whole.error}` === `${cut.error}`;
          return isInOrder(whole.seen) && isSame;
        }),
        { numRuns: 500 },
      ),
    );
    t.end();
  });
}
