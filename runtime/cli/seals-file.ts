import { productId } from "../products.ts";
import type { PlacedSealConsumer } from "../seal-ledger.ts";
import { WholeFile } from "./whole-file.ts";

/** The list of accepted seals as CSV, `on_us,off_us,sealing_time_s,product,run`, which is there when it is complete. */
export class SealsFile {
  readonly #file: WholeFile;
  #rows = "on_us,off_us,sealing_time_s,product,run\n";

  private constructor(file: WholeFile) {
    this.#file = file;
  }

  /** @throws InputError when the file cannot be written, here and in the other methods. */
  static async create(path: string): Promise<SealsFile> {
    return new SealsFile(await WholeFile.create(path));
  }

  /** Adds a row; nothing is written before `flush`. Runs are numbered from 1 as in the report. */
  readonly add: PlacedSealConsumer = ({ onUs, offUs, sealingTimeSeconds, run, product }) => {
    const place = run === null || product === null ? "," : `${productId(product)},${run + 1}`;
    this.#rows += `${onUs},${offUs},${sealingTimeSeconds ?? ""},${place}\n`;
  };

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = "";
    if (rows !== "") await this.#file.append(rows);
  }

  async complete(): Promise<void> {
    await this.flush();
    await this.#file.complete();
  }

  /** Leaves nothing behind; after `complete` it does nothing. */
  discard(): Promise<void> {
    return this.#file.discard();
  }
}
