import { chmodSync, lstatSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { command } from "./commands.ts";

/** Bytes on a disk with blocks of 4096 bytes, as `du` counts them; the same on any file system. */
export function installedBytes(folder: string): number {
  return filesIn(folder).reduce((sum, path) => sum + Math.ceil(lstatSync(path).size / 4096) * 4096, 0);
}

/** All files and folders below a folder, itself included. */
export function filesIn(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
  return [folder, ...below];
}

/**
 * Packs a folder; the same content gives the same bytes, wherever and by whomever it is packed with the same tar and
 * gzip: names sorted, one owner, one time, modes 755 and 644.
 */
export function packReproducibly(folder: string, name: string, target: string, timeSeconds: number): void {
  for (const path of filesIn(folder)) {
    const { mode } = statSync(path);
    chmodSync(path, mode & 0o111 ? 0o755 : 0o644);
  }
  const owner = ["--owner=0", "--group=0", "--numeric-owner"];
  const tar = `${target}.tar`;
  const order = ["--sort=name", `--mtime=@${timeSeconds}`, "--format=gnu"];
  command("tar", ["-c", ...owner, ...order, "-f", tar, "-C", dirname(folder), name]);
  command("gzip", ["-9", "-n", "-f", tar]);
  command("mv", [`${tar}.gz`, target]);
}
