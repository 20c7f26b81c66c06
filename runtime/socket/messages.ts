import { isUtf8 } from "node:buffer";
import { shown } from "../../drivers/formats/printable.ts";
import { InputError, type InputFault } from "../../drivers/input-error.ts";

/** Version of the protocol; the first frame of each side says it. */
export const PROTOCOL = 1;
/** Milliseconds that each side waits for the other: for a hello, the rest of a frame, an answer. */
export const PATIENCE_MS = 10_000;
/** The first frame of each side; the daemon speaks first. */
export const HELLO = { sealtrace: PROTOCOL } as const;

const DEEPEST = 4;
const MOST_PARAMS = 16;
const LONGEST_FAULT_TEXT = 300;
const NAME = /^[a-z][A-Za-z0-9_.-]{0,39}$/;

/** What a client says along with a name: a flat set of values; there is nothing but own properties. */
export type Params = Readonly<Record<string, string | number | boolean | null>>;

/** What a client may ask. `id` is chosen by the client and comes back with every reply. */
export type Request =
  | { readonly do: "call" | "subscribe"; readonly id: number; readonly name: string; readonly params: Params }
  | { readonly do: "unsubscribe"; readonly id: number };

/** What the daemon sends after its hello. */
export type Reply =
  | { readonly is: "answer"; readonly id: number; readonly value: unknown }
  | { readonly is: "value"; readonly id: number; readonly value: unknown }
  | FaultReply;

/** Why a request was refused, or, without `id`, why the connection ends. */
export interface FaultReply {
  readonly is: "fault";
  readonly id: number | null;
  readonly fault: InputFault;
}

/** @throws InputError unless the frame is a hello of this version; what stands in its place if that is a fault. */
export function readHello(frame: Uint8Array, source: string, remedy: string): void {
  const { sealtrace, is, fault } = readObject(frame, source, DEEPEST);
  if (sealtrace === PROTOCOL) return;
  if (is === "fault" && isObject(fault)) throw new InputError(readFault(fault));
  const said = typeof sealtrace === "number" ? `version ${sealtrace}` : "no version";
  throw new InputError({ source, problem: `${said} of the protocol where version ${PROTOCOL} is spoken`, remedy });
}

/** @throws InputError unless the frame is a request; names are not looked up here. */
export function readRequest(frame: Uint8Array): Request {
  const message = readObject(frame, "request", DEEPEST);
  const { id } = message;
  if (!isId(id)) throw refused("an id that is no whole number from 0");
  if (message.do === "unsubscribe") return { do: message.do, id };
  if (message.do !== "call" && message.do !== "subscribe")
    throw refused("`do` is none of call, subscribe, unsubscribe");
  return { do: message.do, id, name: readName(message.name), params: readParams(message.params) };
}

/** @throws InputError unless the frame is a reply; the texts of a fault are cut to a readable length. */
export function readReply(frame: Uint8Array, source: string): Reply {
  const { is, id, value, fault } = readObject(frame, source);
  if ((is === "answer" || is === "value") && isId(id)) return { is, id, value: value ?? null };
  if (is === "fault" && (id === null || isId(id)) && isObject(fault)) return { is, id, fault: readFault(fault) };
  throw new InputError({ source, problem: "a reply of no known kind", remedy: "restart the daemon after an upgrade" });
}

function readObject(frame: Uint8Array, source: string, deepest?: number): Record<string, unknown> {
  const value = deepest !== undefined && isDeeper(frame, deepest) ? undefined : parse(frame);
  if (isObject(value)) return value;
  const begin = shown(frame);
  throw new InputError({ source, problem: `no flat JSON object but ${begin}`, remedy: "use the sealtrace command" });
}

function parse(frame: Uint8Array): unknown {
  if (!isUtf8(frame)) return undefined;
  try {
    return JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

// Looked at before parsing, so that a frame of brackets makes no objects. In UTF-8 these bytes are nothing else.
function isDeeper(frame: Uint8Array, deepest: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < frame.length; i++) {
    const byte = frame[i];
    if (byte === 0x22) inText = !inText;
    else if (inText) i += byte === 0x5c ? 1 : 0;
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

function readName(name: unknown): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw refused(`the name ${typeof name === "string" ? shown(name) : "is no text"}`);
}

function readParams(params: unknown): Params {
  if (!isObject(params)) throw refused("`params` is no object");
  const entries = Object.entries(params);
  if (entries.length > MOST_PARAMS) throw refused(`${entries.length} params, more than ${MOST_PARAMS}`);
  const read: Record<string, string | number | boolean | null> = Object.create(null);
  for (const [key, value] of entries) {
    if (!NAME.test(key)) throw refused(`the param name ${shown(key)}`);
    if (!isPlain(value)) throw refused(`params.${key} is no text, finite number, true, false or null`);
    read[key] = value;
  }
  return Object.freeze(read);
}

function readFault(fault: Record<string, unknown>): InputFault {
  const { source, at, problem, remedy } = fault;
  const place = typeof at === "number" ? at : brief(at);
  const text = { source: brief(source), problem: brief(problem), remedy: brief(remedy) };
  return place === "" ? text : { ...text, at: place };
}

function brief(text: unknown): string {
  return typeof text === "string" ? text.slice(0, LONGEST_FAULT_TEXT) : "";
}

function refused(problem: string): InputError {
  return new InputError({ source: "request", problem, remedy: "use the sealtrace command of the daemon's version" });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function isId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) >= 0;
}
