import type { Socket } from "node:net";
import { InputError } from "../../drivers/input-error.ts";
import { ANSWER_BYTES, encodeFrame, encodeValue, FrameReader, REQUEST_BYTES } from "./frames.ts";
import { HELLO, PATIENCE_MS, type Params, type Reply, type Request, readHello, readRequest } from "./messages.ts";
import { Outbox } from "./outbox.ts";

/**
 * Answers a call with a JSON value, within ten seconds. An InputError becomes the answer's error line;
 * anything else thrown is told as "internal error" and reported.
 */
export type Handler = (params: Params) => unknown;

/**
 * Starts a subscription: `publish` may be called at once and at any time, never blocks and never throws; what was
 * published must not be changed afterwards; a value with `toJSON` is asked when it is sent, so that it can gather what
 * a slow client has missed. Returns what ends the subscription. An InputError refuses it.
 */
export type Topic = (params: Params, publish: (value: unknown) => void) => () => void;

/** What the daemon answers. */
export interface SocketServices {
  /** `writes`: the call changes something; it is answered at the control socket only. */
  readonly calls: Readonly<Record<string, { readonly handler: Handler; readonly writes: boolean }>>;
  readonly topics: Readonly<Record<string, Topic>>;
  /** Told of everything a handler or topic throws that is no InputError; `place` is its name. */
  readonly onFault: (error: unknown, place: string) => void;
}

/** How one client is treated. */
export interface ConnectionRules {
  readonly mayWrite: boolean;
  /** Resolves when it is this client's turn to have a message handled. */
  readonly turn: () => Promise<void>;
  /** Called after a frame that may be long was handed to the socket. */
  readonly onSent: () => void;
}

type Named = Extract<Request, { readonly name: string }>;

const MOST_SUBSCRIPTIONS = 16;
const VALUE_BYTES = 1024 * 1024;

/**
 * One client of the daemon, from hello to close.
 *
 * Nothing is read from it while its call is worked on or it has not taken its answer, and each of its messages
 * waits for its turn, so it can only slow itself. What it says against the protocol ends it with a fault.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #services: SocketServices;
  readonly #rules: ConnectionRules;
  readonly #reader = new FrameReader(REQUEST_BYTES, "request");
  readonly #subscriptions = new Map<number, () => void>();
  readonly #outbox: Outbox;
  #greeted = false;
  #ended = false;
  #calls = 0;
  #deadline: NodeJS.Timeout | null = null;

  constructor(socket: Socket, services: SocketServices, rules: ConnectionRules) {
    this.#socket = socket;
    this.#services = services;
    this.#rules = rules;
    this.#outbox = new Outbox(socket, (id, value) => this.#encodeValue(id, value));
    socket.once("close", () => this.#release());
  }

  /** Bytes the client has not taken yet. */
  get unreadBytes(): number {
    return this.#outbox.unreadBytes;
  }

  /** Values it missed because newer ones replaced them. */
  get replaced(): number {
    return this.#outbox.replaced;
  }

  get calls(): number {
    return this.#calls;
  }

  /** Serves the client until it ends or is ended; never rejects. */
  async serve(): Promise<void> {
    this.#outbox.send(encodeFrame(HELLO, ANSWER_BYTES, "hello"));
    this.#expect("a hello");
    try {
      // The last words of this side come after the last of the other.
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        await this.#take(chunk as Buffer);
        if (this.#ended) return;
      }
      if (this.#reader.partial) this.refuse(fault("the connection ended inside a frame"));
      this.#socket.destroySoon();
    } catch {
      // The client is gone, which is its good right.
      this.#socket.destroy();
    }
  }

  /** Ends the connection with a fault, if the client takes it at once. */
  refuse(error: InputError, id: number | null = null): void {
    if (this.#ended) return;
    this.#sendFault(id, error);
    this.#release();
    // What the kernel has not taken by now waits for a client that does not read: it is not waited for.
    if (this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  /** Ends the connection at once. */
  drop(): void {
    this.#release();
    this.#socket.destroy();
  }

  async #take(chunk: Buffer): Promise<void> {
    try {
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame !== null && !this.#ended; frame = this.#reader.next()) {
        this.#relax();
        await this.#rules.turn();
        if (!this.#ended) await this.#handle(frame);
        await this.#outbox.drained();
      }
      if (this.#reader.partial) this.#expect("the rest of a frame");
    } catch (error) {
      if (!(error instanceof InputError)) this.#services.onFault(error, "socket");
      this.refuse(error instanceof InputError ? error : fault("internal error"));
    }
  }

  async #handle(frame: Buffer): Promise<void> {
    if (!this.#greeted) {
      readHello(frame, "request", "use the sealtrace command of the daemon's version");
      this.#greeted = true;
      return;
    }
    const request = readRequest(frame);
    if (request.do === "call") await this.#call(request.id, request);
    else if (request.do === "subscribe") this.#subscribe(request.id, request);
    else this.#unsubscribe(request.id);
  }

  async #call(id: number, { name, params }: Named): Promise<void> {
    const call = own(this.#services.calls, name);
    if (call === undefined) this.refuse(fault(`no call is named ${name}`), id);
    else if (call.writes && !this.#rules.mayWrite) this.#sendFault(id, readOnly(name));
    else await this.#answer(id, name, () => call.handler(params));
  }

  async #answer(id: number, name: string, work: () => unknown): Promise<void> {
    this.#calls++;
    this.#expect(`an answer to ${name}`, id);
    try {
      this.#send({ is: "answer", id, value: (await work()) ?? null }, ANSWER_BYTES, name);
    } catch (error) {
      this.#sendFault(id, this.#explain(error, name));
    }
    this.#relax();
  }

  #subscribe(id: number, { name, params }: Named): void {
    const topic = own(this.#services.topics, name);
    if (topic === undefined) this.refuse(fault(`no topic is named ${name}`), id);
    else if (this.#subscriptions.has(id)) this.refuse(fault(`subscription ${id} exists already`), id);
    else if (this.#subscriptions.size < MOST_SUBSCRIPTIONS) this.#start(id, topic, name, params);
    else this.refuse(fault(`more than ${MOST_SUBSCRIPTIONS} subscriptions`), id);
  }

  #start(id: number, topic: Topic, name: string, params: Params): void {
    let live = true;
    const publish = (value: unknown) => {
      if (live) this.#outbox.offer(id, value);
    };
    try {
      const stop = topic(params, publish);
      this.#subscriptions.set(id, () => {
        live = false;
        this.#guard(stop, name);
      });
    } catch (error) {
      live = false;
      this.#outbox.withdraw(id);
      this.#sendFault(id, this.#explain(error, name));
    }
  }

  #unsubscribe(id: number): void {
    const stop = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    this.#outbox.withdraw(id);
    stop?.();
  }

  #encodeValue(id: number, value: unknown): Buffer | null {
    try {
      return encodeValue(id, value, VALUE_BYTES);
    } catch (error) {
      // A value that cannot be sent is the daemon's fault; the publisher is spared, the client told.
      this.#services.onFault(error, "socket");
      this.#sendFault(id, fault("internal error"));
      queueMicrotask(() => this.#unsubscribe(id));
      return null;
    }
  }

  #send(reply: Reply, limitBytes: number, source: string): void {
    this.#outbox.send(encodeFrame(reply, limitBytes, source));
    this.#rules.onSent();
  }

  #sendFault(id: number | null, error: InputError): void {
    this.#send({ is: "fault", id, fault: error.fault }, ANSWER_BYTES, "fault");
  }

  #explain(error: unknown, name: string): InputError {
    if (error instanceof InputError) return error;
    this.#services.onFault(error, name);
    return new InputError({ source: name, problem: "internal error", remedy: "see journalctl -u sealtrace" });
  }

  /** Starts the clock for what must come next, unless it runs already. */
  #expect(what: string, id: number | null = null): void {
    if (this.#ended) return;
    this.#deadline ??= setTimeout(() => {
      const late = fault(`${what} did not come within ${PATIENCE_MS / 1000} s`);
      if (id !== null) this.#services.onFault(late, "socket");
      this.refuse(late, id);
    }, PATIENCE_MS);
  }

  #relax(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  #release(): void {
    this.#ended = true;
    this.#relax();
    for (const id of [...this.#subscriptions.keys()]) this.#unsubscribe(id);
  }

  #guard(action: () => void, name: string): void {
    try {
      action();
    } catch (error) {
      this.#services.onFault(error, name);
    }
  }
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function fault(problem: string): InputError {
  return new InputError({ source: "request", problem, remedy: "use the sealtrace command of the daemon's version" });
}

function readOnly(name: string): InputError {
  return new InputError({ source: name, problem: "this socket only looks", remedy: "use the control socket" });
}
