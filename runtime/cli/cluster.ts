import { LongPause } from "../../algorithms/long-pause.ts";
import { Mobisea } from "../../algorithms/mobisea/mobisea.ts";
import { readSealingTimes, type SealingTimeRow } from "../../drivers/formats/sealing-times-csv.ts";
import { cutNotice } from "../../drivers/notices.ts";
import { productId } from "../products.ts";
import { count, counted, table } from "../report/text.ts";
import { Progress } from "./progress.ts";

/** `sealtrace cluster FILE.csv`: runs and products of a list of sealing times. */
export async function cluster(file: string, options: { readonly json?: true }): Promise<void> {
  const list = new ClusteredList();
  const progress = new Progress("reading");
  const { unterminated } = await readSealingTimes(file, (rows, done) => {
    for (const row of rows) list.push(row);
    progress.show(done);
  }).finally(() => progress.clear());
  if (unterminated) process.stderr.write(`sealtrace: ${cutNotice(file)}\n`);
  const result = list.result();
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 1)}\n` : clusterText(result));
}

type ClusterResult = ReturnType<ClusteredList["result"]>;

class ClusteredList {
  readonly #mobisea = new Mobisea();
  readonly #pauses = new LongPause();
  /** For each row without a sealing time, how many with one stand before it. */
  readonly #untimed: number[] = [];

  push({ startSeconds, endSeconds, durationSeconds }: SealingTimeRow): void {
    const afterStop = this.#pauses.push(startSeconds * 1e6, endSeconds * 1e6);
    if (durationSeconds === null) this.#untimed.push(this.#mobisea.seals);
    else this.#mobisea.push(durationSeconds, afterStop);
  }

  /** `sealtrace/cluster@1`: `first` and `last` are zero-based data rows. */
  result() {
    const { runs, book } = this.#mobisea.finish();
    const seals = this.#mobisea.seals + this.#untimed.length;
    return {
      schema: "sealtrace/cluster@1",
      seals,
      unassigned: seals - runs.reduce((sum, run) => sum + run.seals, 0),
      untimed: this.#untimed.length,
      products: book.products.map(({ number, sealingTimeSeconds, seals }) => ({
        id: productId(number),
        sealingTimeSeconds,
        seals,
      })),
      runs: runs.map(({ product, rival, first, last, seals, sealingTimeSeconds }) => ({
        product: productId(product),
        rival: rival === null ? null : productId(rival),
        first: this.#rowOf(first),
        last: this.#rowOf(last),
        seals,
        sealingTimeSeconds,
      })),
    };
  }

  /** Row of the seal that is number `index` of those with a sealing time. */
  #rowOf(index: number): number {
    let low = 0;
    for (let high = this.#untimed.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#untimed[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    return index + low;
  }
}

function clusterText({ seals, unassigned, untimed, products, runs }: ClusterResult): string {
  const withoutTime = untimed > 0 ? `, ${count(untimed)} without a sealing time` : "";
  const productRows = products.map((p) => [p.id, `${p.sealingTimeSeconds.toFixed(3)} s`, count(p.seals)]);
  const runRows = runs.map((r) => [
    r.product,
    count(r.first),
    count(r.last),
    count(r.seals),
    `${r.sealingTimeSeconds.toFixed(3)} s`,
  ]);
  return [
    `${counted(seals, "seal")}, ${count(unassigned)} of them of no run${withoutTime}`,
    "",
    ...table(["product", "sealing time", "seals"], productRows),
    "",
    ...table(["run of", "first row", "last row", "seals", "sealing time"], runRows),
    "",
  ].join("\n");
}
