import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ReleaseFault } from "./commands.ts";
import { packageNames } from "./packages.ts";

/**
 * Libraries in C++ that are compiled into the binaries of a package, which no package manager knows. Their licences lie
 * beside their former sources.
 */
const COMPILED_IN: Readonly<Record<string, readonly Component[]>> = {
  "classic-level@3.0.0": [
    { name: "leveldb", version: "1.20", licence: "BSD-3-Clause", purl: "pkg:github/google/leveldb@1.20" },
    { name: "snappy", version: "1.1.4", licence: "BSD-3-Clause", purl: "pkg:github/google/snappy@1.1.4" },
  ],
};

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly purl: string;
  readonly integrity?: string;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/**
 * Software bill of materials (CycloneDX 1.5) of what really is in a tree; `npm sbom` reads the lock file and misses
 * packages that a development tool needs as well.
 *
 * @param tree folder with package.json and node_modules.
 * @param lockFile path of the package-lock.json that the packages came from.
 * @param time of the commit, ISO 8601.
 */
export function billOfMaterials(tree: string, lockFile: string, time: string): string {
  const program = componentOf(tree);
  const lock = JSON.parse(readFileSync(lockFile, "utf8")) as LockFile;
  const components = componentsIn(tree, "", lock).sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { timestamp: time, component: { type: "application", "bom-ref": program.purl, ...entry(program) } },
    components: components.map((each) => ({ type: "library", "bom-ref": each.purl, ...entry(each) })),
  };
  return `${JSON.stringify(bill, null, 1)}\n`;
}

function componentsIn(tree: string, at: string, lock: LockFile): Component[] {
  return packageNames(join(tree, at, "node_modules")).flatMap((name) => {
    const place = join(at, "node_modules", name);
    const { integrity } = lock.packages[place] ?? {};
    if (integrity === undefined) throw new ReleaseFault(`${place} is not in package-lock.json`);
    const component = { ...componentOf(join(tree, place)), integrity };
    const inside = COMPILED_IN[`${component.name}@${component.version}`] ?? [];
    return [component, ...inside, ...componentsIn(tree, place, lock)];
  });
}

function componentOf(folder: string): Component {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string") throw new ReleaseFault(`${name} does not name its licence`);
  return { name, version, licence: license, purl: `pkg:npm/${name.replace("@", "%40")}@${version}` };
}

function entry({ name, version, licence, purl, integrity }: Component) {
  const isExpression = licence.includes(" ");
  return {
    name,
    version,
    purl,
    licenses: [isExpression ? { expression: licence } : { license: { id: licence } }],
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

function hashOf(integrity: string) {
  const [algorithm = "", content = ""] = integrity.split("-");
  return { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(content, "base64").toString("hex") };
}
