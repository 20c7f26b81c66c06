import { ask, given } from "./ask.ts";
import { hasTerminal, Screen } from "./screen.ts";
import { columnsOfOutput, showsColour, showsUtf8 } from "./terminal-kind.ts";
import { LiveFeed } from "./watch/live-feed.ts";
import { WatchFrame } from "./watch/watch-frame.ts";
import { placeAfter, type WatchPlace } from "./watch/watch-keys.ts";

/** Four times a second. */
const LEAST_MS = 250;

/** `sealtrace watch`: the live view of a line, until `q`; on a pipe, as it is now. */
export async function watch({ line }: { readonly line?: string }): Promise<void> {
  if (!hasTerminal()) return await printOnce(line);
  const frame = new WatchFrame({ utf8: showsUtf8(), colour: showsColour() });
  let place: WatchPlace = { line: 0, page: null };
  let screen: Screen | null = null;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let waiting: NodeJS.Timeout | null = null;
  const draw = () => {
    if (screen === null) return;
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    drawnMs = performance.now();
    place = { ...place, line: feed.line };
    screen.draw(frame.lines(feed.watched, place, { columns: screen.columns, rows: screen.rows }));
  };
  const drawSoon = () => {
    waiting ??= setTimeout(draw, Math.max(0, LEAST_MS - (performance.now() - drawnMs)));
  };
  // a daemon that is not there is told before the terminal is touched
  const feed = await LiveFeed.open(line, drawSoon);
  const onKey = (key: string) => {
    place = placeAfter(key, place, feed.watched.live?.lines.length ?? 1);
    feed.turnTo(place.line);
    draw();
  };
  screen = Screen.open({ onKey, onResize: draw });
  draw();
  await screen.whenClosed;
  feed.close();
  if (waiting !== null) clearTimeout(waiting);
}

async function printOnce(line: string | undefined): Promise<void> {
  const rows = (await ask("status", "view", given({ line, columns: columnsOfOutput() }))) as readonly string[];
  process.stdout.write(`${rows.join("\n")}\n`);
}
