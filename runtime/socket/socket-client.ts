import { createConnection, type Socket } from "node:net";
import { InputError } from "../../drivers/input-error.ts";
import { type Door, socketFolder, socketPath } from "./doors.ts";
import { ANSWER_BYTES, encodeFrame, FrameReader, REQUEST_BYTES } from "./frames.ts";
import { HELLO, PATIENCE_MS, type Params, type Reply, readHello, readReply } from "./messages.ts";
import { explainNoConnection } from "./no-connection.ts";

const LOOK = "systemctl status sealtrace tells why";

/** Where to connect, see {@link SocketClient.connect}. */
export interface ClientOptions {
  /** Folder of the sockets; absent: `SEALTRACE_SOCKET_DIR` or /run/sealtrace. */
  readonly folder?: string;
  /** `control` for calls that write; `status` when absent. */
  readonly door?: Door;
}

/** What comes of a subscription. */
export interface Subscriber {
  /** The newest value; what the client was too slow for is left out. */
  readonly onValue: (value: unknown) => void;
  /** Called once when the subscription is refused or breaks, not when it is ended from this side. */
  readonly onEnd: (error: InputError) => void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: InputError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A command's connection to the running daemon. */
export class SocketClient {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #reader: FrameReader;
  readonly #pending = new Map<number, Pending>();
  readonly #subscribers = new Map<number, Subscriber>();
  #onHello: ((error?: InputError) => void) | null = null;
  #lastId = 0;
  #ended: InputError | null = null;

  private constructor(path: string) {
    this.#path = path;
    this.#reader = new FrameReader(ANSWER_BYTES, path);
    this.#socket = createConnection(path);
    this.#socket.on("data", (chunk) => this.#take(chunk as Buffer));
    this.#socket.once("close", () => this.#end(this.#fault("the daemon ended the connection", LOOK)));
  }

  /**
   * Connects and exchanges hellos.
   * @throws InputError when no daemon runs, this user may not connect, or the daemon speaks another version.
   */
  static async connect(options: ClientOptions = {}): Promise<SocketClient> {
    const path = socketPath(socketFolder(options.folder), options.door ?? "status");
    const client = new SocketClient(path);
    await client.#greet();
    return client;
  }

  /**
   * The daemon's answer, a JSON value.
   * @throws InputError when the daemon refuses, does not answer in time or ends.
   */
  call(name: string, params: Params = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) throw this.#ended;
      const id = ++this.#lastId;
      this.#send({ do: "call", id, name, params });
      const timer = setTimeout(() => this.#giveUp(id, name), PATIENCE_MS);
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  /**
   * Subscribes to a topic.
   * @returns what ends the subscription; no value comes afterwards.
   * @throws InputError when the connection has ended.
   */
  subscribe(name: string, params: Params, subscriber: Subscriber): () => void {
    if (this.#ended !== null) throw this.#ended;
    const id = ++this.#lastId;
    this.#send({ do: "subscribe", id, name, params });
    this.#subscribers.set(id, subscriber);
    return () => {
      if (this.#subscribers.delete(id)) this.#send({ do: "unsubscribe", id });
    };
  }

  /** Ends the connection; calls without an answer fail, subscriptions end silently. */
  close(): void {
    this.#subscribers.clear();
    this.#end(this.#fault("this connection was closed", "connect again"));
  }

  #greet(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => this.#end(this.#fault(`the daemon said nothing for ${PATIENCE_MS / 1000} s`, LOOK));
      const timer = setTimeout(late, PATIENCE_MS);
      this.#socket.on("error", (error) => {
        if (this.#onHello !== null) this.#end(explainNoConnection(error, this.#path));
      });
      this.#onHello = (error) => {
        this.#onHello = null;
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
    });
  }

  #take(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame !== null && this.#ended === null; frame = this.#reader.next())
        if (this.#onHello === null) this.#dispatch(readReply(frame, this.#path));
        else this.#answerHello(frame, this.#onHello);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#end(error);
    }
  }

  #answerHello(frame: Buffer, done: () => void): void {
    readHello(frame, this.#path, "restart the daemon after an upgrade (systemctl restart sealtrace)");
    this.#send(HELLO);
    done();
  }

  #dispatch(reply: Reply): void {
    if (reply.is === "value") this.#subscribers.get(reply.id)?.onValue(reply.value);
    else if (reply.is === "answer") this.#settle(reply.id)?.resolve(reply.value);
    else if (reply.id === null) this.#end(new InputError(reply.fault));
    else this.#refused(reply.id, new InputError(reply.fault));
  }

  #refused(id: number, error: InputError): void {
    this.#settle(id)?.reject(error);
    const subscriber = this.#subscribers.get(id);
    this.#subscribers.delete(id);
    subscriber?.onEnd(error);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }

  #giveUp(id: number, name: string): void {
    this.#settle(id)?.reject(this.#fault(`no answer to ${name} within ${PATIENCE_MS / 1000} s`, LOOK));
  }

  #send(message: object): void {
    if (this.#ended === null) this.#socket.write(encodeFrame(message, REQUEST_BYTES, "request"));
  }

  #end(error: InputError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#socket.destroy();
    this.#onHello?.(error);
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
    const subscribers = [...this.#subscribers.values()];
    this.#subscribers.clear();
    for (const { onEnd } of subscribers) onEnd(error);
  }

  #fault(problem: string, remedy: string): InputError {
    return new InputError({ source: this.#path, problem, remedy });
  }
}
