import type { Config } from "../config.ts";
import { WEEKDAYS } from "../config-calendar.ts";

/** Without a calendar, each day of the local clock is a shift, holiday or not: a daemon's recording never ends. */
export function dailyPlanConfig(config: Config): Config {
  if (config.shift.length > 0) return config;
  const day = { name: "Day", days: [...WEEKDAYS], start: "00:00", end: "00:00", breaks: [] };
  return { ...config, holidays: [], shift: [day] };
}
