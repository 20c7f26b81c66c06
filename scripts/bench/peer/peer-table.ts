import type { Table } from "../table.ts";
import type { Footprint } from "./footprint.ts";

const EQUAL_RATES = 0.02;

/**
 * Both footprints with their ratios.
 * @throws Error when the two were not fed at the same pace: nothing could be compared then.
 */
export function peerTable(
  flow: Footprint,
  daemon: Footprint,
  trueSeals: number | null,
  notes: readonly string[],
): Table {
  for (const key of ["realEdgesPerSecond", "fastEdgesPerSecond"] as const)
    if (Math.abs(flow[key] / daemon[key] - 1) > EQUAL_RATES)
      throw new Error(`${key} differ: ${flow[key]} and ${daemon[key]}; the machine is too busy, run it again`);
  const row = (what: string, of: (footprint: Footprint) => number, decimals: number) => {
    const [theirs, ours] = [of(flow), of(daemon)];
    return [what, theirs.toFixed(decimals), ours.toFixed(decimals), theirs > 0 ? (ours / theirs).toFixed(2) : "-"];
  };
  return {
    title: "Beside a Node-RED flow: pulse length, >= 1 s, count, append to a file",
    notes: [
      ...notes,
      `fed in real time with ${daemon.realEdgesPerSecond.toFixed(1)} edges a second, fast with ${daemon.fastEdgesPerSecond.toFixed(0)}`,
    ],
    columns: [{ name: "" }, { name: "Node-RED" }, { name: "sealtrace" }, { name: "ratio" }],
    rows: [
      row("start until it reads, s", ({ startSeconds }) => startSeconds, 1),
      row("resident at rest, MiB", ({ restMib }) => restMib, 0),
      row("resident after the shift, MiB", ({ endMib }) => endMib, 0),
      row("resident at most, MiB", ({ peakMib }) => peakMib, 0),
      row("CPU at rest, % of a core", ({ restCpu }) => restCpu * 100, 2),
      row("CPU in real time, % of a core", ({ realCpu }) => realCpu * 100, 2),
      row("CPU an edge, fast, us", ({ cpuUsPerEdge }) => cpuUsPerEdge, 1),
      ["seals counted", String(flow.seals), String(daemon.seals), "-"],
      ["seals truly made", String(trueSeals ?? "-"), String(trueSeals ?? "-"), "-"],
    ],
  };
}
