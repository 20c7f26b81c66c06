import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** Processors the artefact is made for, as npm calls them. */
export const PROCESSORS = ["x64", "arm64"] as const;

/**
 * Packages that are used although nothing requires them: pins of the board, and their binaries. What else is optional is
 * left out: rpio compiles on the target and is GPL, cbor-x's accelerator is switched off.
 */
export const OPTIONAL_PACKAGES = ["koffi", ...PROCESSORS.map((cpu) => `@koromix/koffi-linux-${cpu}`)];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Removes all packages that the program does not need. */
export function keepNeeded(folder: string): void {
  const needed = neededPackages(folder);
  for (const name of packageNames(join(folder, "node_modules")))
    if (!needed.has(name)) rmSync(join(folder, "node_modules", name), { recursive: true });
}

/** Packages at the top of `node_modules` that are reached from the program's own dependencies. */
export function neededPackages(folder: string): ReadonlySet<string> {
  const needed = new Set<string>();
  const waiting = [...dependenciesOf(folder), ...OPTIONAL_PACKAGES];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = join(folder, "node_modules", name);
    if (needed.has(name) || !existsSync(place)) continue;
    needed.add(name);
    waiting.push(...dependenciesOf(place));
    // a package that has its own copy of another one may still lean on what lies at the top
    for (const inner of packageNames(join(place, "node_modules")))
      waiting.push(...dependenciesOf(join(place, "node_modules", inner)));
  }
  return needed;
}

/** Names of the packages in a `node_modules` folder; none when it is not there. */
export function packageNames(modules: string): string[] {
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  return names
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : name,
    )
    .sort();
}

function dependenciesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  return Object.keys(manifest.dependencies ?? {});
}

/** Removes what no program loads: sources of binaries, declarations, source maps, tests, binaries of other systems. */
export function removeUnused(modules: string): void {
  visit(modules, (path) => isLoaded(path.slice(modules.length)));
}

const LICENCE = /^(licen[cs]e|copying|notice|authors)(\.|$)/i;
const OTHER_BINARY = /[/.]musl|\/prebuilds\/(?!linux-(x64|arm64)\/)/;

function isLoaded(path: string): boolean {
  if (LICENCE.test(basename(path))) return true;
  if (/\/(test|bench|doc)\//.test(path)) return false;
  if (path.endsWith(".node")) return !OTHER_BINARY.test(path);
  return /\.(js|cjs|mjs|json)$/.test(path);
}

/** Removes the files that are not to be kept, and folders that are empty then. */
function visit(folder: string, isKept: (path: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) visit(path, isKept);
    else if (name.startsWith(".") || !isKept(path)) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
