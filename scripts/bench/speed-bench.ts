import { fileBench } from "./file-bench.ts";
import { stageBench } from "./stage-bench.ts";
import type { Table } from "./table.ts";

/** How fast it is: stages in memory first, then whole processes from file to report. */
export async function speedBench(): Promise<readonly Table[]> {
  return [...(await stageBench()), ...(await fileBench())];
}
