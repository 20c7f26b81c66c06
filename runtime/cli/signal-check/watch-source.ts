import { CHANNEL_KINDS, CONTACTS, type Contact } from "../../../algorithms/signal.ts";
import type { Driver } from "../../../drivers/driver.ts";
import { EdgeRing } from "../../../drivers/edge-ring.ts";
import { cutNotice, ignoredNotice } from "../../../drivers/notices.ts";
import { openReplay } from "../../../drivers/replay.ts";
import type { Config } from "../../config.ts";
import { contactLines } from "../../config-inputs.ts";
import { wire } from "../../recording.ts";
import { Progress } from "../progress.ts";
import { checkedSettings, LineWatch, type WatchedLine } from "./line-watch.ts";

const RING_EDGES = 1 << 15;
const RECORDER = CHANNEL_KINDS.indexOf("recorder");

/** A recording, all of it or its first seconds. @throws InputError when it is bad. */
export async function watchRecording(path: string, config: Config, seconds: number | undefined) {
  const driver = await openReplay(path, wire(config).names);
  try {
    const lines = await watchDriver(driver, config, (seconds ?? Number.POSITIVE_INFINITY) * 1e6);
    if (driver.ignored.length > 0) process.stderr.write(`sealtrace: ${ignoredNotice(path, driver.ignored)}\n`);
    if (driver.unterminated) process.stderr.write(`sealtrace: ${cutNotice(path)}\n`);
    return lines;
  } finally {
    await driver.close();
  }
}

/** The pins that the configuration names, without a daemon. @throws InputError when they cannot be opened. */
export async function watchPins(config: Config, configName: string, seconds: number): Promise<readonly WatchedLine[]> {
  const { chip, ...how } = config.inputs;
  const lines = contactLines(config, configName);
  const { openInputs } = await import("../../../drivers/gpio/choose.ts");
  const { driver } = await openInputs({
    ...how,
    ...(chip !== undefined && { chip }),
    lines,
    channelNames: wire(config).names,
    recorderNames: config.line.map(({ channels }) => channels.recorder.signal),
  });
  try {
    return await watchDriver(driver, config, seconds * 1e6);
  } finally {
    await driver.close();
  }
}

/** What a driver tells for so long, counted from its first edge, or until it ends. */
export async function watchDriver(driver: Driver, config: Config, longUs: number): Promise<readonly WatchedLine[]> {
  const { targets } = wire(config);
  const watches = config.line.map(() => new LineWatch());
  const ring = new EdgeRing(RING_EDGES);
  const progress = new Progress("watching");
  let startUs: number | null = null;
  let isOver = false;
  for (let more = true; more && !isOver; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, name, level, lostBefore) => {
      startUs ??= timeUs;
      isOver ||= timeUs - startUs > longUs;
      if (isOver) return;
      const target = targets[name] as (typeof targets)[number];
      for (const line of target.lines) {
        const watch = watches[line] as LineWatch;
        if (lostBefore) {
          watch.see(timeUs, false);
          watch.see(timeUs, true);
        }
        if (target.channel === RECORDER) watch.see(timeUs, level === 1);
        else watch.push(timeUs, contactOf(target.channel), activeLevel(config, line, target.channel, level));
      }
      for (const watch of watches) watch.moveTo(timeUs);
      progress.show(longUs === Number.POSITIVE_INFINITY ? driver.progress : (timeUs - startUs) / longUs);
    });
  }
  progress.clear();
  if (startUs !== null && longUs !== Number.POSITIVE_INFINITY && isOver)
    for (const watch of watches) watch.moveTo(startUs + longUs);
  return config.line.map((line, i) => ({
    line: line.id,
    name: line.name,
    settings: checkedSettings(line),
    ...(watches[i] as LineWatch).contacts(),
  }));
}

function contactOf(channel: number): Contact {
  return CONTACTS[channel] as Contact;
}

function activeLevel(config: Config, line: number, channel: number, level: 0 | 1): 0 | 1 {
  const isInverted = config.line[line]?.channels[contactOf(channel)].invert;
  return isInverted === true ? ((1 - level) as 0 | 1) : level;
}
