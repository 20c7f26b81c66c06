import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Daemon, sealtrace } from "./appliance.ts";
import { goingFirst, leave, sharedFolder, task, wallOffsetUs } from "./program.ts";
import { SimulatedChip } from "./simulated-chip.ts";
import { CONTACT_LINES, Stimulus } from "./stimulus.ts";
import { setWallClock, trustClock } from "./wall-clock.ts";

// The appliance watches a shift, from `fromUs` to `untilUs`, while what is to happen happens.

/** Something that happens at a moment of true time; microseconds since 1970. */
export type Happening =
  | { readonly atUs: number; readonly kind: "unplug" | "plug" }
  /** The clock is set right, or to another error. */
  | { readonly atUs: number; readonly kind: "clock"; readonly errorUs: number }
  /** The machine says that it is ready to be cut off, and holds time still. */
  | { readonly atUs: number; readonly kind: "cut" };

/** What the machine is to do. Moments are true time, which the machine's clock may not know. */
export interface ShiftTask {
  readonly untilUs: number;
  /** What the machine's clock shows more than the truth at its start. */
  readonly clockErrorUs: number;
  /** Whether the network has set the clock before the start. */
  readonly isClockTrusted: boolean;
  /** Whether the data are in the shared folder, where a later machine finds what was synced; else in memory. */
  readonly keepsData: boolean;
  readonly happenings: readonly Happening[];
  /** Ids of shifts whose edges are wanted; of the first one the report. */
  readonly shifts: readonly string[];
}

/** What the appliance said at the end. */
export interface ShiftFindings {
  readonly report: unknown;
  readonly status: unknown;
  /** How late an edge was driven, at worst. */
  readonly worstLateUs: number;
  /** When the daemon was there, in true time. */
  readonly startedUs: number;
  readonly exitStatus: number | null;
}

const folder = sharedFolder();
const { untilUs, clockErrorUs, isClockTrusted, keepsData, happenings, shifts } = task<ShiftTask>();
const offsetUs = wallOffsetUs() - clockErrorUs;
const nowUs = () => Number(process.hrtime.bigint() / 1000n) + offsetUs;

const data = keepsData ? join(folder, "data") : "/run/data";
mkdirSync(data, { recursive: true });
if (isClockTrusted) trustClock();
const chip = new SimulatedChip(Object.values(CONTACT_LINES));
const stimulus = await Stimulus.load(join(folder, "stimulus.csv"));
stimulus.skip(chip, nowUs());
const daemon = await Daemon.start(join(folder, "config.toml"), join(data, "store"), join(folder, "daemon.log"));
const startedUs = nowUs();
goingFirst(() => {
  for (const happening of happenings) {
    stimulus.play(chip, offsetUs, happening.atUs);
    happen(happening);
  }
  stimulus.play(chip, offsetUs, untilUs);
});
const report: unknown = JSON.parse(sealtrace("report", shifts[0] ?? "", "--json"));
const status: unknown = JSON.parse(sealtrace("status", "--json"));
for (const [i, shift] of shifts.entries()) sealtrace("report", shift, "--edges", join(folder, `edges-${i}.csv`));
const exitStatus = await daemon.stop();
leave("shift.json", {
  report,
  status,
  worstLateUs: stimulus.worstLateUs,
  startedUs,
  exitStatus,
} satisfies ShiftFindings);

function happen(happening: Happening): void {
  if (happening.kind === "unplug") chip.unplug();
  else if (happening.kind === "plug") chip.plug();
  else if (happening.kind === "clock") setClock(nowUs() + happening.errorUs);
  else holdTime();
}

/** Says that it may be cut off now. Busy, time hardly goes on. */
function holdTime(): never {
  process.stdout.write("lab: cut me off\n");
  for (;;);
}

function setClock(wallUs: number): void {
  setWallClock(wallUs);
  trustClock();
}
