import type { Test } from "tap";
import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";

/** One edge as it came out of a ring. */
export interface SeenEdge {
  readonly timeUs: number;
  readonly channel: number;
  readonly level: 0 | 1;
}

/** A freshly opened driver and what is known about its source. */
export interface ContractCase {
  readonly driver: Driver;
  /** How many names it was opened with. */
  readonly channels: number;
  /** All edges of the source, where the test knows them; of one that never ends, the first ones. */
  readonly expected?: readonly SeenEdge[];
  /**
   * For a source that never ends by itself, such as pins: true once a test has seen what it needs. It is asked after
   * each edge, so it may move the contacts in answer to what was seen.
   */
  readonly isEnough?: EnoughTest;
}

/** Whether a test has seen what it needs. */
export type EnoughTest = (seen: readonly SeenEdge[]) => boolean;

export interface ContractOptions {
  /** False for a source that cannot wait for its consumer, such as pins: it may overflow a small ring. */
  readonly canWait?: boolean;
  /** False for a source that does not give the same edges each time it is opened. */
  readonly repeatable?: boolean;
}

/**
 * Reads a source to its end, or until it is enough, through a ring of this capacity. Throws when an edge was lost.
 */
export async function readAll(driver: Driver, capacity: number, isEnough?: EnoughTest): Promise<SeenEdge[]> {
  const ring = new EdgeRing(capacity);
  const seen: SeenEdge[] = [];
  let more = true;
  let enough = false;
  while (more && !enough) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level, lostBefore) => {
      if (enough) return;
      if (lostBefore) throw new Error(`edges were lost before ${timeUs} us`);
      seen.push({ timeUs, channel, level });
      enough = isEnough?.(seen) ?? false;
    });
  }
  if (ring.lost > 0) throw new Error(`${ring.lost} edges were lost`);
  return seen;
}

/** The suite that every driver passes; `open` gives a new driver at the beginning of the same source. */
export function driverContract(
  t: Test,
  name: string,
  open: () => Promise<ContractCase>,
  { canWait = true, repeatable = true }: ContractOptions = {},
): void {
  t.test(`${name}: edges are valid and in order`, (t) => checkEdges(t, open));
  t.test(`${name}: once at the end it stays there`, (t) => checkEnd(t, open));
  t.test(`${name}: may be closed twice and at any time`, (t) => checkClose(t, open));
  const only = (condition: boolean, reason: string) => (condition ? {} : { skip: reason });
  t.test(
    `${name}: the ring's capacity changes nothing`,
    only(canWait && repeatable, "the source cannot wait or is never the same"),
    (t) => checkCapacities(t, open),
  );
  t.test(`${name}: a full ring is left alone`, only(canWait, "the source cannot wait"), (t) => checkFullRing(t, open));
}

async function checkEdges(t: Test, open: () => Promise<ContractCase>): Promise<void> {
  const { driver, channels, expected, isEnough } = await open();
  const { startWallUs } = driver;
  t.ok(startWallUs === null || Number.isSafeInteger(startWallUs), "the wall time is known after opening, or never");
  const seen = await readAll(driver, 2 ** 16, isEnough);
  t.ok(seen.length > 0, "there are edges");
  t.notOk(
    seen.find(({ timeUs }) => !Number.isSafeInteger(timeUs) || timeUs < 0),
    "times are integers",
  );
  t.notOk(
    seen.find(({ timeUs }, i) => i > 0 && timeUs < (seen[i - 1]?.timeUs ?? 0)),
    "times never decrease",
  );
  t.notOk(
    seen.find(({ channel }) => channel < 0 || channel >= channels),
    "channels are those of the list",
  );
  if (expected !== undefined) t.same(seen, expected, "the edges are those of the source");
  t.equal(driver.startWallUs, startWallUs, "the wall time has not changed");
  await driver.close();
}

async function checkEnd(t: Test, open: () => Promise<ContractCase>): Promise<void> {
  const { driver, isEnough } = await open();
  const progress = driver.progress;
  t.ok(progress === null || (progress >= 0 && progress <= 1), "progress begins between 0 and 1");
  await readAll(driver, 2 ** 16, isEnough);
  if (isEnough !== undefined) await driver.close();
  const ring = new EdgeRing(4);
  t.equal(await driver.read(ring), false, "false again");
  t.equal(await driver.read(ring), false, "and again");
  t.equal(ring.length, 0, "and nothing comes");
  if (progress !== null) t.equal(driver.progress, 1, "progress ends at 1");
  await driver.close();
  t.equal(await driver.read(ring), false, "false after closing");
}

async function checkClose(t: Test, open: () => Promise<ContractCase>): Promise<void> {
  const unread = (await open()).driver;
  await unread.close();
  await t.resolves(unread.close(), "closed twice");
  t.equal(await unread.read(new EdgeRing(2)), false, "nothing follows");
  const middle = (await open()).driver;
  await middle.read(new EdgeRing(1));
  await middle.close();
  t.equal(await middle.read(new EdgeRing(2)), false, "nothing follows in the middle either");
  const busy = (await open()).driver;
  const reading = busy.read(new EdgeRing(2 ** 16));
  await t.resolves(Promise.all([busy.close(), busy.close()]), "closed while it reads");
  await t.resolves(reading, "what was being read ends well");
}

async function checkCapacities(t: Test, open: () => Promise<ContractCase>): Promise<void> {
  const readWith = async (capacity: number) => {
    const { driver, isEnough } = await open();
    const seen = await readAll(driver, capacity, isEnough);
    await driver.close();
    return seen;
  };
  const whole = await readWith(2 ** 16);
  for (const capacity of [1, 2, 3, 64]) t.same(await readWith(capacity), whole, `a ring of ${capacity}`);
}

async function checkFullRing(t: Test, open: () => Promise<ContractCase>): Promise<void> {
  const { driver } = await open();
  const ring = new EdgeRing(1);
  ring.push(0, 0, 0);
  t.equal(await driver.read(ring), true, "there is more");
  t.equal(ring.length, 1, "it wrote nothing");
  t.equal(ring.lost, 0, "and lost nothing");
  await driver.close();
}
