import { open, rename, rm, stat } from "node:fs/promises";
import { InputError } from "../../drivers/input-error.ts";
import type { AssignedSealConsumer } from "../seal-ledger.ts";
import { productId } from "../shift-result.ts";

/**
 * The list of accepted seals as CSV, `on_us,off_us,sealing_time_s,product,run`. It appears under its name when it is
 * complete; until then it is `NAME.<process id>.part`.
 */
export class SealsFile {
  readonly #path: string;
  readonly #part: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;
  #rows = "on_us,off_us,sealing_time_s,product,run\n";

  private constructor(path: string, part: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** @throws InputError when the path is there and no plain file: a device would be replaced. */
  static async create(path: string): Promise<SealsFile> {
    const there = await stat(path).catch(() => null);
    if (there !== null && !there.isFile())
      throw new InputError({
        source: path,
        problem: "is no plain file",
        remedy: "give the name of a file for the seals",
      });
    const part = `${path}.${process.pid}.part`;
    return new SealsFile(path, part, await open(part, "wx"));
  }

  /** Adds a row; nothing is written before `flush`. Runs are numbered from 1 as in the report. */
  readonly add: AssignedSealConsumer = ({ onUs, offUs, sealingTimeSeconds }, run, product) => {
    const place = run === null || product === null ? "," : `${productId(product)},${run + 1}`;
    this.#rows += `${onUs},${offUs},${sealingTimeSeconds ?? ""},${place}\n`;
  };

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = "";
    if (rows !== "") await this.#handle.appendFile(rows);
  }

  async complete(): Promise<void> {
    await this.flush();
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#part, this.#path);
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#part, { force: true });
  }
}
