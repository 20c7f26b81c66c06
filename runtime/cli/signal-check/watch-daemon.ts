import type { CheckedSettings } from "../../../algorithms/signal-check/signal-check.ts";
import { CONTACTS } from "../../../algorithms/signal.ts";
import type { EdgeBatch, LineLevels } from "../../daemon/edge-feed.ts";
import { eachLevel, listenToEdges } from "../inputs/edge-stream.ts";
import { Progress } from "../progress.ts";
import { LineWatch, type WatchedLine } from "./line-watch.ts";

/** Contacts that rest are heard of once a second. */
const LATE_MS = 2_500;

/**
 * The contacts of the running daemon.
 * @throws InputError when none answers, or it ends meanwhile.
 */
export async function watchDaemon(line: string | undefined, seconds: number): Promise<readonly WatchedLine[]> {
  const progress = new Progress("watching");
  const watches: LineWatch[] = [];
  let stop: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let startUs = 0;
  let latest: EdgeBatch | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      const onBatch = (batch: EdgeBatch) => {
        if (latest === null) {
          timer = setTimeout(resolve, seconds * 1000 + LATE_MS);
          startUs = batch.nowUs ?? 0;
          for (const levels of batch.lines) watches.push(begun(levels, startUs));
        } else take(batch, watches);
        latest = batch;
        const share = ((batch.nowUs ?? startUs) - startUs) / (seconds * 1e6);
        progress.show(share);
        if (share >= 1) resolve();
      };
      listenToEdges(line, { onBatch, onEnd: reject }).then((end) => {
        stop = end;
      }, reject);
    });
  } finally {
    clearTimeout(timer);
    progress.clear();
    stop();
  }
  const lines = (latest as EdgeBatch | null)?.lines ?? [];
  return lines.flatMap((levels, i) =>
    line === undefined || levels.line === line
      ? [
          {
            line: levels.line,
            name: levels.name,
            settings: settingsOf(levels),
            ...(watches[i] as LineWatch).contacts(),
          },
        ]
      : [],
  );
}

function begun({ channels, blindSinceUs }: LineLevels, nowUs: number): LineWatch {
  const watch = new LineWatch();
  if (blindSinceUs !== null) watch.see(nowUs, false);
  for (const { channel, raw } of channels) if (raw !== null) watch.push(nowUs, channel, raw);
  return watch;
}

function take(batch: EdgeBatch, watches: readonly LineWatch[]): void {
  const { edges, changes, dropped, nowUs, lines } = batch;
  const holes: { timeUs: number; line: number; sees: boolean }[] = [];
  eachLevel(changes, (timeUs, line, channel, level) => {
    if (channel === "recorder") holes.push({ timeUs, line, sees: level === 1 });
  });
  const tell = (untilUs: number) => {
    while (holes[0] !== undefined && holes[0].timeUs <= untilUs) {
      const { timeUs, line, sees } = holes.shift() as (typeof holes)[number];
      watches[line]?.see(timeUs, sees);
    }
  };
  eachLevel(edges, (timeUs, line, channel, level) => {
    tell(timeUs);
    if (channel !== "recorder") watches[line]?.push(timeUs, channel, level);
  });
  tell(Number.POSITIVE_INFINITY);
  lines.forEach((levels, line) => {
    const watch = watches[line];
    if (watch === undefined || nowUs === null) return;
    if (dropped > 0) {
      watch.see(nowUs, false);
      for (const { channel, raw } of levels.channels) if (raw !== null) watch.push(nowUs, channel, raw);
      watch.see(nowUs, levels.blindSinceUs === null);
    }
    watch.moveTo(nowUs);
  });
}

function settingsOf(levels: LineLevels): CheckedSettings {
  const { minSealingTimeSeconds, maxSealingTimeSeconds, channels } = levels;
  const betas = CONTACTS.map((contact) => [
    contact,
    channels.find(({ channel }) => channel === contact)?.betaSeconds ?? minSealingTimeSeconds / 4,
  ]);
  return {
    betaSeconds: Object.fromEntries(betas) as CheckedSettings["betaSeconds"],
    minSealingTimeSeconds,
    maxSealingTimeSeconds,
  };
}
