import { open, rename, rm } from "node:fs/promises";
import type { AssignedSealConsumer } from "../seal-ledger.ts";
import { productId } from "../shift-result.ts";

/**
 * The list of accepted seals as CSV, `on_us,off_us,sealing_time_s,product,run`. It appears under its name when it is
 * complete; until then it is `NAME.part`.
 */
export class SealsFile {
  readonly #path: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;
  #rows = "on_us,off_us,sealing_time_s,product,run\n";

  private constructor(path: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<SealsFile> {
    return new SealsFile(path, await open(`${path}.part`, "w"));
  }

  /** Adds a row; nothing is written before `flush`. Runs are numbered from 1 as in the report. */
  readonly add: AssignedSealConsumer = ({ onUs, offUs, sealingTimeSeconds }, run, product) => {
    const place = run === null || product === null ? "," : `${productId(product)},${run + 1}`;
    this.#rows += `${onUs},${offUs},${sealingTimeSeconds ?? ""},${place}\n`;
  };

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = "";
    if (rows !== "") await this.#handle.write(rows);
  }

  async complete(): Promise<void> {
    await this.flush();
    await this.#handle.close();
    await rename(`${this.#path}.part`, this.#path);
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(`${this.#path}.part`, { force: true });
  }
}
