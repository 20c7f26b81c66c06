import { join } from "node:path";
import type { ClockStep, SavedAnchors } from "../../algorithms/anchors.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { Config, LineConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { planOf, type Wiring, wire } from "../recording.ts";
import type { ShiftInput } from "../shift-input.ts";
import { Journal } from "../store/journal.ts";
import { Store, type StoreOptions } from "../store/store.ts";
import type { StoreAlarm } from "../store/store-alarm.ts";
import { SyncTargets } from "../sync/sync-targets.ts";
import { alarmsOf } from "./appliance-health.ts";
import { dailyPlanConfig } from "./daily-plan.ts";
import { HealthWatch } from "./health.ts";
import { journalChannel } from "./journal-channel.ts";
import { Latency } from "./latency.ts";
import { type FrontState, isDatabaseFault, LineKeeper } from "./line-keeper.ts";
import { Notes } from "./notes.ts";
import { retain } from "./retention.ts";
import { SealLatency } from "./seal-latency.ts";
import { ShiftArchive } from "./shift-archive.ts";
import type { Source, SourceInputs } from "./source.ts";
import type { Timekeeping } from "./timekeeping.ts";
import type { VitalSigns } from "./vital-signs.ts";
import type { WatchedLine } from "./watched-line.ts";

const RING_EDGES = 1 << 15;
const MOST_LINES = 8;
const FIRST_RETAIN_US = 600_000_000;
const RETAIN_EVERY_US = 6 * 3_600_000_000;

/** What an appliance is started with. */
export interface ApplianceOptions {
  readonly config: Config;
  readonly dataFolder: string;
  readonly openSource: (channelNames: readonly string[]) => Promise<Source>;
  readonly log: Log;
  /** How long an event may wait for the disk, milliseconds; as configured unless given. */
  readonly commitWindowMs?: number;
  /** For tests: another disk, another clock, somebody who listens. */
  readonly storeOptions?: Omit<StoreOptions, "commitWindowMs" | "onAlarm"> | undefined;
}

/** How full the ring between source and lines has been. */
export interface RingMetrics {
  readonly capacityEdges: number;
  /** The most that ever waited there. */
  readonly mostWaitingEdges: number;
  /** Refused because it was full, or lost by the source. */
  readonly lostEdges: number;
}

/**
 * The appliance: a source of edges, up to eight lines, one store.
 *
 * ```
 *   source -> EdgeRing -> LineKeeper (one a line: contacts, shifts) -> Store
 * ```
 * Edges move time on; everything else happens between two portions of them.
 */
export class Appliance {
  readonly config: Config;
  readonly store: Store;
  /** Raw edges of the last days or weeks. */
  readonly journal: Journal;
  readonly notes: Notes;
  readonly lines: readonly WatchedLine[];
  readonly time: Timekeeping;
  readonly alarms = new Map<StoreAlarm["kind"], StoreAlarm>();
  /** How long events waited for the disk. */
  readonly latency: Latency;
  /** How long it took until seals were on the disk. */
  readonly sealLatency: SealLatency;
  /** Whether its parts live; null while nobody looks. */
  vitalSigns: VitalSigns | null = null;
  /** Sticks and shares. */
  readonly sync: SyncTargets;
  /** How the computer is. */
  readonly health: HealthWatch;
  /** Edges since the start, and those lost because the ring was full. */
  edges = 0;
  /** Time of the latest edge; null before there is one. */
  nowUs: number | null = null;
  readonly #log: Log;
  readonly #source: Source;
  readonly #ring = new EdgeRing(RING_EDGES);
  readonly #targets: Wiring["targets"];
  /** Somebody is to start anew when this one has stopped. */
  shouldRestart = false;
  #mostWaiting = 0;
  #retainAtUs: number | null = null;
  #isStopping = false;
  #stopWaiting: () => void = () => {};
  /** Resolves when nothing more is to be read. */
  readonly whenStopping = new Promise<void>((resolve) => {
    this.#stopWaiting = resolve;
  });
  #whenIdle: Promise<void> = Promise.resolve();

  private constructor(
    { config, log, dataFolder }: ApplianceOptions,
    parts: {
      store: Store;
      journal: Journal;
      latency: Latency;
      sealLatency: SealLatency;
      notes: Notes;
      lines: readonly WatchedLine[];
      time: Timekeeping;
      source: Source;
    },
  ) {
    this.config = config;
    this.health = new HealthWatch(dataFolder);
    this.sync = new SyncTargets({ config, dataFolder, log });
    this.#log = log;
    this.store = parts.store;
    this.journal = parts.journal;
    this.latency = parts.latency;
    this.sealLatency = parts.sealLatency;
    this.notes = parts.notes;
    this.lines = parts.lines;
    this.time = parts.time;
    this.#source = parts.source;
    this.#targets = wire(config).targets;
  }

  /**
   * Opens the store and the source, and brings every line to where it was.
   * @throws InputError when the store or the source cannot be opened, in one line.
   */
  static async start(options: ApplianceOptions): Promise<Appliance> {
    try {
      return await Appliance.#start(options);
    } catch (error) {
      if (!isDatabaseFault(error)) throw error;
      // it opened, and could not be read: what is sound of it is kept
      options.log.error("store-unreadable", { message: String(error) });
      return await Appliance.#start({ ...options, storeOptions: { ...options.storeOptions, doubt: String(error) } });
    }
  }

  static async #start(options: ApplianceOptions): Promise<Appliance> {
    const early: StoreAlarm[] = [];
    let listen = (alarm: StoreAlarm): void => {
      early.push(alarm);
    };
    const { config, dataFolder, openSource, log, storeOptions } = options;
    const { commitWindowMs = config.store.commitWindowSeconds * 1000 } = options;
    const latency = new Latency();
    const sealLatency = new SealLatency();
    const store = await Store.open(dataFolder, {
      onDurable: (line, seq, oldestPendingMs) => {
        latency.add(oldestPendingMs);
        sealLatency.durable(line, seq);
      },
      ...storeOptions,
      commitWindowMs,
      onAlarm: (alarm) => listen(alarm),
    });
    try {
      const notes = await Notes.load(store);
      const source = await openSource(wire(config).names);
      sealLatency.measureBy(source.sinceMs);
      const lines = await openLines(config, { store, notes, source, log, sealLatency });
      await store.markStarted();
      const journal = await Journal.open(join(dataFolder, "journal"), lines.time.boot, {
        maxBytes: config.store.journalMegabytes * 2 ** 20,
        onAlarm: (alarm) => listen(alarm),
      });
      const appliance = new Appliance(options, { store, journal, latency, sealLatency, notes, source, ...lines });
      listen = (alarm) => appliance.#alarm(alarm);
      for (const alarm of early) appliance.#alarm(alarm);
      appliance.#tellStepsAtStart();
      return appliance;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The source's own loss: edges that did not fit into the ring. */
  get lostEdges(): number {
    return this.#ring.lost;
  }

  /** The driver of pins; null where there are none. */
  get inputs(): SourceInputs | null {
    return this.#source.inputs ?? null;
  }

  /** Works until the source ends or `stop` is called. @throws InputError when the source fails. */
  async run(onPortion: () => void | Promise<void> = () => {}): Promise<void> {
    for (let more = true; more && !this.#isStopping; ) {
      more = await this.#source.driver.read(this.#ring);
      await this.#whenIdle;
      this.#drain();
      await onPortion();
    }
  }

  /** Nothing more is read: `run` ends. */
  endReading(): void {
    this.#isStopping = true;
    this.#source.interrupt?.();
    this.#stopWaiting();
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** As `endReading`, and somebody is to start anew: with another configuration, or with a disk that works again. */
  restart(): void {
    this.shouldRestart = true;
    this.endReading();
  }

  /** What is certain goes to the disk, and the store is left clean. */
  async stop(): Promise<void> {
    this.endReading();
    await this.#source.driver.close();
    this.keep();
    await Promise.all([this.journal.close(), this.store.close()]);
  }

  /** Hands the state of every line to the store's next commit: also while nothing happens, time has gone on. */
  keep(): void {
    for (const { keeper } of this.lines) {
      keeper.putSnapshot();
      keeper.putFront(this.time.save());
    }
  }

  /** Shifts that are over become final though no edge comes; may be called at any time. */
  closeDue(): void {
    if (this.nowUs === null) return;
    for (const { keeper } of this.lines) keeper.advance(this.nowUs, this.time);
  }

  /** Removes what is older than it is kept, some minutes after the start and then every six hours of its time. */
  async retain(): Promise<void> {
    const { nowUs } = this;
    if (nowUs === null) return;
    this.#retainAtUs ??= nowUs + FIRST_RETAIN_US;
    if (nowUs < this.#retainAtUs) return;
    this.#retainAtUs = nowUs + RETAIN_EVERY_US;
    await retain(this.store, this.lines, nowUs + this.time.offsetOf(this.time.boot), this.config.store);
  }

  /** One line on how things are, for `systemctl status`. */
  summary(): string {
    const seals = this.lines.map(({ keeper }) => `${keeper.settings.line.id} ${keeper.seals} seals`).join(", ");
    const [alarm] = alarmsOf(this);
    return alarm === undefined ? seals : `${alarm}; ${seals}`;
  }

  /**
   * Looks for a step of the clock; the lines are counted anew when their times were wrong.
   * @returns whether there was one.
   */
  async checkClock(): Promise<boolean> {
    const steps = this.time.check();
    const own = steps.find(({ boot }) => boot === this.time.boot);
    if (own === undefined) return false;
    this.#log.notice("clock-step", { seconds: (own.afterOffsetUs - own.beforeOffsetUs) / 1e6 });
    this.#whenIdle = this.#reanchor(steps);
    await this.#whenIdle;
    return true;
  }

  #tellStepsAtStart(): void {
    for (const { boot, atMonoUs, beforeOffsetUs, afterOffsetUs } of this.time.stepsAtStart) {
      if (boot !== this.time.boot) continue;
      this.#log.notice("clock-step", { seconds: (afterOffsetUs - beforeOffsetUs) / 1e6 });
      for (const { keeper } of this.lines) keeper.remark({ kind: "clock-step", startUs: atMonoUs, endUs: atMonoUs });
    }
    if (this.time.stepsAtStart.length > 0) this.keep();
  }

  async #reanchor(steps: readonly ClockStep[]): Promise<void> {
    for (const { keeper } of this.lines) {
      const isDone = await keeper.reanchor(steps);
      if (!isDone) this.#log.warning("clock-step-kept", { line: keeper.settings.line.id });
      if (this.nowUs !== null) keeper.remark({ kind: "clock-step", startUs: this.nowUs, endUs: this.nowUs });
    }
    // in one commit with the boots' new times: a start from an older snapshot would have the old ones
    this.keep();
  }

  ringMetrics(): RingMetrics {
    const { capacity, lost } = this.#ring;
    return { capacityEdges: capacity, mostWaitingEdges: this.#mostWaiting, lostEdges: lost };
  }

  #drain(): void {
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#ring.length);
    this.#ring.drain((timeUs, name, level, lostBefore) => {
      if (this.nowUs === null) for (const { keeper } of this.lines) keeper.begin(timeUs);
      this.nowUs = timeUs;
      this.edges++;
      const target = this.#targets[name] as Wiring["targets"][number];
      for (const line of target.lines) {
        const { keeper } = this.lines[line] as WatchedLine;
        if (keeper.edge(timeUs, target.channel, level, lostBefore))
          this.journal.push(timeUs, journalChannel(keeper.settings.number, target.channel), level);
      }
    });
    if (this.nowUs === null) return;
    for (const { keeper } of this.lines) keeper.advance(this.nowUs, this.time);
  }

  #alarm(alarm: StoreAlarm): void {
    if (alarm.raised) this.alarms.set(alarm.kind, alarm);
    else this.alarms.delete(alarm.kind);
    if (alarm.kind === "blind" && !alarm.raised) this.restart();
    this.#log[alarm.raised ? "warning" : "notice"](`store-${alarm.kind}`, { message: alarm.message });
  }
}

interface LineParts {
  readonly store: Store;
  readonly notes: Notes;
  readonly source: Source;
  readonly log: Log;
  readonly sealLatency: SealLatency;
}

async function openLines(config: Config, { store, notes, source, log, sealLatency }: LineParts) {
  const numbers: number[] = [];
  // without its disk the store cannot tell the numbers: most often they are the places in the configuration
  const isBlind = store.opened.way === "blind";
  for (const [i, { id }] of config.line.entries()) numbers.push(isBlind ? i : await numberOf(id, notes));
  const fronts = await frontsOf(store, Math.max(notes.lineNumbers, ...numbers.map((number) => number + 1)));
  const time = source.time(latestAnchors(fronts), reachedBy(fronts));
  const lines: WatchedLine[] = [];
  for (const [i, line] of config.line.entries()) {
    const number = numbers[i] as number;
    const archive = await ShiftArchive.open(store, number);
    let keeper: LineKeeper | null = null;
    const onFinal = (input: ShiftInput) => {
      archive.put(input, keeper?.nextSeq ?? 0);
      log.info("shift-final", { line: line.id, shift: input.window.id, seals: input.sealCount });
      // from here on a loss of what the shift holds cannot go unnoticed; a disk that fails has its alarm
      const kept = store.commit().then(() => {
        archive.settled(input);
        return store.mark();
      });
      kept.catch(() => {});
    };
    const plan = planOf(dailyPlanConfig(config), line, 0);
    const offsetOf = (boot: number) => time.offsetOf(boot);
    const onUnusable = (what: string, error: unknown) =>
      log.error("state-unusable", { line: line.id, what, message: String(error) });
    const onSeal = (seq: number, offUs: number) => sealLatency.add(number, seq, offUs);
    const knowsBoot = (boot: number) => time.knows(boot);
    const onRecount = (fromUs: number) => archive.dropFrom(fromUs);
    const settings = { line, number, store, plan, offsetOf, knowsBoot, onFinal, onSeal, onRecount, onUnusable };
    keeper = await LineKeeper.load(settings, time);
    lines.push({ keeper, archive });
  }
  return { lines, time };
}

/** The store's number of a line; a line that is new gets the next one. */
async function numberOf(id: LineConfig["id"], notes: Notes): Promise<number> {
  const known = notes.lineNumber(id);
  if (known !== null) return known;
  const number = notes.lineNumbers;
  if (number >= MOST_LINES)
    throw new InputError({
      source: `line ${id}`,
      problem: `the store holds ${MOST_LINES} lines already`,
      remedy: "give a line of before its old id, or begin with an empty data folder",
    });
  await notes.add({ note: "line", line: id, number });
  return number;
}

/** Fronts of all lines that the store knows: boots are numbered across lines that were taken out, too. */
async function frontsOf(store: Store, lines: number): Promise<readonly FrontState[]> {
  const starts = await Promise.all(Array.from({ length: lines }, (_, number) => store.load(number)));
  return starts.flatMap(({ front }) => (front === null ? [] : [front.state as FrontState]));
}

function latestAnchors(fronts: readonly FrontState[]): SavedAnchors | null {
  return fronts.toSorted((a, b) => a.boot - b.boot).at(-1)?.anchors as SavedAnchors | null;
}

function reachedBy(fronts: readonly FrontState[]) {
  const boot = Math.max(...fronts.map((front) => front.boot));
  const times = fronts.flatMap((front) => (front.boot === boot ? [front.contacts?.nowUs ?? 0] : []));
  return times.length === 0 ? null : { boot, monoUs: Math.max(...times) };
}
