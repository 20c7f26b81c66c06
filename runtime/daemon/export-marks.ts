import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { replaceFile } from "../store/safe-files.ts";

/** Shifts of a line of which it is remembered that their files were written. */
const MOST_A_LINE = 400;

const mark = v.object({
  line: v.string(),
  shift: v.string(),
  /** Start of the shift in minutes since 1970. */
  key: v.number(),
  state: v.picklist(["provisional", "final"]),
  revision: v.number(),
});

/** That the files of a shift were written, and what of it was known then. */
export type ExportMark = v.InferOutput<typeof mark>;

/**
 * Of which shifts the files are in the outbox. Derived: when it is lost, files are written anew, and those that come out
 * the same are no new version.
 */
export class ExportMarks {
  readonly #path: string;
  #marks: readonly ExportMark[] = [];
  #byShift: ReadonlyMap<string, ExportMark> = new Map();

  private constructor(path: string, marks: readonly ExportMark[]) {
    this.#path = path;
    this.#use(marks);
  }

  static async open(path: string): Promise<ExportMarks> {
    const parsed = v.safeParse(
      v.array(mark),
      await readFile(path, "utf8")
        .then(JSON.parse)
        .catch(() => []),
    );
    return new ExportMarks(path, parsed.success ? parsed.output : []);
  }

  of(line: string, key: number): ExportMark | undefined {
    return this.#byShift.get(`${line} ${key}`);
  }

  async add(added: ExportMark): Promise<void> {
    const others = this.#marks.filter(({ line, key }) => line !== added.line || key !== added.key);
    const own = [...others.filter(({ line }) => line === added.line), added].sort((a, b) => a.key - b.key);
    this.#use([...others.filter(({ line }) => line !== added.line), ...own.slice(-MOST_A_LINE)]);
    await replaceFile(this.#path, Buffer.from(JSON.stringify(this.#marks)));
  }

  #use(marks: readonly ExportMark[]): void {
    this.#marks = marks;
    this.#byShift = new Map(marks.map((each) => [`${each.line} ${each.key}`, each]));
  }
}
