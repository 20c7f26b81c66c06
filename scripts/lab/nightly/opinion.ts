import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Level } from "../../../algorithms/signal.ts";
import type { InputsProbe } from "../../../drivers/gpio/probe.ts";
import type { ShiftResult } from "../../../runtime/shift-result.ts";
import { differences, EXACT } from "../same-report.ts";
import { changes, readEdges, replayed, SHIFT_ID, SHIFT_START_US, shiftIn } from "../shift.ts";
import type { Board } from "./board.ts";
import type { Contacts, Move } from "./contacts.ts";
import type { EmulatedMachine, EmulatedStage } from "./emulated-machine.ts";
import type { Counted } from "./guest/count.ts";
import { RPIO_PACE, type Watched } from "./guest/watch.ts";
import type { NightlyTask } from "./scene-task.ts";

// What every emulated computer has to do with its contacts, and whether it did.

const CHANNELS = ["sealing", "availability"] as const;
const WATCHED_CHANGES = 100;
const SEALS = 24;
const OWN_EDGES = "own.csv";
/** An emulated processor may be held up by the computer around it; a seal lasts 1500 ms. */
const LENGTH_TOLERANCE_MS = 250;

/** What the program of such a computer is to do. */
export function taskOf({ lines }: Board): NightlyTask {
  const levels = CHANNELS.length + WATCHED_CHANGES;
  return { lines, config: configOf(lines), levels, shift: SHIFT_ID, startUs: SHIFT_START_US };
}

function configOf({ sealing, availability }: Board["lines"]): string {
  return `timeZone = "UTC"

[inputs]
rateHz = ${RPIO_PACE.rateHz}
blindAfterMs = ${RPIO_PACE.blindAfterMs}

[[shift]]
name = "Early"
start = "06:00"
end = "14:00"

[[line]]
id = "sealer"

[line.channels.sealing]
pin = ${sealing}

[line.channels.availability]
pin = ${availability}
`;
}

/** Moves the contacts while the driver watches them. Resolves to what is to be said about it. */
export async function watchesContacts(machine: EmulatedMachine, contacts: Contacts, driver: string): Promise<string> {
  const from = contacts.moves.length - CHANNELS.length;
  await contacts.moveSeen(WATCHED_CHANGES);
  const watched = await machine.left<Watched>("watched");
  const driven = contacts.moves.slice(from);
  // nothing is half done when the appliance starts
  await contacts.move("sealing", 0);
  await contacts.move("availability", 0);
  assert.equal(watched.driver, driver, "the driver that was chosen");
  assert.deepEqual(
    watched.levels.map(({ channel, level }) => [CHANNELS[channel], level]),
    driven.map(({ contact, level }) => [contact, level]),
    "levels at the start, then each change in its order",
  );
  const times = watched.levels.map(({ timeUs }) => timeUs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    "times never go back",
  );
  const { lostEdges, hiddenGlitches, corrections } = watched.counters;
  assert.deepEqual({ lostEdges, hiddenGlitches, corrections }, { lostEdges: 0, hiddenGlitches: 0, corrections: 0 });
  assert.equal(watched.trouble, null);
  assert.equal(watched.keepsRegisters, false, "nothing stays mapped");
  return `${driver}: ${WATCHED_CHANGES} changes seen as driven`;
}

/** Asserts that a program has loaded the binaries that it needs. */
export function hasBinaries(loaded: readonly string[], needed: readonly RegExp[]): void {
  const missing = needed.filter((binary) => !loaded.some((path) => binary.test(path)));
  assert.deepEqual(missing, [], `binaries that are none of ${loaded.join(", ")}`);
}

/** Asserts that a probe has found the chip, and reads what the contacts were moved to. */
export function probesWell(
  probe: InputsProbe,
  driver: string,
  chipLabels: readonly string[],
  contacts: Contacts,
): void {
  assert.equal(probe.driver, driver);
  assert.deepEqual(probe.faults, [], "what is to be put right");
  const labels = probe.chips.map(({ label }) => label);
  assert.deepEqual(labels, chipLabels, "chips");
  const levels = Object.fromEntries(probe.contacts.map(({ name, level }) => [name, level]));
  assert.deepEqual(levels, Object.fromEntries(CHANNELS.map((name) => [name, contacts.levelOf(name)])), "levels");
}

/** Seals while the appliance counts. Resolves to what is to be said about it. */
export async function countsSeals(
  machine: EmulatedMachine,
  contacts: Contacts,
  stage: EmulatedStage,
  { driver, binaries }: { readonly driver: string; readonly binaries: readonly RegExp[] },
): Promise<string> {
  await machine.says(/lab: counting/);
  const from = contacts.moves.length;
  await contacts.seal(SEALS);
  machine.tell("done");
  const counted = await machine.left<Counted>("counted");
  assert.equal(counted.exitStatus, 0, "the daemon stopped in order");
  const { lines, inputs } = counted.status as Status;
  assert.equal(inputs.driver, driver, "the driver of the appliance");
  assert.equal(inputs.counters.lostEdges, 0, "lost edges");
  assert.equal(lines[0]?.shift?.seals, SEALS, "seals in the status");
  hasBinaries(counted.binaries, binaries);
  const report = counted.report as ShiftResult;
  assert.equal(report.seals, SEALS, "seals in the report");
  const worstMs = await comparedLengths(stage, counted.edges, contacts.moves.slice(from));
  await writeFile(join(stage.folder, "config.toml"), configOf(contacts.lines));
  const here = await replayed(stage, OWN_EDGES);
  const { startWallUs } = await readEdges(join(stage.folder, OWN_EDGES));
  assert.deepEqual(
    differences(shiftIn(counted.replay, startWallUs), here, EXACT),
    [],
    "its replay and this computer's",
  );
  assert.deepEqual(
    differences(counts(report), counts(here), EXACT),
    [],
    "its report, and this computer's of its edges",
  );
  const again = counts(counted.reportAgain as ShiftResult);
  assert.deepEqual(differences(counts(report), again, EXACT), [], "its report after it was started anew");
  return `${SEALS} seals counted as driven, lengths within ${worstMs.toFixed(1)} ms; replay as on this computer`;
}

/** What time no longer changes when all seals are made; which product they are is not settled while a shift goes on. */
function counts({ seals, sealsWhileNotReady, signals, remarks }: ShiftResult) {
  return { seals, sealsWhileNotReady, signals, remarks };
}

/** Holds the edges that the appliance wrote down against those that were driven: by how much a seal is too long, at worst. */
async function comparedLengths({ folder }: EmulatedStage, edges: string, driven: readonly Move[]): Promise<number> {
  const path = join(folder, OWN_EDGES);
  await writeFile(path, edges);
  const own = changes((await readEdges(path)).edges).filter(({ channel }) => channel === "sealing");
  const lengths = closedMs(own.map(({ level, atUs }) => ({ level, atMs: atUs / 1000 })));
  const expected = closedMs(driven.filter(({ contact }) => contact === "sealing"));
  assert.equal(lengths.length, expected.length, "seals in its own edges");
  const worstMs = Math.max(...lengths.map((ms, i) => Math.abs(ms - (expected[i] as number))));
  assert.ok(worstMs <= LENGTH_TOLERANCE_MS, `a seal is ${worstMs} ms too long or too short`);
  return worstMs;
}

/** How long a contact was closed, each time. */
function closedMs(levels: readonly { readonly level: Level; readonly atMs: number }[]): readonly number[] {
  return levels.flatMap(({ level, atMs }, i) => {
    const next = levels[i + 1];
    return level === 1 && next !== undefined ? [next.atMs - atMs] : [];
  });
}

/** The part of `sealtrace status --json` that is looked at. */
interface Status {
  readonly lines: readonly { readonly shift: { readonly seals: number } | null }[];
  readonly inputs: { readonly driver: string; readonly counters: { readonly lostEdges: number } };
}
