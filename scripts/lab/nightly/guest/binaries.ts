import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Packages with binaries for arm64 that come from npm; rpio is compiled, and lives in one thread only. */
const WITH_BINARIES = ["classic-level", "koffi", "cbor-extract"];

/** Loads the packages that have a binary and tells which binaries they took. */
export function packageBinaries(): readonly string[] {
  const require = createRequire(import.meta.url);
  for (const name of WITH_BINARIES) require(name);
  return loadedBinaries("self");
}

/** The binaries of packages that a process has loaded. */
export function loadedBinaries(pid: number | "self"): readonly string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, "latin1");
  return [...new Set(maps.match(/(?<=node_modules\/)\S+\.node$/gm))];
}
