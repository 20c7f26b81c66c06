import { createHash } from "node:crypto";
import { isSafePath } from "./names.ts";

/** Name of the manifest in an appliance's folder; `sha256sum --check manifest.sha256` reads it. */
export const MANIFEST = "manifest.sha256";

/** Larger ones are not read: half a million files. */
export const MOST_MANIFEST_BYTES = 64 << 20;

const ROW = /^([0-9a-f]{64}) {2}(.+)$/;

/** Path to SHA-256 in hexadecimal digits of each delivered file. */
export type Manifest = ReadonlyMap<string, string>;

/** The text of a manifest; the same files give the same bytes. Its last line, a remark, says that it is whole. */
export function manifestText(files: Manifest): string {
  const rows = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, sha256]) => `${sha256}  ${path}\n`);
  return `${rows.join("")}${endLine(files.size)}`;
}

/** Reads a manifest; null for one that is not whole or that nobody of ours has written. */
export function parseManifest(text: string): Manifest | null {
  const lines = text.split("\n");
  const files = new Map<string, string>();
  for (const line of lines.slice(0, -2)) {
    const [, sha256, path] = ROW.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || !isSafePath(path) || files.has(path)) return null;
    files.set(path, sha256);
  }
  return lines.at(-1) === "" && `${lines.at(-2)}\n` === endLine(files.size) ? files : null;
}

/** SHA-256 of a text in hexadecimal digits. */
export function sha256Of(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

function endLine(count: number): string {
  return `# ${count} files, complete\n`;
}
