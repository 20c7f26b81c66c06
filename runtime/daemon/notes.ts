import * as v from "valibot";
import type { Authored, Correction } from "../corrections.ts";
import type { ProductEdit } from "../products.ts";

const whole = v.pipe(v.number(), v.integer());
const authored = { by: v.string(), atUs: v.number(), why: v.string() };
const line = v.string();

const edit = v.variant("kind", [
  v.object({ kind: v.literal("name"), product: whole, name: v.nullable(v.string()) }),
  v.object({ kind: v.literal("merge"), product: whole, into: whole }),
  v.object({ kind: v.literal("unmerge"), product: whole }),
  v.object({
    kind: v.literal("split"),
    from: whole,
    product: whole,
    sealingTimesSeconds: v.pipe(v.tuple([v.number(), v.number()]), v.readonly()),
  }),
  v.object({
    kind: v.literal("set"),
    product: whole,
    idealCycleSeconds: v.exactOptional(v.nullable(v.number())),
    unitsPerSeal: v.exactOptional(v.nullable(whole)),
  }),
]);

const correction = v.variant("kind", [
  v.object({ kind: v.literal("scrap"), product: v.nullable(whole), units: whole, ...authored }),
  v.object({ kind: v.literal("units"), product: whole, units: whole, ...authored }),
  v.object({ kind: v.literal("mark"), momentUs: v.number(), text: v.string(), ...authored }),
]);

const lineNote = v.object({ note: v.literal("line"), line, number: whole });
const productNote = v.object({ note: v.literal("product"), line, edit, ...authored });
const correctionNote = v.object({ note: v.literal("correction"), line, shift: v.string(), correction });
const said = v.variant("note", [productNote, correctionNote]);

const note = v.variant("note", [
  lineNote,
  productNote,
  correctionNote,
  // what came in a file: all of it or nothing, and known by its SHA-256
  v.object({ note: v.literal("file"), name: v.string(), sha256: v.string(), atUs: v.number(), notes: v.array(said) }),
]);

/** What the store keeps for ever: line numbers, and what people said about products and shifts. */
export type Note = v.InferOutput<typeof note>;

/** What people say about products and shifts. */
export type SaidNote = v.InferOutput<typeof said>;

/** Where notes are kept. */
export interface NoteStore {
  /** In order. */
  notes(): AsyncIterable<unknown>;
  /** Resolves when it is durable. */
  appendNote(note: unknown): Promise<unknown>;
}

/**
 * What people said, in order. Nothing is ever changed or removed: a later note says something else.
 */
export class Notes {
  readonly #store: NoteStore;
  readonly #notes: Note[] = [];
  readonly #files = new Map<string, number>();
  /** Notes that this version cannot read. */
  unreadable = 0;

  private constructor(store: NoteStore) {
    this.#store = store;
  }

  /** Reads all notes of a store. */
  static async load(store: NoteStore): Promise<Notes> {
    const notes = new Notes(store);
    for await (const value of store.notes()) {
      const parsed = v.safeParse(note, value);
      if (parsed.success) notes.#take(parsed.output);
      else notes.unreadable++;
    }
    return notes;
  }

  /** How many there are; grows with each one. */
  get count(): number {
    return this.#notes.length;
  }

  /** Adds a note; it counts at once and is durable when this resolves. */
  async add(added: Note): Promise<void> {
    this.#take(added);
    await this.#store.appendNote(added);
  }

  /**
   * The same notes, to which others can be added on trial: nothing of it is kept.
   * @param tried gets what is added.
   */
  trial(tried: Note[]): Notes {
    const trial = new Notes({
      notes: this.#store.notes,
      appendNote: async (note) => tried.push(note as Note),
    });
    trial.#notes.push(...this.#notes);
    return trial;
  }

  /** When a file of this content was taken; wall time in microseconds, null when it was not. */
  fileTakenUs(sha256: string): number | null {
    return this.#files.get(sha256) ?? null;
  }

  #take(note: Note): void {
    if (note.note !== "file") this.#notes.push(note);
    else {
      this.#notes.push(...note.notes);
      this.#files.set(note.sha256, note.atUs);
    }
  }

  /** The store's number of a line, which outlives its place in the configuration; null when it has none yet. */
  lineNumber(id: string): number | null {
    const found = this.#notes.findLast((each) => each.note === "line" && each.line === id);
    return found?.note === "line" ? found.number : null;
  }

  /** How many lines have a number. */
  get lineNumbers(): number {
    return this.#notes.filter((each) => each.note === "line").length;
  }

  /** What was said about the products of a line, in order. */
  productEdits(id: string): readonly (ProductEdit & Authored)[] {
    return this.#notes.flatMap((each) => {
      if (each.note !== "product" || each.line !== id) return [];
      const { by, atUs, why } = each;
      return [{ ...each.edit, by, atUs, why }];
    });
  }

  /** What was added to a shift of a line, in order. */
  corrections(id: string, shift: string): readonly Correction[] {
    return this.#notes.flatMap((each) =>
      each.note === "correction" && each.line === id && each.shift === shift ? [each.correction] : [],
    );
  }
}
