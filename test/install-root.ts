import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { serviceUnit } from "../scripts/release/unit.ts";

const SCRIPTS = fileURLToPath(new URL("../../scripts/", import.meta.url));

/** Says what it was asked; a version whose folder has a file `broken` does not start. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>/calls
case "$*" in
  is-active*) [ -e /run/active ] ;;
  start*|restart*) [ ! -e /opt/sealtrace/current/broken ] && touch /run/active ;;
  stop*|disable*--now*) rm -f /run/active ;;
  show*) echo "\${RESULT:-success}" ;;
esac
`;

const ENTER = `
set -e
mount --make-rprivate /
mount --bind /usr "$1/usr" && mount --bind "$1/local" "$1/usr/local"
mount --bind /proc "$1/proc" && mount --bind /dev "$1/dev"
exec chroot "$1" /usr/bin/env -i PATH=/fake:/usr/local/bin:/usr/bin:/usr/sbin NODE_NO_WARNINGS=1 bash -c "$2"
`;

/** A version as it lies on a stick, with a program that knows settings up to its own version. */
export interface FakeRelease {
  readonly version: string;
  readonly storeLayout: number;
  readonly isBroken?: true;
}

/**
 * A small Debian of its own: this machine's programs, and empty folders for users, services and data. The real scripts
 * run in it as root; only systemd is played.
 */
export class InstallRoot {
  readonly folder = mkdtempSync(join(tmpdir(), "sealtrace-root-"));

  constructor(t: Test) {
    t.teardown(() => rmSync(this.folder, { recursive: true, force: true }));
    const folders = [
      "usr",
      "local/bin",
      "proc",
      "dev",
      "etc",
      "tmp",
      "run/systemd/system",
      "var/lib",
      "media",
      "mnt",
      "fake",
    ];
    for (const name of folders) mkdirSync(join(this.folder, name), { recursive: true });
    spawnSync("cp", ["-a", ...["/bin", "/sbin", "/lib", "/lib64"], this.folder]);
    for (const name of ["login.defs", "nsswitch.conf", "ld.so.cache", "passwd", "group"])
      cpSync(join("/etc", name), join(this.folder, "etc", name));
    this.program("systemctl", SYSTEMCTL);
    this.program("udevadm", "#!/bin/sh\n");
    // a machine may have these already
    this.run("userdel sealtrace; groupdel sealtrace; groupdel gpio");
  }

  /** Puts a program before those of the machine. */
  program(name: string, text: string): void {
    writeFileSync(join(this.folder, "fake", name), text);
    chmodSync(join(this.folder, "fake", name), 0o755);
  }

  /** Lays a release at /NAME. */
  release(name: string, { version, storeLayout, isBroken }: FakeRelease): void {
    const tree = join(this.folder, name);
    mkdirSync(join(tree, "dist/runtime"), { recursive: true });
    mkdirSync(join(tree, "bin"));
    for (const script of ["install.sh", "data-partition.sh"])
      cpSync(join(SCRIPTS, script), join(tree, "scripts", script));
    cpSync(join(SCRIPTS, "install"), join(tree, "scripts/install"), { recursive: true });
    const unit = join(tree, "scripts/install/sealtrace.service");
    writeFileSync(unit, serviceUnit(`# ${version}\n@EXEC_START@\n`));
    mkdirSync(join(tree, "share"));
    for (const end of ["1", "bash", "zsh", "fish"]) writeFileSync(join(tree, `share/sealtrace.${end}`), `${version}\n`);
    const facts = `version=${version}\ncommit=${name}${"0".repeat(40)}\nstore_layout=${storeLayout}\nnode=20.15\n`;
    writeFileSync(join(tree, "RELEASE"), facts);
    writeFileSync(join(tree, "bin/sealtrace"), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(tree, "bin/sealtrace"), 0o755);
    const refusal = `process.exit(/needs (\\S+)/.exec(text)?.[1] > "${version}" ? 1 : 0)`;
    const program = `const text = require("node:fs").readFileSync(process.argv[4], "utf8");\n${refusal};\n`;
    writeFileSync(join(tree, "dist/runtime/main.js"), program);
    if (isBroken) writeFileSync(join(tree, "broken"), "");
  }

  /** Runs a shell script inside, as root; returns its status and all that it printed. */
  run(script: string): { readonly status: number | null; readonly output: string } {
    const inside = ["-m", "bash", "-c", ENTER, "enter", this.folder, `exec 2>&1; ${script}`];
    const { status, stdout } = spawnSync("unshare", inside, { encoding: "utf8" });
    return { status, output: stdout };
  }
}
