import { ByteWriter, checkEdge } from "./byte-writer.ts";
import type { EdgeWriter, EdgeWriterOptions } from "./edge-format.ts";
import { shown } from "./printable.ts";
import { formatWallTime } from "./wall-time.ts";

const FIRST_ID = 33;
const IDS = 94;
const BEFORE_TIME = Buffer.from("#");
const AFTER_TIME = Buffer.from("\n");

/** Writes VCD (IEEE 1364) with a time unit of 1 us, for PulseView, sigrok-cli and GTKWave. */
export class VcdWriter implements EdgeWriter {
  readonly #out = new ByteWriter();
  /** A value change, by 2 x channel + level. */
  readonly #changes: readonly Uint8Array[];
  #lastUs = -1;

  /** @throws RangeError for a name that a VCD cannot hold, or a start time that is no integer. */
  constructor(channelNames: readonly string[], options: EdgeWriterOptions = {}) {
    const bad = channelNames.find((name) => name === "" || /[\s\p{C}]|^\$end$/u.test(name));
    if (bad !== undefined) throw new RangeError(`a VCD cannot hold the channel name ${shown(bad)}`);
    const ids = channelNames.map((_, channel) => identifier(channel));
    this.#changes = ids.flatMap((id) => [Buffer.from(`0${id}\n`), Buffer.from(`1${id}\n`)]);
    const variables = channelNames.map((name, channel) => `$var wire 1 ${ids[channel]} ${name} $end\n`);
    this.#out.add(Buffer.from(head(variables, options.startWallUs ?? null)));
  }

  push(timeUs: number, channel: number, level: 0 | 1): Buffer | undefined {
    checkEdge(timeUs, Math.max(0, this.#lastUs), channel, this.#changes.length / 2);
    if (timeUs !== this.#lastUs) this.#addTime(timeUs);
    this.#out.add(this.#changes[2 * channel + level] as Uint8Array);
    return this.#out.takeFull();
  }

  end(): Buffer {
    return this.#out.take();
  }

  #addTime(timeUs: number): void {
    this.#lastUs = timeUs;
    this.#out.add(BEFORE_TIME);
    this.#out.addDecimal(timeUs);
    this.#out.add(AFTER_TIME);
  }
}

function head(variables: readonly string[], startWallUs: number | null): string {
  const comment = startWallUs === null ? "" : `$comment start=${formatWallTime(startWallUs)} $end\n`;
  return `$version sealtrace $end\n${comment}$timescale 1 us $end
$scope module sealtrace $end\n${variables.join("")}$upscope $end\n$enddefinitions $end\n`;
}

/** Printable characters as digits, `!` first. */
function identifier(channel: number): string {
  const last = String.fromCharCode(FIRST_ID + (channel % IDS));
  return channel < IDS ? last : `${identifier(Math.floor(channel / IDS) - 1)}${last}`;
}
