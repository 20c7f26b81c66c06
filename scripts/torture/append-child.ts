import { writeSync } from "node:fs";
import { Store } from "../../runtime/store/store.ts";
import { knownEvent } from "./known-events.ts";

// Appends to two lines of the store in the first argument until somebody kills it, and prints `LINE SEQ` for what is
// durable. It works as fast as commits go, so that it can be killed in the middle of anything.

const LINES = [0, 5];
const BURST = 40;

const store = await Store.open(process.argv[2] as string, {
  commitWindowMs: 5,
  onDurable: (line, seq) => writeSync(1, `${line} ${seq}\n`),
});
writeSync(1, "open\n");
for (let round = 0; ; round++) {
  for (const line of LINES) {
    let seq = (await store.load(line)).nextSeq;
    for (let i = 0; i < BURST; i++) seq = (store.append(line, knownEvent(line, seq)) as number) + 1;
    store.setFront(line, { nextSeq: seq });
    if (round % 16 === 0) store.putSnapshot(line, { nextSeq: seq, filler: new Uint8Array(20_000) });
  }
  if (round % 3 === 0) await store.commit();
  else await new Promise((resolve) => setTimeout(resolve, 1));
}
