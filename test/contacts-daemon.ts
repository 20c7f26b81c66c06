import { openChardev } from "../drivers/gpio/chardev.ts";
import { explain } from "../runtime/cli/program.ts";
import { run } from "../runtime/cli/run.ts";
import { type OpenDatabase, openDatabase } from "../runtime/store/database.ts";

// `sealtrace run` on contacts in memory: node contacts-daemon.js CONFIG DATA SOCKETS [hanging-disk]
const [config = "", data = "", socket = "", disk = ""] = process.argv.slice(2);
const worker = new URL("./beating-contacts-worker.js", import.meta.url);
const HANGS_AFTER_WRITES = 2;

/** A disk that takes some writes and never comes back from the next one. */
const hangingDisk: OpenDatabase = async (folder, create) => {
  const database = await openDatabase(folder, create);
  const write = database.batch.bind(database) as (steps: unknown, options: unknown) => Promise<void>;
  let writes = 0;
  const batch = (steps: unknown, options: unknown) =>
    writes++ < HANGS_AFTER_WRITES ? write(steps, options) : new Promise<void>(() => {});
  return Object.assign(database, { batch }) as typeof database;
};

try {
  await run(
    { config, data, socket, speed: 1 },
    {
      openContacts: async ({ driver: _, ...options }) => ({
        name: "chardev",
        driver: await openChardev({ ...options, worker }),
      }),
      storeOptions: disk === "hanging-disk" ? { openDatabase: hangingDisk } : undefined,
    },
  );
} catch (error) {
  process.stderr.write(`sealtrace: ${explain(error)}\n`);
  process.exitCode = 1;
}
