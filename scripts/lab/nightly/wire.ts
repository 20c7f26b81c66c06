import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

interface Talk {
  readonly socket: Socket;
  readonly lines: AsyncIterator<string>;
}

/** A conversation with QEMU, line by line, over a socket that it connects to. */
export class Wire {
  readonly #server: Server;
  readonly #talk: Promise<Talk>;

  private constructor(server: Server) {
    this.#server = server;
    this.#talk = once(server, "connection").then(([socket]: Socket[]) => ({
      socket: socket as Socket,
      lines: createInterface({ input: socket as Socket })[Symbol.asyncIterator](),
    }));
  }

  /** @param path of the socket, on which QEMU is expected. */
  static async listen(path: string): Promise<Wire> {
    const server = createServer();
    await once(server.listen(path), "listening");
    return new Wire(server);
  }

  /** Says a line and waits for the answer, past what else is said. One question at a time. */
  async ask(question: string, answer: RegExp): Promise<string> {
    const { socket, lines } = await this.#talk;
    socket.write(`${question}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`QEMU has gone away before it answered "${question}"`);
      if (answer.test(value)) return value;
    }
  }

  close(): void {
    this.#server.close();
    this.#talk.then(({ socket }) => socket.destroy());
  }
}
