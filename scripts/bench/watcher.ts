import { SocketClient } from "../../runtime/socket/socket-client.ts";

/** Watches a line as so many terminals would; says so once all have their first value. */
const [folder, count] = process.argv.slice(2);
const clients = await Promise.all(
  Array.from({ length: Number(count) }, () => SocketClient.connect(folder === undefined ? {} : { folder })),
);
const onEnd = () => process.exit(1);
const firsts = clients.map(
  (client) =>
    new Promise<void>((resolve) => {
      client.subscribe("live", {}, { onValue: () => {}, onEnd });
      client.subscribe("shift", { line: "line-1" }, { onValue: () => resolve(), onEnd });
    }),
);
await Promise.all(firsts);
process.stdout.write("watching\n");
