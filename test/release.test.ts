import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { execStartLine } from "../runtime/watchdog/notify-shim.ts";
import { billOfMaterials } from "../scripts/release/bill.ts";
import { keepNeeded, packageNames, removeUnused } from "../scripts/release/packages.ts";
import { filesIn, installedBytes, packReproducibly } from "../scripts/release/tarball.ts";
import { serviceUnit } from "../scripts/release/unit.ts";

const INSTALL = fileURLToPath(new URL("../../scripts/install/", import.meta.url));
const unit = serviceUnit(readFileSync(join(INSTALL, "sealtrace.service"), "utf8"));
const withoutAnalyze = spawnSync("systemd-analyze", ["--version"]).error ? "not installed: systemd-analyze" : false;

function lay(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({ name, version: "1.0.0", license: "MIT", ...more });

t.test("the unit starts through the line that hands over systemd's socket", async (t) => {
  const starts = unit.split("\n").filter((line) => line.startsWith("ExecStart="));
  const command = ["/opt/sealtrace/node", "/opt/sealtrace/current/dist/runtime/main.js", "run"];
  t.same(starts, [execStartLine(command)]);
  t.match(unit, /^Environment=.*PERL_BADLANG=0/m, "perl has no remarks about locales");
  t.match(unit, /^User=sealtrace$/m);
  t.throws(() => serviceUnit("ExecStart=/bin/true\n"), /@EXEC_START@/);
});

t.test("systemd finds the unit sound and not exposed", { skip: withoutAnalyze }, async (t) => {
  const path = join(t.testdir(), "sealtrace.service");
  writeFileSync(path, unit);
  const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", path], { encoding: "utf8" });
  const [, exposure, word] = /Overall exposure level for sealtrace.service: (\S+) (\S+)/.exec(stdout) ?? [];
  t.equal(word, "OK", stdout.slice(-200));
  t.ok(Number(exposure) < 2, `exposure ${exposure}`);
});

t.test("only what is needed is shipped", async (t) => {
  const folder = t.testdir();
  const modules = join(folder, "node_modules");
  lay(folder, {
    "package.json": JSON.stringify({ dependencies: { a: "1" }, optionalDependencies: { rpio: "1" } }),
    "node_modules/a/package.json": manifest("a", { dependencies: { b: "1" }, peerDependencies: { typescript: "*" } }),
    "node_modules/a/index.js": "",
    "node_modules/a/index.d.ts": "",
    "node_modules/a/index.js.map": "",
    "node_modules/a/LICENSE.txt": "",
    "node_modules/a/deps/zip/COPYING": "",
    "node_modules/a/deps/zip/zip.cc": "",
    "node_modules/a/test/all.js": "",
    "node_modules/a/prebuilds/linux-x64/a.node": "",
    "node_modules/a/prebuilds/linux-x64/a.musl.node": "",
    "node_modules/a/prebuilds/linux-arm64/a.armv8.node": "",
    "node_modules/a/prebuilds/win32-x64/a.node": "",
    "node_modules/b/package.json": manifest("b"),
    "node_modules/b/node_modules/c/package.json": manifest("c", { dependencies: { d: "1" } }),
    "node_modules/d/package.json": manifest("d"),
    "node_modules/koffi/package.json": manifest("koffi"),
    "node_modules/@koromix/koffi-linux-arm64/package.json": manifest("@koromix/koffi-linux-arm64"),
    "node_modules/@koromix/koffi-win32-x64/package.json": manifest("@koromix/koffi-win32-x64"),
    "node_modules/rpio/package.json": manifest("rpio"),
    "node_modules/typescript/package.json": manifest("typescript"),
  });
  keepNeeded(folder);
  t.same(packageNames(modules), ["@koromix/koffi-linux-arm64", "a", "b", "d", "koffi"]);
  removeUnused(modules);
  const left = filesIn(join(modules, "a")).filter((path) => /\.\w+$|COPYING/.test(path));
  t.same(left.map((path) => path.slice(modules.length)).sort(), [
    "/a/LICENSE.txt",
    "/a/deps/zip/COPYING",
    "/a/index.js",
    "/a/package.json",
    "/a/prebuilds/linux-arm64/a.armv8.node",
    "/a/prebuilds/linux-x64/a.node",
  ]);
});

t.test("the bill names what is there, with licence and hash, and refuses what is not known", async (t) => {
  const folder = t.testdir();
  const lock = join(folder, "lock.json");
  lay(folder, {
    "tree/package.json": manifest("sealtrace", { license: "Apache-2.0" }),
    "tree/node_modules/@x/a/package.json": manifest("@x/a", { license: "(MIT OR ISC)" }),
    "tree/node_modules/b/package.json": manifest("b"),
    "tree/node_modules/b/node_modules/c/package.json": manifest("c"),
    "lock.json": JSON.stringify({
      packages: Object.fromEntries(
        ["@x/a", "b", "b/node_modules/c"].map((name) => [`node_modules/${name}`, { integrity: "sha512-q80=" }]),
      ),
    }),
  });
  const bill = JSON.parse(billOfMaterials(join(folder, "tree"), lock, "2026-01-01T00:00:00.000Z"));
  t.match(bill, { bomFormat: "CycloneDX", specVersion: "1.5", metadata: { component: { name: "sealtrace" } } });
  t.same(
    bill.components.map(({ purl, licenses }: { purl: string; licenses: unknown[] }) => [purl, licenses[0]]),
    [
      ["pkg:npm/%40x/a@1.0.0", { expression: "(MIT OR ISC)" }],
      ["pkg:npm/b@1.0.0", { license: { id: "MIT" } }],
      ["pkg:npm/c@1.0.0", { license: { id: "MIT" } }],
    ],
  );
  t.same(bill.components[0].hashes, [{ alg: "SHA-512", content: "abcd" }]);
  lay(folder, { "tree/node_modules/unknown/package.json": manifest("unknown") });
  t.throws(() => billOfMaterials(join(folder, "tree"), lock, ""), /node_modules\/unknown is not in package-lock/);
});

t.test("the same content gives the same bytes", async (t) => {
  const folder = t.testdir();
  const archives = ["one", "two"].map((name, i) => {
    const files = [
      ["b.js", "two\n"],
      ["a/run.sh", "#!/bin/sh\n"],
    ] as [string, string][];
    const tree = join(folder, name, "sealtrace-1");
    lay(tree, Object.fromEntries(i === 0 ? files : files.reverse()));
    execFileSync("chmod", [i === 0 ? "700" : "777", join(tree, "a/run.sh")]);
    utimesSync(join(tree, "b.js"), i * 1000, i * 1000);
    packReproducibly(tree, "sealtrace-1", join(folder, `${name}.tar.gz`), 1_700_000_000);
    return readFileSync(join(folder, `${name}.tar.gz`));
  });
  t.same(archives[0], archives[1]);
  const listed = execFileSync("tar", ["-tvzf", join(folder, "one.tar.gz")], { encoding: "utf8", env: { TZ: "UTC" } });
  t.match(listed, /^-rwxr-xr-x 0\/0 .* 2023-11-14 22:13 sealtrace-1\/a\/run\.sh$/m);
  rmSync(join(folder, "one/sealtrace-1/b.js"));
  t.equal(installedBytes(join(folder, "one/sealtrace-1")) % 4096, 0);
});
