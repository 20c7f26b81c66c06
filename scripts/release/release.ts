import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command, ReleaseFault } from "./commands.ts";
import { type Commit, layOut } from "./stage.ts";
import { installedBytes, packReproducibly } from "./tarball.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const TARGET = join(CHECKOUT, "dist/release");
const MOST_INSTALLED_BYTES = 60_000_000;

/**
 * Builds what is installed on an appliance from the commit that is checked out, into dist/release: the same commit gives
 * the same bytes. Prints name, SHA-256 and sizes.
 */
function release(): void {
  if (command("git", ["status", "--porcelain"], CHECKOUT) !== "")
    throw new ReleaseFault("a release is made of a commit: commit what is changed, or put it away");
  const [hash = "", seconds = ""] = command("git", ["log", "-1", "--format=%H %ct"], CHECKOUT).trim().split(" ");
  const work = mkdtempSync(join(tmpdir(), "sealtrace-release-"));
  try {
    build({ hash, timeSeconds: Number(seconds) }, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function build(commit: Commit, work: string): void {
  const { version } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8"));
  const name = `sealtrace-${version}`;
  const tree = join(work, name);
  layOut(CHECKOUT, commit, work, tree);
  const bytes = installedBytes(tree);
  if (bytes > MOST_INSTALLED_BYTES) throw new ReleaseFault(`${megabytes(bytes)} installed are too many`);
  mkdirSync(TARGET, { recursive: true });
  const target = join(TARGET, `${name}.tar.gz`);
  packReproducibly(tree, name, target, commit.timeSeconds);
  const bill = readFileSync(join(tree, "sbom.cdx.json"), "utf8");
  writeFileSync(join(TARGET, `${name}.cdx.json`), bill);
  const sha256 = createHash("sha256").update(readFileSync(target)).digest("hex");
  writeFileSync(`${target}.sha256`, `${sha256}  ${name}.tar.gz\n`);
  process.stdout.write(
    `${target}\n  commit     ${commit.hash}\n  sha256     ${sha256}\n  size       ${megabytes(statSync(target).size)}\n` +
      `  installed  ${megabytes(bytes)} without Node.js\n  contains   ${JSON.parse(bill).components.length} components, listed with their licences in ${name}.cdx.json\n`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

try {
  release();
} catch (error) {
  if (!(error instanceof ReleaseFault)) throw error;
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 1;
}
