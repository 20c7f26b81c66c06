import type { ChardevJob } from "../../drivers/gpio/chardev-worker.ts";
import { monotonicUs, runInputsWorker } from "../../drivers/gpio/inputs-worker.ts";
import { CYCLE_US, nextChange, nextSeal } from "./made-machine.ts";

const STEP_MS = 2;
const SIGN_OF_LIFE_US = 1_000_000;

interface Contact {
  readonly line: number;
  /** Microseconds from edge to edge; the machine's own seals where there is none. */
  readonly everyUs: number | null;
  readonly phaseUs: number;
  nextUs: number;
}

// A thread in the place of a driver's, in real time: on even pins the sealing contacts of machines that seal, on odd ones
// availability at rest. On a chip called `storm-N` the first sealing contact chatters N times a second instead.
runInputsWorker<ChardevJob>((job, outlet, voice) => {
  const rate = Number(/^storm-(\d+)$/.exec(job.chip ?? "")?.[1] ?? 0);
  const startUs = monotonicUs();
  const isSealing = (line: number) => Number(job.lines[line]?.line) % 2 === 0;
  const sealing = job.lines.map((_, line) => line).filter(isSealing);
  const contacts = sealing.map((line, i): Contact => {
    const everyUs = i === 0 && rate > 0 ? 1e6 / rate : null;
    const phaseUs = (i * CYCLE_US) / sealing.length;
    return { line, everyUs, phaseUs, nextUs: everyUs === null ? nextSeal(startUs, phaseUs) : startUs + everyUs };
  });
  for (const [line] of job.lines.entries()) outlet.level(startUs, line, isSealing(line) ? 0 : 1);
  voice.started();
  for (let saidUs = startUs; !outlet.control.stopped; ) {
    const nowUs = monotonicUs();
    outlet.turn(nowUs);
    for (;;) {
      const first = contacts.reduce((a, b) => (b.nextUs < a.nextUs ? b : a));
      if (first.nextUs > nowUs) break;
      outlet.level(Math.floor(first.nextUs), first.line, levelAfter(first));
      outlet.control.add("edges", 1);
      first.nextUs = first.everyUs === null ? nextChange(first.nextUs, first.phaseUs) : first.nextUs + first.everyUs;
    }
    if (nowUs - saidUs >= SIGN_OF_LIFE_US) {
      saidUs = nowUs;
      outlet.still(nowUs);
    }
    outlet.control.sleep(STEP_MS);
  }

  function levelAfter({ line, everyUs, nextUs, phaseUs }: Contact): 0 | 1 {
    if (everyUs !== null) return outlet.levelOf(line) === 1 ? 0 : 1;
    return (nextUs - phaseUs) % CYCLE_US === 0 ? 1 : 0;
  }
});
