/** Width of a cell of the grid of candidate modes: neighbours differ by 0.4 %. */
export const CELL = 0.004;
const SHORTEST_SECONDS = 0.02;
const LONGEST_SECONDS = 20_000;

/**
 * Candidate noise scales as multiples of the line's usual noise, each with what a run of that scale costs more than one
 * of usual noise: an odd scale must be worth it, or chance neighbours and trial seals would pass for a product.
 */
export const SCALES: readonly { readonly factor: number; readonly surcharge: number }[] = [
  { factor: 0.5, surcharge: 4 },
  { factor: 1, surcharge: 0 },
  { factor: 2, surcharge: 6 },
  { factor: 4, surcharge: 14 },
];

/** What a seal costs at most, in squared standard deviations: an outlier. */
export const OUTLIER_PRICE = 12;
/** What a new run costs. */
export const RUN_PRICE = 26;

/** The sealing time itself, or the end of the grid it lies beyond. */
export function withinGrid(seconds: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, seconds));
}

/** Nearest cell of a sealing time in seconds (any positive time; what is out of range falls into the outermost cell). */
export function cellOf(seconds: number): number {
  return Math.round(Math.log(withinGrid(seconds)) / CELL);
}

/** Mode in seconds of a cell. */
export function modeOf(cell: number): number {
  return Math.exp(cell * CELL);
}

// What looks like a coarser step than some quarter of the sealing time is not the clock's.
const COARSEST_RELATIVE = 0.15;

/** Narrowest scale in seconds that means anything at a mode: some half a cell of the grid, some half a step of the clock. */
export function narrowestScale(modeSeconds: number, clockStepSeconds: number): number {
  return Math.max((CELL / 1.6) * modeSeconds, Math.min(0.55 * clockStepSeconds, COARSEST_RELATIVE * modeSeconds));
}
