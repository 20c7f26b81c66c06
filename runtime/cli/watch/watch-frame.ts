import { printable } from "../../../drivers/formats/printable.ts";
import type { LiveValue, ShiftValue } from "../../daemon/live-topic.ts";
import { LocalClock } from "../../local-clock.ts";
import { livePage } from "../../report/live-pages.ts";
import { liveView, type ViewOptions, type ViewSize } from "../../report/live-view.ts";
import type { ReportContext } from "../../report/report-context.ts";
import { cut, joined, legible } from "../../report/terminal.ts";
import { textsOf } from "../../report/texts/texts-of.ts";
import type { Texts } from "../../report/texts/texts.ts";
import type { WatchPlace } from "./watch-keys.ts";

const LEAST_COLUMNS = 40;
/** A window without room for more than this shows no keys. */
const ROWS_WITH_KEYS = 8;

/** Everything that is known of what is looked at; null while it has not come yet. */
export interface Watched {
  readonly live: LiveValue | null;
  readonly shift: ShiftValue | null;
  /** For how long the daemon has been away, in seconds; null while it is there. */
  readonly awaySeconds: number | null;
}

/** The whole screen of `sealtrace watch`. */
export class WatchFrame {
  readonly #options: ViewOptions;
  #context: ReportContext | null = null;
  #timeZone = "";

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  lines(watched: Watched, place: WatchPlace, size: ViewSize): readonly string[] {
    const { shift, awaySeconds, live } = watched;
    const texts = textsOf(shift?.language ?? "en");
    const alarms = (live?.alarms ?? []).map((alarm) => `${texts.live.alarm}  ${alarm}`);
    const away = awaySeconds === null ? [] : [texts.live.away(texts.numerals.duration(awaySeconds))];
    const keys = size.rows < ROWS_WITH_KEYS ? [] : [this.#keys(texts, live, place, size)];
    const urgent = [...away, ...alarms].slice(0, Math.max(0, size.rows - keys.length - 1));
    const feet = [...urgent, ...keys].map((line) => this.#fit(line, size));
    const room = { ...size, rows: Math.max(0, size.rows - feet.length) };
    const body = this.#body(watched, place, room);
    const blanks = Array.from({ length: Math.max(0, room.rows - body.length) }, () => "");
    return [...body, ...blanks, ...feet];
  }

  #body({ live, shift }: Watched, { line, page }: WatchPlace, size: ViewSize): readonly string[] {
    const seen = live?.lines[line];
    if (seen === undefined || shift === null) return [" ..."];
    if (shift.shift === null) return [this.#fit(`${seen.name.toUpperCase()}   no shift yet`, size)];
    const context = this.#contextOf(shift);
    return page === null
      ? liveView(shift.shift, seen.moment, context, size, this.#options)
      : livePage(page, shift.shift, seen.moment, context, size, this.#options);
  }

  #keys({ live: { keys } }: Texts, live: LiveValue | null, { line, page }: WatchPlace, size: ViewSize): string {
    const count = live?.lines.length ?? 1;
    const lines = count > 1 ? [`n ${keys.line} (${line + 1}/${count})`] : [];
    const back = page === null ? [] : [`Esc ${keys.back}`];
    const words = [`q ${keys.quit}`, ...back, `l ${keys.losses}`, `p ${keys.products}`, `s ${keys.signals}`];
    return joined([...words, ...lines, `? ${keys.help}`], Math.max(LEAST_COLUMNS, size.columns));
  }

  #fit(line: string, { columns }: ViewSize): string {
    return legible(cut(` ${printable(line)}`, Math.max(LEAST_COLUMNS, columns)).trimEnd(), this.#options.utf8);
  }

  /** A local clock remembers what it has looked up. */
  #contextOf({ timeZone, language }: ShiftValue): ReportContext {
    if (this.#context === null || this.#timeZone !== timeZone || this.#context.language !== language) {
      this.#timeZone = timeZone;
      const clock = new LocalClock(timeZone);
      const more = { version: "", settingsHash: null, history: [], maintenance: null };
      this.#context = { clock, startWallUs: 0, language, ...more };
    }
    return this.#context;
  }
}
