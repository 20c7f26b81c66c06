import assert from "node:assert/strict";
import { join } from "node:path";
import type { Stage } from "./scene.ts";
import { changes, ownEdges, type RecordedEdge, readEdges, STAMP_US } from "./shift.ts";

/** A time in which the appliance saw everything; microseconds since 1970. */
interface Sight {
  readonly fromUs: number;
  readonly untilUs: number;
}

/**
 * Compares each edge in the appliance's journal with the stimulus: how many there are, and how far away the worst is.
 * @throws AssertionError when one is missing, another one, or more than a tick away.
 */
export async function comparedEdges(stage: Stage, { fromUs, untilUs }: Sight) {
  const within = (edges: readonly RecordedEdge[]) =>
    changes(edges).filter(({ atUs }) => atUs > fromUs && atUs < untilUs);
  const driven = within((await readEdges(join(stage.folder, "stimulus.csv"))).edges);
  const arrived = within(await ownEdges(stage));
  let worstUs = 0;
  for (const channel of ["sealing", "availability"] as const) {
    const drivenHere = driven.filter((edge) => edge.channel === channel);
    const arrivedHere = arrived.filter((edge) => edge.channel === channel);
    assert.equal(arrivedHere.length, drivenHere.length, `edges of ${channel}`);
    for (const [i, { atUs, level }] of drivenHere.entries()) {
      const edge = arrivedHere[i] as RecordedEdge;
      assert.equal(edge.level, level, `level of edge ${i} of ${channel}`);
      const awayUs = Math.abs(edge.atUs - atUs);
      assert.ok(awayUs <= STAMP_US, `edge ${i} of ${channel}, due at ${atUs} us, is ${awayUs} us away`);
      worstUs = Math.max(worstUs, awayUs);
    }
  }
  return { edges: driven.length, worstUs };
}
