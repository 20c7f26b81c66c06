import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_VERSION } from "../../runtime/store/entries.ts";
import { billOfMaterials } from "./bill.ts";
import { command, ReleaseFault } from "./commands.ts";
import { keepNeeded, PROCESSORS, removeUnused } from "./packages.ts";
import { serviceUnit } from "./unit.ts";

/** A commit, as the release is made from it. */
export interface Commit {
  readonly hash: string;
  readonly timeSeconds: number;
}

const COMPILED = ["algorithms", "drivers", "runtime", "sim"];
const AS_IT_IS = [
  "docs",
  "sim/scenarios",
  "scripts/install",
  "scripts/install.sh",
  "scripts/data-partition.sh",
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
];
const LAUNCHER = `#!/bin/sh
exec /opt/sealtrace/node /opt/sealtrace/current/dist/runtime/main.js "$@"
`;

/**
 * Lays out what is installed, from the content of a commit and nothing else.
 * @param checkout where the repository and its development packages are.
 * @param work an empty folder to work in.
 * @param tree the folder to make.
 */
export function layOut(checkout: string, commit: Commit, work: string, tree: string): void {
  const source = exported(checkout, commit, work);
  compile(checkout, source);
  mkdirSync(tree);
  for (const part of COMPILED) cpSync(join(source, "dist", part), join(tree, "dist", part), { recursive: true });
  for (const part of AS_IT_IS) cpSync(join(source, part), join(tree, part), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  writeFileSync(join(tree, "package.json"), productionManifest(manifest));
  writeFileSync(join(tree, "RELEASE"), releaseFacts(manifest, commit));
  mkdirSync(join(tree, "bin"));
  writeFileSync(join(tree, "bin/sealtrace"), LAUNCHER);
  chmodSync(join(tree, "bin/sealtrace"), 0o755);
  const unit = join(tree, "scripts/install/sealtrace.service");
  writeFileSync(unit, serviceUnit(readFileSync(unit, "utf8")));
  installPackages(source, work, tree);
  describeItself(tree);
  const time = new Date(commit.timeSeconds * 1000).toISOString();
  writeFileSync(join(tree, "sbom.cdx.json"), billOfMaterials(tree, join(source, "package-lock.json"), time));
}

/** What the program says about itself: its manual page, and what shells complete. */
function describeItself(tree: string): void {
  const says = (...args: string[]) => command(process.execPath, [join(tree, "dist/runtime/main.js"), ...args]);
  mkdirSync(join(tree, "share"));
  writeFileSync(join(tree, "share/sealtrace.1"), says("manual"));
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(join(tree, `share/sealtrace.${shell}`), says("completion", shell));
}

function exported(checkout: string, { hash }: Commit, work: string): string {
  const source = join(work, "source");
  mkdirSync(source);
  command("git", ["archive", "--format=tar", `--output=${join(work, "source.tar")}`, hash], checkout);
  command("tar", ["-xf", join(work, "source.tar"), "-C", source]);
  return source;
}

function compile(checkout: string, source: string): void {
  const { devDependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const installed = JSON.parse(readFileSync(join(checkout, "node_modules/typescript/package.json"), "utf8"));
  if (installed.version !== devDependencies.typescript) throw new ReleaseFault("run `npm ci` first");
  symlinkSync(join(checkout, "node_modules"), join(source, "node_modules"));
  command(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], source);
  rmSync(join(source, "node_modules"));
}

function productionManifest({ name, version, description, license, type, engines, dependencies }: Manifest): string {
  const facts = { name, version, description, license, private: true, type, engines, dependencies };
  return `${JSON.stringify(facts, null, 2)}\n`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What the installation must know, as lines that a shell script can read. */
function releaseFacts({ version, engines }: Manifest, { hash }: Commit): string {
  const node = engines.node.replace(/^>=/, "");
  return `version=${version}\ncommit=${hash}\nstore_layout=${SCHEMA_VERSION}\nnode=${node}\n`;
}

function installPackages(source: string, work: string, tree: string): void {
  for (const cpu of PROCESSORS) {
    const folder = join(work, cpu);
    mkdirSync(folder);
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(source, name), join(folder, name));
    const target = ["--os=linux", `--cpu=${cpu}`, "--libc=glibc"];
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links"];
    command("npm", ["ci", "--omit=dev", "--omit=peer", ...quiet, ...target], folder);
    keepNeeded(folder);
  }
  const [first, ...others] = PROCESSORS.map((cpu) => join(work, cpu, "node_modules"));
  if (first === undefined) throw new ReleaseFault("no processor to build for");
  // the same packages, but for the binaries of the processor
  for (const other of others) cpSync(other, first, { recursive: true });
  removeUnused(first);
  renameSync(first, join(tree, "node_modules"));
}
