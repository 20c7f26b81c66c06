import type { Config } from "../config.ts";

const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Without a calendar, a day of the local clock is a shift: a daemon's recording never ends. */
export function dailyPlanConfig(config: Config): Config {
  if (config.shift.length > 0) return config;
  const day = { name: "Day", days: [...EVERY_DAY], start: "00:00", end: "00:00", breaks: [] };
  return { ...config, shift: [day] };
}
