import type { Readable } from "node:stream";

/** Resolves to true when the daemon says that it has started, to false when it ends before that. */
export async function isUp(stdout: Readable): Promise<boolean> {
  let said = "";
  return new Promise((resolve) => {
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-10_000);
      if (said.includes(" started ")) resolve(true);
    });
    stdout.once("end", () => resolve(false));
  });
}
