import fc from "fast-check";
import t from "tap";
import { deliveryPlan } from "../runtime/sync/delivery-plan.ts";
import { manifestText, parseManifest, sha256Of } from "../runtime/sync/manifest.ts";
import { isAutomounted, mountAt, parseMountinfo } from "../runtime/sync/mountinfo.ts";
import { isSafePath, isSlug, slugOf, versionOf, versionPath } from "../runtime/sync/names.ts";
import { problemOf } from "../runtime/sync/target-problem.ts";
import { findTargets, mountFault, STICK_TYPES, type Target, targetKey } from "../runtime/sync/targets.ts";
import { isVisitDue, retryDelayMs } from "../runtime/sync/visit-rules.ts";

const MOUNTS = `22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
40 22 0:35 / /media/sealtrace/1A2B-3C4D rw,relatime shared:9 - autofs systemd-1 rw,fd=51,pgrp=1,timeout=3
41 40 8:1 / /media/sealtrace/1A2B-3C4D rw,nosuid - vfat /dev/sda1 rw,uid=998,errors=remount-ro
42 22 8:17 / /media/sealtrace/my\\040stick ro,nosuid - exfat /dev/sdb1 rw
43 22 0:36 / /mnt/reports rw - cifs //server/reports rw,vers=3.1.1
44 22 0:37 / /mnt/later rw - autofs systemd-1 rw,fd=52
45 22 8:33 / /media/sealtrace/deeper/in rw - vfat /dev/sdc1 rw
46 22 0:38 / /media/sealtrace/proc rw - proc proc rw
rubbish
`;

const stick = (root: string): Target => ({ kind: "stick", root, types: STICK_TYPES, requireMount: true });

t.test("paths that every file system takes, and no others", (t) => {
  for (const path of ["a.html", "shifts/line-1/2026-03/2026-03-02-early.html", "tables/line=l/day=20260302/x.parquet"])
    t.ok(isSafePath(path), path);
  for (const path of [
    "",
    "/a",
    "a/",
    "../a",
    "a/./b",
    "A.html",
    ".hidden",
    "a b",
    "con",
    "nul.txt",
    "a/lpt1.html",
    "ends.",
    "é.html",
    "~a.part",
    "a\\b",
    `${"x".repeat(121)}`,
  ])
    t.notOk(isSafePath(path), path);
  t.ok(isSafePath("con-1.html"), "a name that only begins like a device");
  t.end();
});

t.test("an appliance has a name whatever its computer is called", (t) => {
  t.equal(slugOf("Sealer Hall 2.local"), "sealer-hall-2-local");
  t.equal(slugOf("CON"), "appliance");
  t.equal(slugOf("日本"), "appliance");
  t.doesNotThrow(() => fc.assert(fc.property(fc.string(), (text) => isSlug(slugOf(text)))));
  t.notOk(isSlug("-a"));
  t.notOk(isSlug("Hall"));
  t.end();
});

t.test("a version has a name of its own, and tells of what it is one", (t) => {
  t.equal(versionPath("a/early.html", "provisional"), "a/early.provisional.html");
  t.equal(versionPath("a/early.html", "final"), "a/early.html");
  t.equal(versionPath("a/early.runs.csv", 12), "a/early.r12.runs.csv");
  t.same(versionOf("a/early.r12.runs.csv"), { path: "a/early.runs.csv", age: 12 });
  t.same(versionOf("a/early.provisional.html"), { path: "a/early.html", age: 0 });
  t.same(versionOf("a.r2/early.html"), { path: "a.r2/early.html", age: 1 }, "a folder is no version");
  t.same(versionOf("early.r1.html"), { path: "early.r1.html", age: 1 }, "the first one has no number");
  const path = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9-]{1,8}){0,2}(\.(html|csv|runs\.csv))?$/);
  const version = fc.oneof(
    fc.constant("provisional" as const),
    fc.constant("final" as const),
    fc.integer({ min: 2, max: 9999 }),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(path, version, (path, version) => {
        const age = version === "provisional" ? 0 : version === "final" ? 1 : version;
        const found = versionOf(versionPath(path, version));
        return found.path === path && found.age === age;
      }),
    ),
  );
  t.end();
});

t.test("the list of mounts", (t) => {
  const mounts = parseMountinfo(MOUNTS);
  t.equal(mounts.length, 8, "odd lines are left out");
  t.match(mountAt(mounts, "/media/sealtrace/1A2B-3C4D"), { id: 41, type: "vfat", device: "8:1", isReadOnly: false });
  t.match(mountAt(mounts, "/media/sealtrace/my stick"), { type: "exfat", isReadOnly: true });
  t.ok(isAutomounted(mounts, "/media/sealtrace/1A2B-3C4D"));
  t.notOk(isAutomounted(mounts, "/mnt/reports"));
  t.doesNotThrow(() => fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseMountinfo(text)))));
  t.end();
});

t.test("sticks are what is mounted right below their folder with a file system of sticks", (t) => {
  const folder = [{ path: "/mnt/reports", fileSystem: "cifs", requireMount: true }];
  const config = {
    stickFolder: "/media/sealtrace",
    deadlineSeconds: 60,
    inbox: { accept: "nothing" as const },
    folder,
  };
  const found = findTargets(config, parseMountinfo(MOUNTS));
  t.same(
    found.map(({ kind, root }) => `${kind} ${root}`),
    ["stick /media/sealtrace/1A2B-3C4D", "stick /media/sealtrace/my stick", "share /mnt/reports"],
  );
  t.end();
});

t.test("nothing is written where the target is not", (t) => {
  const mounts = parseMountinfo(MOUNTS);
  const fault = (target: Target, place: string) => mountFault(target, mountAt(mounts, place), mounts);
  const share = { kind: "share", root: "/mnt/reports", types: ["cifs"], requireMount: true } as const;
  t.equal(fault(stick("/media/sealtrace/1A2B-3C4D"), "/media/sealtrace/1A2B-3C4D"), null);
  t.equal(fault(stick("/media/sealtrace/my stick"), "/media/sealtrace/my stick"), "it is read-only");
  t.equal(fault(share, "/mnt/reports"), null);
  t.equal(fault(share, "/"), "nothing is mounted there", "a plain folder of the appliance's own disk");
  t.equal(fault({ ...share, types: null }, "/mnt/later"), "nothing is mounted there", "not mounted in spite of access");
  t.match(fault({ ...share, types: ["nfs4"] }, "/mnt/reports"), /of type cifs is mounted there, not nfs4/);
  t.equal(fault({ ...share, kind: "folder", types: null, requireMount: false }, "/"), null);
  t.end();
});

t.test("a stick is remembered by its file system, a folder by its path", (t) => {
  t.equal(targetKey(stick("/media/sealtrace/sda1"), "1A2B-3C4D"), "stick-1a2b-3c4d");
  t.equal(targetKey(stick("/media/sealtrace/sda1"), null), "stick-sda1");
  const share = { kind: "share", types: null, requireMount: true } as const;
  t.not(targetKey({ ...share, root: "/mnt/a/reports" }, null), targetKey({ ...share, root: "/mnt/b/reports" }, null));
  t.end();
});

t.test("a manifest is read as it was written, and not at all when anything is wrong with it", (t) => {
  const sha256 = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(..."0123456789abcdef") });
  const files = fc.array(
    fc.tuple(fc.stringMatching(/^[a-z0-9]{1,9}(\/[a-z0-9.=_-]{0,9}[a-z0-9])?$/).filter(isSafePath), sha256),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(files, fc.nat(), (entries, at) => {
        const manifest = new Map(entries);
        const text = manifestText(manifest);
        const cut = text.slice(0, at % text.length);
        return (
          JSON.stringify([...(parseManifest(text) ?? [])].sort()) === JSON.stringify([...manifest].sort()) &&
          parseManifest(cut) === null
        );
      }),
    ),
  );
  const row = `${sha256Of("x")}  a.html\n`;
  t.equal(parseManifest(`${row}# 2 files, complete\n`), null, "a row is missing");
  t.equal(parseManifest(`${row}${row}# 2 files, complete\n`), null, "twice the same");
  t.equal(parseManifest(`${row.replace("a.html", "../a.html")}# 1 files, complete\n`), null, "leads out of the folder");
  t.equal(parseManifest("\0".repeat(400)), null, "zeroes, as a power cut may leave them");
  t.doesNotThrow(() =>
    fc.assert(fc.property(fc.string(), (text) => parseManifest(text) === null || text.includes("complete"))),
  );
  t.end();
});

t.test("what is missing is sent, the latest page first; older versions go", (t) => {
  const known = new Map([
    ["s/2026-03-01-early.html", "1"],
    ["s/2026-03-02-early.provisional.html", "2"],
  ]);
  const wanted = [
    "s/2026-03-01-early.html",
    "s/2026-03-02-early.html",
    "s/2026-03-02-early.csv",
    "s/2026-03-03-late.html",
    "s/2026-02-01-early.csv",
  ];
  t.same(deliveryPlan(wanted, known), {
    send: ["s/2026-03-03-late.html", "s/2026-03-02-early.html", "s/2026-03-02-early.csv", "s/2026-02-01-early.csv"],
    superseded: ["s/2026-03-02-early.provisional.html"],
  });
  t.same(deliveryPlan(["a.provisional.html", "a.html"], new Map()).send, ["a.html"], "not worth the way");
  t.same(deliveryPlan(["a.html"], new Map([["a.r2.html", "3"]])), { send: [], superseded: [] }, "it has a later one");
  t.end();
});

t.test("when a target is visited", (t) => {
  const calm = {
    isPresent: true,
    isBusy: false,
    isNew: false,
    isRequested: false,
    hasFailed: false,
    hasNews: false,
    isProofDue: false,
    isMounted: false,
    notBeforeMs: 1000,
  };
  t.notOk(isVisitDue(calm, 2000));
  for (const why of ["isNew", "hasFailed", "hasNews", "isProofDue"] as const) {
    t.ok(isVisitDue({ ...calm, [why]: true }, 2000), why);
    t.notOk(isVisitDue({ ...calm, [why]: true }, 999), `${why}, but it failed a moment ago`);
  }
  t.notOk(isVisitDue({ ...calm, isProofDue: true, isMounted: true }, 2000), "it is to be unmounted first");
  t.ok(isVisitDue({ ...calm, isRequested: true }, 0), "a person does not wait");
  t.notOk(
    isVisitDue({ ...calm, isRequested: true, isBusy: true }, 2000),
    "never a second one while the first one lives",
  );
  t.notOk(isVisitDue({ ...calm, isRequested: true, isPresent: false }, 2000));
  t.same([1, 2, 3, 6, 60].map(retryDelayMs), [10_000, 20_000, 40_000, 300_000, 300_000]);
  t.end();
});

t.test("errors of file systems in words", (t) => {
  t.match(problemOf(Object.assign(new Error("x"), { code: "ENOSPC" })), /full/);
  t.match(problemOf(Object.assign(new Error("x"), { code: "EIO" })), /went away/);
  t.equal(problemOf(Object.assign(new Error("x"), { code: "EWHAT" })), "EWHAT");
  t.end();
});
