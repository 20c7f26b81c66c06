import { cellOf, modeOf, narrowestScale, OUTLIER_PRICE, RUN_PRICE, SCALES, withinGrid } from "./grid.ts";
import { NoiseScale, type NoiseScaleState } from "./noise-scale.ts";

const SETTLE_EVERY = 16;
const MOST_UNSETTLED = 2048;
const FIRST_CAPACITY = 256;

/** Receives each sealing time once its place is final, in order: `startsSegment` when a new segment begins with it. */
export type SettledConsumer = (index: number, seconds: number, startsSegment: boolean, noise: NoiseScale) => void;

/** What `RunTracker.save` gives: plain numbers, independent of how the seals arrived. */
export interface RunTrackerState {
  readonly seals: number;
  readonly noise: NoiseScaleState;
  readonly live: readonly {
    readonly cells: readonly number[];
    readonly costs: readonly number[];
    readonly nodes: readonly number[];
  }[];
  readonly nodeStarts: readonly number[];
  readonly nodeParents: readonly number[];
  readonly bestNode: number;
  readonly unsettled: readonly number[];
  readonly cost: number;
}

/** Explanations of one scale that may still become the best: sorted by cell, costs relative to the best of all. */
class LiveCells {
  count = 0;
  cells = new Int32Array(FIRST_CAPACITY);
  costs = new Float64Array(FIRST_CAPACITY);
  nodes = new Int32Array(FIRST_CAPACITY);

  add(cell: number, cost: number, node: number): void {
    if (this.count === this.cells.length) this.#grow();
    this.cells[this.count] = cell;
    this.costs[this.count] = cost;
    this.nodes[this.count++] = node;
  }

  #grow(): void {
    this.cells = enlarged(this.cells, new Int32Array(2 * this.cells.length));
    this.costs = enlarged(this.costs, new Float64Array(2 * this.costs.length));
    this.nodes = enlarged(this.nodes, new Int32Array(2 * this.nodes.length));
  }
}

function enlarged<T extends Int32Array | Float64Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}

/**
 * The cheapest segmentation of a growing list of sealing times into runs of a common mode, kept up to date seal by seal.
 *
 * Dynamic programming over a grid of modes and a few noise scales: an explanation that ends in mode m with scale s pays
 * min(((x - m)/s)^2 + 2 ln s, outlier) for each seal and a price for each new run. An explanation dearer than
 * "the best so far plus a new run" can never win and is dropped, so only some dozens of the grid's cells are alive.
 * After Viterbi 1967 and the capped loss of Fearnhead and Rigaill 2019.
 *
 * Cost: a few microseconds a seal, memory bounded (2,048 unsettled seals at most; then the best explanation of the
 * oldest ones is taken as final).
 */
export class RunTracker {
  #seals = 0;
  #noise = new NoiseScale();
  #live = SCALES.map(() => new LiveCells());
  #next = SCALES.map(() => new LiveCells());
  // A node is the first seal of a segment in some explanation; its parent is the segment before. Older nodes come first.
  #nodeStarts: number[] = [];
  #nodeParents: number[] = [];
  #bestNode = -1;
  #unsettled: number[] = [];
  #cost = 0;
  #onSettled: SettledConsumer;

  constructor(onSettled: SettledConsumer) {
    this.#onSettled = onSettled;
  }

  /** Seals pushed so far. */
  get seals(): number {
    return this.#seals;
  }

  /** What the best explanation of all seals so far costs. */
  get cost(): number {
    return this.#cost;
  }

  /** The line's usual noise, learned on the way. */
  get noise(): NoiseScale {
    return this.#noise;
  }

  /** Adds the next sealing time in seconds (positive). @throws RangeError for anything else. */
  push(seconds: number): void {
    if (!(seconds > 0 && Number.isFinite(seconds)))
      throw new RangeError(`a sealing time must be positive, not ${seconds}`);
    this.#settleBefore();
    this.#extend(seconds);
    this.#noise.push(seconds);
    this.#unsettled.push(seconds);
    this.#seals++;
  }

  /** Not after a seal: there may be more to say of the newest one before it is handed out. */
  #settleBefore(): void {
    if (this.#seals > 0 && this.#seals % SETTLE_EVERY === 0) this.#settle();
    while (this.#unsettled.length >= MOST_UNSETTLED) {
      this.#keepOnlyTheBestBranch();
      this.#settle();
    }
  }

  /** Hands out what is not settled yet as the best explanation sees it now; changes nothing. */
  tail(consume: SettledConsumer): void {
    const starts = new Set<number>();
    for (let node = this.#bestNode; node >= 0; node = this.#nodeParents[node] as number)
      starts.add(this.#nodeStarts[node] as number);
    const first = this.#seals - this.#unsettled.length;
    for (const [i, seconds] of this.#unsettled.entries())
      consume(first + i, seconds, starts.has(first + i), this.#noise);
  }

  #extend(seconds: number): void {
    const x = withinGrid(seconds);
    const node = this.#nodeStarts.length;
    const noise = this.#noise.at(x);
    const narrowest = narrowestScale(x, this.#noise.clockStepSeconds);
    let best = Number.POSITIVE_INFINITY;
    let bestNode = -1;
    for (let k = 0; k < SCALES.length; k++) {
      const { factor, surcharge } = SCALES[k] as (typeof SCALES)[number];
      const scale = Math.max(factor * noise, narrowest);
      const entry = RUN_PRICE + surcharge;
      const next = this.#next[k] as LiveCells;
      const cheapest = extendScale(
        this.#live[k] as LiveCells,
        next,
        x,
        scale,
        2 * Math.log(scale / noise),
        entry,
        node,
      );
      if (cheapest >= 0 && (next.costs[cheapest] as number) < best) {
        best = next.costs[cheapest] as number;
        bestNode = next.nodes[cheapest] as number;
      }
    }
    for (const { costs, count } of this.#next) for (let i = 0; i < count; i++) costs[i] = (costs[i] as number) - best;
    this.#cost += best;
    [this.#live, this.#next] = [this.#next, this.#live];
    this.#nodeStarts.push(this.#seals);
    this.#nodeParents.push(this.#bestNode);
    this.#bestNode = bestNode;
  }

  /** Hands out the seals whose segment every live explanation agrees on. */
  #settle(): void {
    this.#forgetDeadNodes();
    const { ancestor, nextStart } = this.#commonAncestor();
    const starts = new Set<number>();
    for (let node = ancestor; node >= 0; node = this.#nodeParents[node] as number)
      starts.add(this.#nodeStarts[node] as number);
    const first = this.#seals - this.#unsettled.length;
    const settled = Math.max(0, nextStart - first);
    for (let i = 0; i < settled; i++)
      this.#onSettled(first + i, this.#unsettled[i] as number, starts.has(first + i), this.#noise);
    if (settled > 0) this.#unsettled.splice(0, settled);
    this.#nodeParents[ancestor] = -1;
  }

  /** The last node that all live explanations share, and the first seal on which they differ. */
  #commonAncestor(): { ancestor: number; nextStart: number } {
    const waiting = new Uint8Array(this.#nodeStarts.length);
    let distinct = 0;
    let newest = 0;
    for (const { nodes, count } of this.#live)
      for (let i = 0; i < count; i++) {
        const node = nodes[i] as number;
        if (waiting[node] === 0) distinct++;
        waiting[node] = 1;
        if (node > newest) newest = node;
      }
    let nextStart = this.#seals;
    for (let node = newest; ; node--) {
      if (waiting[node] === 0) continue;
      if (distinct === 1) return { ancestor: node, nextStart };
      const parent = this.#nodeParents[node] as number;
      nextStart = this.#nodeStarts[node] as number;
      if (waiting[parent] === 0) waiting[parent] = 1;
      else distinct--;
    }
  }

  #forgetDeadNodes(): void {
    const size = this.#nodeStarts.length;
    const moved = new Int32Array(size);
    const mark = (from: number) => {
      for (let node = from; node >= 0 && moved[node] === 0; node = this.#nodeParents[node] as number) moved[node] = 1;
    };
    for (const { nodes, count } of this.#live) for (let i = 0; i < count; i++) mark(nodes[i] as number);
    let kept = 0;
    for (let node = 0; node < size; node++) {
      if (moved[node] === 0) continue;
      const parent = this.#nodeParents[node] as number;
      this.#nodeStarts[kept] = this.#nodeStarts[node] as number;
      this.#nodeParents[kept] = parent < 0 ? -1 : (moved[parent] as number);
      moved[node] = kept++;
    }
    this.#nodeStarts.length = kept;
    this.#nodeParents.length = kept;
    for (const { nodes, count } of this.#live)
      for (let i = 0; i < count; i++) nodes[i] = moved[nodes[i] as number] as number;
    this.#bestNode = moved[this.#bestNode] as number;
  }

  /** Bounds memory: explanations that leave the best one's path at its oldest open place are given up. */
  #keepOnlyTheBestBranch(): void {
    const { ancestor } = this.#commonAncestor();
    const childOf = (node: number) => {
      let child = node;
      while (child !== ancestor && this.#nodeParents[child] !== ancestor) child = this.#nodeParents[child] as number;
      return child;
    };
    const branch = childOf(this.#bestNode);
    for (const live of this.#live) {
      let kept = 0;
      for (let i = 0; i < live.count; i++) {
        if (childOf(live.nodes[i] as number) !== branch) continue;
        live.cells[kept] = live.cells[i] as number;
        live.costs[kept] = live.costs[i] as number;
        live.nodes[kept++] = live.nodes[i] as number;
      }
      live.count = kept;
    }
  }

  /** Everything needed to go on later with identical results. */
  save(): RunTrackerState {
    return {
      seals: this.#seals,
      noise: this.#noise.save(),
      live: this.#live.map(({ cells, costs, nodes, count }) => ({
        cells: [...cells.subarray(0, count)],
        costs: [...costs.subarray(0, count)],
        nodes: [...nodes.subarray(0, count)],
      })),
      nodeStarts: [...this.#nodeStarts],
      nodeParents: [...this.#nodeParents],
      bestNode: this.#bestNode,
      unsettled: [...this.#unsettled],
      cost: this.#cost,
    };
  }

  /** Goes on where `save` was called. */
  static restore(state: RunTrackerState, onSettled: SettledConsumer): RunTracker {
    const tracker = new RunTracker(onSettled);
    tracker.#seals = state.seals;
    tracker.#noise = NoiseScale.restore(state.noise);
    for (const [k, { cells, costs, nodes }] of state.live.entries()) {
      const live = tracker.#live[k] as LiveCells;
      for (const [i, cell] of cells.entries()) live.add(cell, costs[i] as number, nodes[i] as number);
    }
    tracker.#nodeStarts = [...state.nodeStarts];
    tracker.#nodeParents = [...state.nodeParents];
    tracker.#bestNode = state.bestNode;
    tracker.#unsettled = [...state.unsettled];
    tracker.#cost = state.cost;
    return tracker;
  }
}

const MODES = Float64Array.from({ length: 4000 }, (_, i) => modeOf(i - 1200));

/** One seal for all explanations of one scale; returns the place of the cheapest in `next`, -1 when it is empty. */
function extendScale(
  live: LiveCells,
  next: LiveCells,
  x: number,
  scale: number,
  scaleCost: number,
  entry: number,
  newNode: number,
): number {
  const outlier = OUTLIER_PRICE;
  const reach = scale * Math.sqrt(outlier - scaleCost);
  const last = cellOf(x + reach);
  let window = cellOf(x - reach);
  let i = 0;
  let cheapest = -1;
  let lowest = Number.POSITIVE_INFINITY;
  const { cells, costs, nodes, count } = live;
  next.count = 0;
  while (i < count || window <= last) {
    const liveCell = i < count ? (cells[i] as number) : Number.MAX_SAFE_INTEGER;
    let cell = liveCell;
    let cost = entry;
    let node = newNode;
    if (liveCell <= window || window > last) {
      if ((costs[i] as number) <= entry) {
        cost = costs[i] as number;
        node = nodes[i] as number;
      }
      i++;
    }
    if (liveCell >= window && window <= last) cell = window++;
    const z = (x - (MODES[cell + 1200] as number)) / scale;
    cost += Math.min(z * z + scaleCost, outlier);
    // The best of all can cost at most one outlier more than now: whatever ends above that plus a new run is dead.
    if (cost >= outlier + entry) continue;
    if (cost < lowest) {
      lowest = cost;
      cheapest = next.count;
    }
    next.add(cell, cost, node);
  }
  return cheapest;
}
