import type { Socket } from "node:net";
import { InputError } from "../../drivers/input-error.ts";
import { Connection, type SocketServices } from "./connection.ts";
import type { Door } from "./doors.ts";
import { ANSWER_BYTES, encodeFrame } from "./frames.ts";
import { type Listener, listenAt } from "./listener.ts";
import type { Reply } from "./messages.ts";

const DOORS: readonly Door[] = ["status", "control"];
/** Clients at once at each socket: who fills the one that is open to all does not lock the other. */
const MOST_CLIENTS = 64;
/** What all clients together may leave unread; the largest answer and as much again for everybody else. */
const MOST_UNREAD_BYTES = 2 * ANSWER_BYTES;

/** What went through the sockets since the start. */
export interface SocketMetrics {
  /** Connected now. */
  readonly clients: number;
  readonly accepted: number;
  /** Refused because there were too many. */
  readonly turnedAway: number;
  /** Ended because all clients together left too much unread, and this one most. */
  readonly dropped: number;
  readonly calls: number;
  /** Values of subscriptions that a newer one replaced before the client took them. */
  readonly valuesReplaced: number;
  /** Bytes that wait in this process for clients to read. */
  readonly unreadBytes: number;
}

/**
 * The daemon's two sockets: `status.sock` for anyone on the machine, `control.sock` for the owning group.
 *
 * State: the connections, bounded in number and in unread bytes; at a power cut they are gone and nothing is lost.
 *
 * @example
 * const server = await SocketServer.listen(socketFolder(), { calls, topics, onFault });
 */
export class SocketServer {
  readonly #services: SocketServices;
  readonly #listeners: Listener[] = [];
  readonly #connections = new Map<Connection, Door>();
  #closed: Promise<void> | null = null;
  #accepted = 0;
  #turnedAway = 0;
  #dropped = 0;
  #turn = Promise.resolve();
  #pastCalls = 0;
  #pastReplaced = 0;

  private constructor(services: SocketServices) {
    this.#services = services;
  }

  /**
   * Listens on both sockets; the folder is the daemon's own and exists.
   * @throws InputError when another daemon answers there or the sockets cannot be made.
   */
  static async listen(folder: string, services: SocketServices): Promise<SocketServer> {
    const server = new SocketServer(services);
    try {
      for (const door of DOORS) await server.#open(folder, door);
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get metrics(): SocketMetrics {
    const connections = [...this.#connections.keys()];
    return {
      clients: connections.length,
      accepted: this.#accepted,
      turnedAway: this.#turnedAway,
      dropped: this.#dropped,
      calls: connections.reduce((sum, { calls }) => sum + calls, this.#pastCalls),
      valuesReplaced: connections.reduce((sum, { replaced }) => sum + replaced, this.#pastReplaced),
      unreadBytes: connections.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0),
    };
  }

  /** Ends every connection with a fault, unanswered calls too, and removes the sockets. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const closed = Promise.all(this.#listeners.map((listener) => listener.close()));
    const stopping = { source: "daemon", problem: "it is stopping", remedy: "ask again once it runs" };
    for (const connection of [...this.#connections.keys()]) connection.refuse(new InputError(stopping));
    await closed;
  }

  async #open(folder: string, door: Door): Promise<void> {
    const onFault = (error: unknown) => this.#services.onFault(error, `${door}.sock`);
    this.#listeners.push(await listenAt(folder, door, (socket) => this.#admit(socket, door), onFault));
  }

  #admit(socket: Socket, door: Door): void {
    // A client may vanish at any moment; that is noticed by the closing.
    socket.on("error", () => {});
    const atDoor = [...this.#connections.values()].filter((other) => other === door).length;
    if (atDoor < MOST_CLIENTS) this.#welcome(socket, door);
    else this.#turnAway(socket, door);
  }

  #welcome(socket: Socket, door: Door): void {
    this.#accepted++;
    const connection: Connection = new Connection(socket, this.#services, {
      mayWrite: door === "control",
      turn: () => this.#nextTurn(),
      onSent: () => this.#makeRoom(connection),
    });
    this.#connections.set(connection, door);
    socket.once("close", () => this.#forget(connection));
    connection.serve();
  }

  /** One message a turn of the event loop, whoever sent it: between two, the daemon does its own work. */
  #nextTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#turn;
  }

  #turnAway(socket: Socket, door: Door): void {
    this.#turnedAway++;
    const problem = `${MOST_CLIENTS} clients are connected, which is the most`;
    const fault = { source: `${door}.sock`, problem, remedy: "close one of them (ss -xp shows them)" };
    const reply: Reply = { is: "fault", id: null, fault };
    socket.write(encodeFrame(reply, ANSWER_BYTES, "fault"));
    socket.destroySoon();
  }

  /** Ends those who leave most unread until the rest is within the bound; never the one just served. */
  #makeRoom(served: Connection): void {
    let unread = 0;
    for (const { unreadBytes } of this.#connections.keys()) unread += unreadBytes;
    while (unread > MOST_UNREAD_BYTES) {
      const others = [...this.#connections.keys()].filter((other) => other !== served && other.unreadBytes > 0);
      const worst = others.sort((a, b) => b.unreadBytes - a.unreadBytes)[0];
      if (worst === undefined) return;
      unread -= worst.unreadBytes;
      this.#dropped++;
      worst.drop();
      this.#forget(worst);
    }
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#pastCalls += connection.calls;
    this.#pastReplaced += connection.replaced;
  }
}
