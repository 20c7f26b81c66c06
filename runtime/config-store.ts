import * as v from "valibot";
import { setting } from "./config-setting.ts";

const whole = (from: number, to: number) =>
  v.pipe(
    v.number(),
    v.integer("must be a whole number"),
    v.minValue(from, `must be ${from} or more`),
    v.maxValue(to, `must be ${to} or less`),
  );

/** The part of a configuration that says how much is kept, and how soon it is on the disk. */
export const storeEntries = {
  store: v.optional(
    setting(
      v.strictObject({
        commitWindowSeconds: v.optional(
          setting(
            v.pipe(v.number(), v.minValue(0, "must be 0 s or more"), v.maxValue(30, "must be 30 s or less")),
            "how long an event may wait for the disk; longer windows wear the card less, see [store.md](store.md)",
            { unit: "s" },
          ),
          1,
        ),
        eventDays: v.optional(
          setting(whole(2, 400), "how long single events are kept; shifts hold all their seals themselves", {
            unit: "days",
          }),
          30,
        ),
        shiftDays: v.optional(setting(whole(30, 7300), "how long shifts are kept", { unit: "days" }), 1830),
        mostMegabytes: v.optional(
          setting(whole(10, 100_000), "above this the oldest tenth of the shifts goes", { unit: "MiB" }),
          2048,
        ),
        journalMegabytes: v.optional(
          setting(whole(64, 100_000), "raw edges that are kept, the newest ones", { unit: "MiB" }),
          200,
        ),
      }),
      "What is kept, and how soon it is on the disk.",
    ),
    {},
  ),
} as const;
