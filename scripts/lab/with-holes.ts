import { join } from "node:path";
import type { Level } from "../../algorithms/signal.ts";
import type { Stage } from "./scene.ts";
import { changes, ownEdges, type RecordedEdge, readEdges, STAMP_US, writeEdges } from "./shift.ts";

/**
 * Writes what the appliance should have seen of the stimulus, as `expected.csv`: from the moment on at which it was
 * there, and with the holes that it tells itself, whose place the scene checks. Where its sight begins, all levels are
 * said; what happened before is not there. Its signs of life are taken over: edges are counted in a shift when time has
 * gone on so far that they are decided.
 */
export async function writeExpected(stage: Stage): Promise<void> {
  const own = await ownEdges(stage);
  const { edges } = await readEdges(join(stage.folder, "stimulus.csv"));
  await writeEdges(stage, "expected.csv", [...expectedEdges(edges, own)]);
}

/** What of these edges somebody should have seen who has written down `own`: see `writeExpected`. */
export function expectedEdges(edges: readonly RecordedEdge[], own: readonly RecordedEdge[]): Iterable<RecordedEdge> {
  const changed = changes(own);
  const isChange = new Set(changed);
  const moments = own
    .filter((edge) => (edge.channel === "recorder") === isChange.has(edge))
    .map(({ atUs, channel, level }): Moment => ({ atUs, sees: channel === "recorder" ? level : null }));
  const contacts = changed.filter(({ channel }) => channel !== "recorder");
  return seenEdges(edges, moments, contacts);
}

/** The appliance begins to see, or ceases to, or (null) gives a sign of life. */
interface Moment {
  readonly atUs: number;
  readonly sees: Level | null;
}

function* seenEdges(
  edges: readonly RecordedEdge[],
  moments: readonly Moment[],
  own: readonly RecordedEdge[],
): Generator<RecordedEdge> {
  const levels = new Map<RecordedEdge["channel"], Level>();
  let sees: Level = 0;
  let next = 0;
  let lastUs = 0;
  for (const edge of edges) {
    for (let moment = moments[next]; moment !== undefined && isBefore(moment, edge, own); moment = moments[++next]) {
      // where the appliance's clock is a little off, the order of what happened goes before
      const atUs = Math.min(Math.max(moment.atUs, lastUs), edge.atUs);
      lastUs = atUs;
      if (sees === 1 || moment.sees === 1) for (const [channel, level] of levels) yield { atUs, channel, level };
      if (moment.sees === null) continue;
      sees = moment.sees;
      yield { atUs, channel: "recorder", level: sees };
    }
    levels.set(edge.channel, edge.level);
    lastUs = edge.atUs;
    if (sees === 1) yield edge;
  }
}

/**
 * Whether the moment comes before the edge. The appliance's times are off by up to a tick, and so nearer than that other
 * things tell: a hole begins with the latest that was seen, which is the edge; and from the end of a hole on an edge is
 * seen if it was written down.
 */
function isBefore({ atUs, sees }: Moment, edge: RecordedEdge, own: readonly RecordedEdge[]): boolean {
  if (sees === null || Math.abs(atUs - edge.atUs) > STAMP_US) return atUs < edge.atUs;
  const isWritten = ({ atUs: ownUs, channel, level }: RecordedEdge) =>
    channel === edge.channel && level === edge.level && ownUs > atUs && Math.abs(ownUs - edge.atUs) <= STAMP_US;
  return sees === 1 && own.some(isWritten);
}
