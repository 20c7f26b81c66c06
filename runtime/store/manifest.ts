const TAG = {
  comparator: 1,
  logNumber: 2,
  nextFile: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  previousLog: 9,
} as const;

/** What a database consists of, according to its MANIFEST. */
export interface Manifest {
  /** Size in bytes of each live table, by file number. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs from this number on are live. */
  readonly logNumber: number;
}

/**
 * Adds up the edits of a MANIFEST; null when one of them is no edit, or when they do not make a database.
 *
 * Source: LevelDB, db/version_edit.cc.
 */
export function readManifest(edits: readonly Buffer[]): Manifest | null {
  const tables = new Map<number, number>();
  let logNumber: number | null = null;
  let hasNextFile = false;
  for (const edit of edits) {
    const reader = new EditReader(edit);
    while (!reader.isAtEnd) {
      const tag = reader.varint();
      if (tag === TAG.comparator) reader.skipText();
      else if (tag === TAG.logNumber) logNumber = reader.varint();
      else if (tag === TAG.nextFile) hasNextFile = reader.varint() > 0;
      else if (tag === TAG.lastSequence || tag === TAG.previousLog) reader.varint();
      else if (tag === TAG.compactPointer) {
        reader.varint();
        reader.skipText();
      } else if (tag === TAG.deletedFile) {
        reader.varint();
        tables.delete(reader.varint());
      } else if (tag === TAG.newFile) readNewFile(reader, tables);
      else return null;
      if (reader.isBroken) return null;
    }
  }
  return logNumber !== null && hasNextFile ? { tables, logNumber } : null;
}

function readNewFile(reader: EditReader, tables: Map<number, number>): void {
  reader.varint();
  const number = reader.varint();
  tables.set(number, reader.varint());
  reader.skipText();
  reader.skipText();
}

class EditReader {
  readonly #bytes: Buffer;
  #at = 0;
  isBroken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    this.isBroken = true;
    return 0;
  }

  skipText(): void {
    const length = this.varint();
    this.#at += length;
    if (this.#at > this.#bytes.length) this.isBroken = true;
  }
}
