import { access, constants, stat } from "node:fs/promises";
import { InputError } from "../../drivers/input-error.ts";
import { SocketClient } from "../socket/socket-client.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Whether the data can be written, as far as this user can tell. */
export async function folderFinding(folder: string, isDaemonUp: boolean): Promise<Finding> {
  const about = "data folder";
  try {
    const { uid, mode } = await stat(folder);
    if (process.getuid?.() !== uid && process.getuid?.() !== 0)
      return ok(about, `${folder}, of user ${uid}${isDaemonUp ? ", in use" : "; only that user could try to write"}`);
    await access(folder, constants.W_OK | constants.X_OK);
    const isOpen = (mode & 0o002) !== 0;
    if (isOpen) return warn(about, `${folder} can be written by anybody`, `chmod o-w ${folder}`);
    return ok(about, `${folder} can be written`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text = code === "ENOENT" ? `${folder} is not there` : `${folder} cannot be written (${code})`;
    return fail(about, text, `create it for the daemon's user: install -d -o sealtrace -g sealtrace -m 750 ${folder}`);
  }
}

/** Whether this user may change anything: names, scrap, marks. */
export async function controlFinding(): Promise<Finding> {
  const about = "rights";
  try {
    const client = await SocketClient.connect({ door: "control" });
    client.close();
    return ok(about, "this user may look, and name, enter and mark");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return warn(about, "this user may look, but not name, enter or mark", error.fault.remedy);
  }
}
