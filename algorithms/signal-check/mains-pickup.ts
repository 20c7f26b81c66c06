import type { EdgeSeries } from "./edge-series.ts";

/** Periods of the mains and of both its half-waves, at 50 and 60 Hz, each with 8 % of room, in microseconds. */
const BANDS = [
  { hertz: 60, lowUs: 15_333, highUs: 18_000 },
  { hertz: 50, lowUs: 18_400, highUs: 21_600 },
  { hertz: 120, lowUs: 7_667, highUs: 9_000 },
  { hertz: 100, lowUs: 9_200, highUs: 10_800 },
] as const;
/** So many periods in a row are no chance: bounce is over by then. */
const FEWEST_PERIODS = 4;

/** Trains of pulses at the frequency of the mains. */
export interface MainsPickup {
  readonly trains: number;
  /** Time of all trains. */
  readonly seconds: number;
  /** Median of their periods, as a frequency; 100 or 120 where both half-waves are seen. */
  readonly hertz: number;
  /** What the mains have there: 50 or 60. */
  readonly mainsHertz: 50 | 60;
}

/** Looks for trains of at least four periods of the mains between rising edges; null when there are none. */
export function mainsPickup({ startLevel, timesUs }: EdgeSeries): MainsPickup | null {
  const periods: number[] = [];
  let trains = 0;
  let trainUs = 0;
  let run: number[] = [];
  let band: (typeof BANDS)[number] | undefined;
  const end = () => {
    if (run.length >= FEWEST_PERIODS) {
      trains++;
      for (const periodUs of run) {
        periods.push(periodUs);
        trainUs += periodUs;
      }
    }
    run = [];
  };
  const firstRise = startLevel === 0 ? 0 : 1;
  for (let i = firstRise + 2; i < timesUs.length; i += 2) {
    const periodUs = (timesUs[i] as number) - (timesUs[i - 2] as number);
    const found = BANDS.find(({ lowUs, highUs }) => lowUs <= periodUs && periodUs <= highUs);
    if (found === undefined || found !== band) end();
    band = found;
    if (found !== undefined) run.push(periodUs);
  }
  end();
  if (trains === 0) return null;
  const middle = periods.sort((a, b) => a - b)[periods.length >> 1] as number;
  const hertz = 1e6 / middle;
  const near = BANDS.find(({ lowUs, highUs }) => lowUs <= middle && middle <= highUs)?.hertz ?? 50;
  return { trains, seconds: trainUs / 1e6, hertz, mainsHertz: near % 60 === 0 ? 60 : 50 };
}
