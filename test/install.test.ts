import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { InstallRoot } from "./install-root.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot && process.env.CI) throw new Error("the tests of the installation need root");
const options = { skip: isRoot ? false : "skipped: needs root" };

const STORE = `
  cd /var/lib/sealtrace && mkdir -p db journal/0 && echo table >db/000005.ldb && echo log >db/000007.log
  echo edges >journal/0/000003.ldb && echo marks >marks && chown -R sealtrace: . && echo 'timeZone = "UTC"' >/etc/sealtrace/config.toml`;

function installed(t: Test): InstallRoot {
  const root = new InstallRoot(t);
  root.release("aaaa1111", { version: "1.0.0", storeLayout: 1 });
  const { status, output } = root.run("bash /aaaa1111/scripts/install.sh");
  t.equal(status, 0, output);
  t.match(output, /1\.0\.0-aaaa1111 is installed.*\n.*next: sudo sealtrace setup/);
  t.equal(root.run(STORE).status, 0);
  return root;
}

const inode = (root: InstallRoot, path: string) => statSync(join(root.folder, path)).ino;
const text = (root: InstallRoot, path: string) => readFileSync(join(root.folder, path), "utf8");
const current = (root: InstallRoot) => readlinkSync(join(root.folder, "opt/sealtrace/current"));

t.test("installed: user, folders, command, service", options, async (t) => {
  const root = installed(t);
  t.equal(root.run("sealtrace").output, "1.0.0\n");
  t.match(root.run("id sealtrace").output, /groups=.*\(sealtrace\).*\(gpio\)/);
  t.match(
    root.run("stat -c '%U %a' /opt/sealtrace/current/ /var/lib/sealtrace /etc/sealtrace /media/sealtrace").output,
    "root 755\nsealtrace 750\nroot 755\nroot 755\n",
  );
  t.match(text(root, "etc/systemd/system/sealtrace.service"), "ExecStart=/usr/bin/perl");
  t.equal(text(root, "local/share/man/man1/sealtrace.1"), "1.0.0\n");
  t.match(text(root, "calls"), "enable --quiet sealtrace");
  t.notMatch(text(root, "calls"), /^start/m, "nothing runs before there are settings");
});

t.test("a second time nothing changes, and counting goes on", options, async (t) => {
  const root = installed(t);
  const look = "find /opt /etc /usr/local/bin -type f -printf '%p %i %t\\n' | sort";
  const before = root.run(look).output;
  root.run("rm /calls");
  for (const script of ["/aaaa1111/scripts/install.sh", "/opt/sealtrace/current/scripts/install.sh"])
    t.equal(root.run(`bash ${script}`).status, 0);
  t.equal(root.run(look).output, before);
  t.notMatch(text(root, "calls"), /restart sealtrace|stop sealtrace|daemon-reload/);
});

t.test("an upgrade keeps what was counted, and a way back", options, async (t) => {
  const root = installed(t);
  root.release("bbbb2222", { version: "1.1.0", storeLayout: 1 });
  root.run("ln -sf /dev/null /etc/udev/rules.d/90-sealtrace-stick.rules");
  t.equal(root.run("systemctl start sealtrace; bash /bbbb2222/scripts/install.sh").status, 0);
  t.equal(current(root), "1.1.0-bbbb2222");
  t.equal(
    readlinkSync(join(root.folder, "etc/udev/rules.d/90-sealtrace-stick.rules")),
    "/dev/null",
    "no sticks, still",
  );
  t.match(text(root, "calls"), /stop sealtrace\n.*\nstart sealtrace\n$/s);
  const kept = "var/lib/sealtrace/before-upgrade";
  t.equal(inode(root, `${kept}/db/000005.ldb`), inode(root, "var/lib/sealtrace/db/000005.ldb"), "tables take no room");
  t.not(
    inode(root, `${kept}/db/000007.log`),
    inode(root, "var/lib/sealtrace/db/000007.log"),
    "what may be written is copied",
  );
  t.match(root.run(`stat -c %U /${kept}/db/000007.log`).output, "sealtrace");

  root.run("echo more >>/var/lib/sealtrace/db/000007.log; echo '# needs 1.1.0' >>/etc/sealtrace/config.toml");
  const { status, output } = root.run("bash /opt/sealtrace/current/scripts/install.sh --rollback");
  t.equal(status, 0, output);
  t.equal(current(root), "1.0.0-aaaa1111");
  t.equal(root.run("sealtrace").output, "1.0.0\n");
  t.equal(text(root, "var/lib/sealtrace/db/000007.log"), "log\nmore\n", "the same layout: nothing is lost");
  t.equal(text(root, "etc/sealtrace/config.toml"), 'timeZone = "UTC"\n', "settings that it knows");
  t.match(text(root, "etc/sealtrace/config.toml.rolled-back"), "needs 1.1.0");
  t.match(root.run("bash /opt/sealtrace/current/scripts/install.sh --rollback"), {
    status: 1,
    output: /no earlier version/,
  });
});

t.test("back over a change of the store's layout", options, async (t) => {
  const root = installed(t);
  root.release("cccc3333", { version: "2.0.0", storeLayout: 2 });
  t.equal(root.run("systemctl start sealtrace; RESULT=watchdog bash /cccc3333/scripts/install.sh").status, 0);
  const kept = "var/lib/sealtrace/before-upgrade";
  t.not(inode(root, `${kept}/db/000005.ldb`), inode(root, "var/lib/sealtrace/db/000005.ldb"), "copied after a crash");
  root.run("echo newer >/var/lib/sealtrace/db/000005.ldb");
  t.match(root.run("bash /aaaa1111/scripts/install.sh"), { status: 1, output: /older than what wrote the store/ });
  t.equal(root.run("bash /opt/sealtrace/current/scripts/install.sh --rollback").status, 0);
  t.equal(text(root, "var/lib/sealtrace/db/000005.ldb"), "table\n");
  t.match(root.run("cat /var/lib/sealtrace/rolled-back-*/db/000005.ldb").output, "newer");
});

t.test("a version that does not start is left again by itself", options, async (t) => {
  const root = installed(t);
  root.release("dddd4444", { version: "1.2.0", storeLayout: 1, isBroken: true });
  const { status, output } = root.run("systemctl start sealtrace; bash /dddd4444/scripts/install.sh");
  t.equal(status, 1);
  t.match(output, /1\.2\.0-dddd4444 did not start, 1\.0\.0-aaaa1111 runs again/);
  t.equal(current(root), "1.0.0-aaaa1111");
  t.match(root.run("systemctl is-active sealtrace"), { status: 0 });
});

t.test("removed, the data stay; purged, they go when that is meant", options, async (t) => {
  const root = installed(t);
  t.equal(root.run("bash /opt/sealtrace/current/scripts/install.sh --uninstall").status, 0);
  const left =
    "find / -xdev -path /proc -prune -o -path /dev -prune -o -path /aaaa1111 -prune -o -iname '*sealtrace*' -print | sort";
  t.equal(root.run(left).output, "/etc/sealtrace\n/run/sealtrace-install.lock\n/var/lib/sealtrace\n");
  t.equal(text(root, "var/lib/sealtrace/db/000007.log"), "log\n");
  t.equal(root.run("bash /aaaa1111/scripts/install.sh").status, 0);
  t.match(root.run("bash /aaaa1111/scripts/install.sh --purge"), { status: 1, output: /--purge --yes/ });
  t.equal(existsSync(join(root.folder, "var/lib/sealtrace/marks")), true);
  t.equal(root.run("bash /aaaa1111/scripts/install.sh --purge --yes").status, 0);
  t.equal(root.run(left).output, "/run/sealtrace-install.lock\n");
  t.notMatch(text(root, "etc/passwd"), "sealtrace");
});

/** A partition that is a file. */
function partition(t: Test, root: InstallRoot): string {
  const image = join(root.folder, "tmp/partition");
  writeFileSync(image, "");
  truncateSync(image, 64 * 1024 * 1024);
  const device = execFileSync("losetup", ["--find", "--show", image], { encoding: "utf8" }).trim();
  t.teardown(() => execFileSync("losetup", ["--detach", device]));
  return device;
}

t.test("data and settings move to a partition of their own", options, async (t) => {
  const root = installed(t);
  writeFileSync(join(root.folder, "etc/fstab"), "# as it was\n");
  const device = partition(t, root);
  const script = "/opt/sealtrace/current/scripts/data-partition.sh";
  t.match(root.run(`bash ${script} ${device}`), { status: 1, output: /has no ext4.*--format/ });
  t.match(root.run(`bash ${script} /dev/null --format`), { status: 1, output: /is no partition/ });
  const look =
    "findmnt -no FSTYPE,OPTIONS /var/lib/sealtrace; cat /var/lib/sealtrace/db/000007.log /etc/sealtrace/config.toml";
  const owners = "stat -c '%U %a' /var/lib/sealtrace /var/lib/sealtrace/db /etc/sealtrace/config.toml";
  const { status, output } = root.run(`bash ${script} ${device} --format && ${look} && ${owners}`);
  t.equal(status, 0, output);
  t.match(output, /^ext4 +rw,nosuid,nodev,noexec,noatime/m);
  t.match(output, 'log\ntimeZone = "UTC"\nsealtrace 750\nsealtrace 755\nroot 644\n');
  t.match(text(root, "etc/fstab"), /^# as it was\n# sealtrace.*\nUUID=\S+ \/var\/lib\/sealtrace ext4 /);
  t.match(text(root, "calls"), /stop sealtrace\ndaemon-reload\nstart sealtrace\n$/);

  root.run(
    "rm -rf /var/lib/sealtrace; mv /var/lib/sealtrace.before /var/lib/sealtrace; echo other >/var/lib/sealtrace/db/000007.log",
  );
  t.match(root.run(`bash ${script} ${device} && ${look}`), { status: 0, output: /holds data already.*\nlog\n/s });
});

t.test("refused, with what to do", options, async (t) => {
  const root = new InstallRoot(t);
  root.release("aaaa1111", { version: "1.0.0", storeLayout: 1 });
  const install = () => root.run("bash /aaaa1111/scripts/install.sh");
  const cases: [string, string, RegExp][] = [
    ["node", "echo 18.19.0 arm64", /Node\.js 18\.19\.0 is too old: 20\.15 or later is needed.*apt install nodejs/s],
    ["node", "echo 22.1.0 arm", /is not a 64-bit one/],
    ["getconf", "echo 32", /install the 64-bit Raspberry Pi OS/],
    ["uname", "echo armv7l", /armv7l.*not supported/],
  ];
  for (const [program, body, message] of cases) {
    root.program(program, `#!/bin/sh\n${body}\n`);
    t.match(install(), { status: 1, output: message }, body);
    root.run(`rm /fake/${program}`);
  }
  t.match(root.run("bash /aaaa1111/scripts/install.sh --frobnicate"), { status: 2, output: /usage/ });
  t.equal(root.run("test -e /opt/sealtrace/current").status, 1, "nothing was done");
});
