import { outputOf } from "../health/short-program.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const ASKED = ["LoadState", "ActiveState", "SubState", "NRestarts", "UnitFileState"];

/** What systemd says of the service. */
export async function serviceFinding(ask = outputOf): Promise<Finding> {
  const said = await ask("systemctl", ["show", "sealtrace", `--property=${ASKED.join(",")}`]);
  const about = "service";
  if (said === null)
    return warn(about, "there is no systemd to ask", "see that something starts the daemon after a power cut");
  const values = new Map(said.split("\n").map((line) => line.split("=", 2) as [string, string]));
  const [load, state, sub] = ["LoadState", "ActiveState", "SubState"].map((name) => values.get(name) ?? "");
  if (load !== "loaded") return warn(about, "sealtrace is not installed as a service", "install it: docs/install.md");
  if (state !== "active")
    return fail(about, `${state} (${sub})`, "systemctl start sealtrace; journalctl -u sealtrace tells why it ended");
  const restarts = Number(values.get("NRestarts") ?? 0);
  if (values.get("UnitFileState") === "disabled")
    return warn(about, "runs, but would not after a power cut", "systemctl enable sealtrace");
  if (restarts > 0) return warn(about, `runs; restarted ${restarts} times`, "journalctl -u sealtrace tells why");
  return ok(about, `${state} (${sub})`);
}
