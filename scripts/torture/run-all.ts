import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

// Runs everything that takes long, one after the other. Each prints one line of JSON: what it did and what went wrong;
// with the status 1 at the end, something did.

const RUNS: readonly (readonly [script: string, ...args: string[]])[] = [
  ["kill-daemon.js", "--times", "1000"],
  ["stop-daemon.js", "--times", "100"],
  ["power-cut.js", "--states", "400"],
  ["damage-daemon.js", "--times", "300"],
  ["disk-full.js", "--episodes", "10"],
  ["storm.js", "--seconds", "600"],
  ["endurance.js", "--days", "30", "--speed", "1000"],
  ["stick-pull.js", "--pulls", "200"],
  ["target-faults.js", "--kills", "200", "--hang", "600"],
];

let failed = 0;
for (const [script, ...args] of RUNS) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  process.stdout.write(`${script} ${args.join(" ")}: `);
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  const [status] = await once(child, "exit");
  if (status !== 0) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;
