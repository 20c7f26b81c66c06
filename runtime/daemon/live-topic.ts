import { liveMoment } from "../live-moment.ts";
import { healthWords } from "../report/live-health.ts";
import type { LiveMoment } from "../report/live-view.ts";
import type { Language } from "../report/report-context.ts";
import { textsOf } from "../report/texts/texts-of.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { Topic } from "../socket/connection.ts";
import type { Appliance } from "./appliance.ts";
import { alarmsOf, shownHealth } from "./appliance-health.ts";
import { CallParams } from "./params.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";
import { WatchedValue } from "./watched-value.ts";

const LIVE_EVERY_MS = 250;
const SECOND_US = 1_000_000;
/** While nothing happens on a line, what time alone changes is computed this often. */
const SHIFT_EVERY_MS = 5000;

/** What the topic `live` tells: how all lines are at this moment. */
export interface LiveValue {
  readonly lines: readonly {
    readonly line: string;
    readonly name: string;
    readonly moment: LiveMoment;
  }[];
  readonly alarms: readonly string[];
}

/** What the topic `shift` of a line tells: its shift, and what a view of it is drawn with. */
export interface ShiftValue {
  /** Null before there is one. */
  readonly shift: ShiftResult | null;
  readonly timeZone: string;
  readonly language: Language;
}

/** Topic `live`: at most four times a second, whenever something is to be seen. */
export function liveTopic(appliance: Appliance, onFault: (error: unknown) => void): Topic {
  let told = "";
  const look = (): LiveValue | undefined => {
    const { language } = appliance.config;
    const health = healthWords(shownHealth(appliance, appliance.config.timeZone), textsOf(language));
    const lines = appliance.lines.map(({ keeper }) => {
      const { id, name } = keeper.settings.line;
      const moment = liveMoment(keeper.pipeline, health);
      return { line: id, name, moment: { ...moment, nowUs: Math.floor(moment.nowUs / SECOND_US) * SECOND_US } };
    });
    const value = { lines, alarms: alarmsOf(appliance) };
    const text = JSON.stringify(value);
    if (text === told) return undefined;
    told = text;
    return value;
  };
  const live = new WatchedValue(LIVE_EVERY_MS, look, onFault);
  return (_params, publish) => live.watch(publish);
}

/** Topic `shift` of a line (param `line`, where there are several): when something has happened, and now and then. */
export function shiftTopic(views: Views, appliance: Appliance, onFault: (error: unknown) => void): Topic {
  const values = new Map(appliance.lines.map((line) => [line, shiftOf(line, views, appliance, onFault)]));
  return (params, publish) => {
    const line = views.line(new CallParams(params).textOrNull("line"));
    return (values.get(line) as WatchedValue).watch(publish);
  };
}

function shiftOf(line: WatchedLine, views: Views, { config }: Appliance, onFault: (error: unknown) => void) {
  const { timeZone, language } = config;
  let told: ShiftResult | null | undefined;
  const look = async (): Promise<ShiftValue | undefined> => {
    const shift = await views.recent(line, SHIFT_EVERY_MS);
    if (shift === told) return undefined;
    told = shift;
    return { shift, timeZone, language };
  };
  return new WatchedValue(LIVE_EVERY_MS, look, onFault);
}
