import { LongPause } from "../../algorithms/long-pause.ts";
import { Mobisea } from "../../algorithms/mobisea/mobisea.ts";
import { readSealingTimes } from "../../drivers/formats/sealing-times-csv.ts";
import { count, counted, table } from "../report/text.ts";
import { productId } from "../shift-result.ts";
import { Progress } from "./progress.ts";

/** `sealtrace cluster FILE.csv`: runs and products of a list of sealing times. */
export async function cluster(file: string, options: { readonly json?: true }): Promise<void> {
  const mobisea = new Mobisea();
  const pauses = new LongPause();
  const progress = new Progress("reading");
  await readSealingTimes(file, (rows, done) => {
    for (const { startSeconds, durationSeconds } of rows) {
      const afterStop = pauses.push(startSeconds * 1e6, (startSeconds + durationSeconds) * 1e6);
      mobisea.push(durationSeconds, afterStop);
    }
    progress.show(done);
  }).finally(() => progress.clear());
  const result = clusterResult(mobisea);
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 1)}\n` : clusterText(result));
}

type ClusterResult = ReturnType<typeof clusterResult>;

/** `sealtrace/cluster@1`: `first` and `last` are zero-based data rows. */
function clusterResult(mobisea: Mobisea) {
  const { runs, book } = mobisea.finish();
  return {
    schema: "sealtrace/cluster@1",
    seals: mobisea.seals,
    unassigned: mobisea.seals - runs.reduce((sum, { seals }) => sum + seals, 0),
    products: book.products.map(({ number, sealingTimeSeconds, seals }) => ({
      id: productId(number),
      sealingTimeSeconds,
      seals,
    })),
    runs: runs.map(({ product, rival, first, last, seals, sealingTimeSeconds }) => ({
      product: productId(product),
      rival: rival === null ? null : productId(rival),
      first,
      last,
      seals,
      sealingTimeSeconds,
    })),
  };
}

function clusterText({ seals, unassigned, products, runs }: ClusterResult): string {
  const productRows = products.map((p) => [p.id, `${p.sealingTimeSeconds.toFixed(3)} s`, count(p.seals)]);
  const runRows = runs.map((r) => [
    r.product,
    count(r.first),
    count(r.last),
    count(r.seals),
    `${r.sealingTimeSeconds.toFixed(3)} s`,
  ]);
  return [
    `${counted(seals, "seal")}, ${count(unassigned)} of them of no run`,
    "",
    ...table(["product", "sealing time", "seals"], productRows),
    "",
    ...table(["run of", "first row", "last row", "seals", "sealing time"], runRows),
    "",
  ].join("\n");
}
