import assert from "node:assert/strict";
import type { BurstFindings } from "../guest/burst.ts";
import type { Seen } from "../guest/watch-lines.ts";
import { Machine } from "../machine.ts";
import { left, type Scene } from "../scene.ts";
import { SHIFT_START_US } from "../shift.ts";

/** Edges that come while nobody reads, and pulses too short for an interrupt at each end: nothing is lost unsaid. */
export const burst: Scene = {
  name: "burst",
  title: "a burst faster than it is read: arrived + reported lost = driven, and the level is right",
  limitSeconds: 300,
  async play(stage) {
    await Machine.run({
      ...stage,
      program: new URL("../guest/burst.js", import.meta.url),
      limitMs: this.limitSeconds * 1000,
      timeTravelFromUs: SHIFT_START_US,
    });
    const { driven, levels, burst, short } = await left<BurstFindings>(stage, "burst.json");
    const { edges, lostEdges } = burst.counters;
    assert.equal(edges + lostEdges, driven.burst, "arrived and lost are what was driven");
    assert.ok(lostEdges > 0, "the kernel could not keep all of them");
    assert.equal(burst.entries.filter(([, , , lostBefore]) => lostBefore).length, 1, "one mark where they are missing");
    assert.deepEqual(lastLevels(burst), levels, "levels after the burst");
    const arrived = short.counters.edges - edges;
    const hidden = short.counters.hiddenGlitches - burst.counters.hiddenGlitches;
    // where a tick falls between its ends, both arrive
    assert.ok(arrived + hidden >= driven.short, "of each short pulse one edge arrives, the other is counted as hidden");
    assert.equal(short.counters.lostEdges, lostEdges, "which is no loss");
    assert.deepEqual(lastLevels(short), levels, "levels after the short pulses");
    assert.equal(short.counters.corrections, 0, "no level had to be put right");
    return `${driven.burst} edges: ${edges} arrived, ${lostEdges} reported lost; ${driven.short / 2} short pulses: all told`;
  },
};

function lastLevels({ entries }: Seen) {
  return [0, 1].map((channel) => entries.findLast((entry) => entry[1] === channel)?.[2]);
}
