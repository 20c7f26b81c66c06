import { createHash } from "node:crypto";
import type { Config } from "./config.ts";

/** Eight hexadecimal digits by which two reports show that they were made with the same settings. */
export function settingsHash(config: Config): string {
  return createHash("sha256").update(JSON.stringify(config)).digest("hex").slice(0, 8);
}
