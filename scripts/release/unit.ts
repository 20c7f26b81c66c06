import { execStartLine } from "../../runtime/watchdog/notify-shim.ts";
import { ReleaseFault } from "./commands.ts";

/** What the service starts. The links are set by the installation: Node.js as it was found, the version in use. */
const SERVICE_COMMAND = ["/opt/sealtrace/node", "/opt/sealtrace/current/dist/runtime/main.js", "run"];
const PLACE = "@EXEC_START@";

/** The service's unit: the template with the `ExecStart=` line that hands over systemd's socket. */
export function serviceUnit(template: string): string {
  const [before, after, more] = template.split(PLACE);
  if (before === undefined || after === undefined || more !== undefined)
    throw new ReleaseFault(`the unit's template must have ${PLACE} once`);
  return `${before}${execStartLine(SERVICE_COMMAND)}${after}`;
}
