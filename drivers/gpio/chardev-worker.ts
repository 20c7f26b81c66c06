import type { WantedLines } from "./chardev-request.ts";
import { ChardevWatcher } from "./chardev-watcher.ts";
import { monotonicUs, runInputsWorker } from "./inputs-worker.ts";
import { openKernel } from "./kernel.ts";

/** What the watching thread has to do. */
export interface ChardevJob extends WantedLines {
  readonly pollMs: number;
}

runInputsWorker<ChardevJob>((job, outlet, voice) => {
  const clock = { nowUs: monotonicUs, sleep: (ms: number) => outlet.control.sleep(ms) };
  new ChardevWatcher(openKernel(), job, outlet, voice, clock).run();
});
