import { openChardev } from "../../drivers/gpio/chardev.ts";
import { run } from "../../runtime/cli/run.ts";

// `sealtrace run` on contacts that `made-contacts-worker` makes up: node made-contacts-daemon.js CONFIG DATA SOCKETS
const [config = "", data = "", socket = ""] = process.argv.slice(2);
const worker = new URL("./made-contacts-worker.js", import.meta.url);
await run(
  { config, data, socket, speed: 1 },
  {
    openContacts: async ({ driver: _, ...options }) => ({
      name: "chardev",
      driver: await openChardev({ ...options, worker }),
    }),
  },
);
