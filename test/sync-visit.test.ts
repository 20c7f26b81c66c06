import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Outbox } from "../runtime/sync/outbox.ts";
import type { HelperMessage, SyncTask, Visit } from "../runtime/sync/task.ts";
import { visitTarget } from "../runtime/sync/visit.ts";

const ID = "0b8e6c2e-0000-4000-8000-000000000001";

interface Place {
  readonly task: SyncTask;
  readonly outbox: Outbox;
  /** The appliance's folder on the target. */
  readonly folder: string;
}

/** An appliance with an empty target that is a plain folder. */
async function place(t: Test, appliance = "sealer-1", base = t.testdir(), applianceId = ID): Promise<Place> {
  const root = join(base, "target");
  mkdirSync(root, { recursive: true });
  const own = join(base, `own-${applianceId}`);
  const outbox = await Outbox.open(join(own, "outbox"));
  const target = { kind: "folder", root, types: null, requireMount: false } as const;
  const task = { appliance, applianceId, outbox: outbox.folder, memory: join(own, "sync"), target, readsInbox: false };
  return { task, outbox, folder: join(root, "sealtrace", appliance) };
}

/** A visit, and the paths that were sent. */
async function visit({ task }: Place): Promise<Visit & { readonly sent: readonly string[] }> {
  const sent: string[] = [];
  const done = await visitTarget(task, {
    tell: (message: HelperMessage) => {
      if (message.kind === "sent") sent.push(message.path);
    },
    onInbox: async () => [],
    nowMs: () => 0,
    wallUs: () => 1_772_431_200_000_000,
  });
  return { ...done, sent };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

t.test("a target gets everything once, and then only what is new", async (t) => {
  const here = await place(t);
  await here.outbox.put("shifts/l/2026-03-02-early.html", "final", Buffer.from("<p>early"));
  await here.outbox.put("shifts/l/2026-03-02-early.csv", "final", Buffer.alloc(3_000_000, "x"));
  const first = await visit(here);
  t.match(first, { sentFiles: 2, sentBytes: 3_000_008, foundFiles: 0, damagedFiles: 0, isProofDue: false });
  t.match(first.proof, /^re-read/, "what arrived has been read again");
  t.equal(first.sent[0], "shifts/l/2026-03-02-early.html", "the page comes first");
  t.match(await visit(here), { sentFiles: 0, foundFiles: 0 }, "nothing is sent twice");
  await here.outbox.put("shifts/l/2026-03-02-late.html", "final", Buffer.from("<p>late"));
  t.same((await visit(here)).sent, ["shifts/l/2026-03-02-late.html"]);
  t.same(filesBelow(here.folder), [
    "appliance.id",
    "manifest.sha256",
    "shifts/l/2026-03-02-early.csv",
    "shifts/l/2026-03-02-early.html",
    "shifts/l/2026-03-02-late.html",
  ]);
  t.doesNotThrow(() => execFileSync("sha256sum", ["--check", "--quiet", "manifest.sha256"], { cwd: here.folder }));
});

t.test("the provisional report is there, until the final one is; a correction makes another one", async (t) => {
  const here = await place(t);
  const path = "shifts/l/2026-03-02-early.html";
  await here.outbox.put(path, "provisional", Buffer.from("so far"));
  await visit(here);
  t.ok(existsSync(join(here.folder, "shifts/l/2026-03-02-early.provisional.html")));
  await here.outbox.put(path, "provisional", Buffer.from("so far, again"));
  t.equal((await visit(here)).sentFiles, 0, "there is one provisional report");
  await here.outbox.put(path, "final", Buffer.from("all"));
  t.match(await visit(here), { sentFiles: 1, removedFiles: 1 });
  t.same(readdirSync(join(here.folder, "shifts/l")), ["2026-03-02-early.html"]);
  await here.outbox.put(path, "provisional", Buffer.from("too late"));
  await here.outbox.put(path, "final", Buffer.from("all"));
  t.equal((await visit(here)).sentFiles, 0, "the same is not another version");
  await here.outbox.put(path, "final", Buffer.from("corrected"));
  await here.outbox.put(path, "final", Buffer.from("corrected again"));
  t.match(await visit(here), { sentFiles: 1, removedFiles: 1 });
  t.same(readdirSync(join(here.folder, "shifts/l")), ["2026-03-02-early.r3.html"]);
  const again = await Outbox.open(here.outbox.folder);
  t.same(again.paths, here.outbox.paths, "a restart knows the versions");
});

t.test("broken off anywhere: what is there and right is not sent again, what is half is", async (t) => {
  const here = await place(t);
  for (const name of ["a", "b", "c"]) await here.outbox.put(`${name}.html`, "final", Buffer.from(name.repeat(9)));
  mkdirSync(here.folder, { recursive: true });
  writeFileSync(join(here.folder, "a.html"), "aaaaaaaaa");
  writeFileSync(join(here.folder, "b.html"), "");
  writeFileSync(join(here.folder, "~c.html.part"), "ccc");
  t.match(await visit(here), { sentFiles: 2, foundFiles: 1 });
  t.same(filesBelow(here.folder), ["a.html", "appliance.id", "b.html", "c.html", "manifest.sha256"]);
  t.equal(readFileSync(join(here.folder, "b.html"), "utf8"), "bbbbbbbbb");
});

t.test("a manifest that is not ours is not believed", async (t) => {
  const here = await place(t);
  await here.outbox.put("a.html", "final", Buffer.from("a"));
  await here.outbox.put("b.html", "final", Buffer.from("b"));
  await visit(here);
  const manifest = join(here.folder, "manifest.sha256");
  const text = readFileSync(manifest, "utf8");
  rmSync(here.task.memory as string, { recursive: true });
  t.match(
    await visit(here),
    { sentFiles: 0, foundFiles: 2 },
    "a stick we do not remember: everything is read, it is right",
  );
  writeFileSync(join(here.folder, "a.html"), "X");
  rmSync(join(here.folder, "b.html"));
  rmSync(here.task.memory as string, { recursive: true });
  t.match(await visit(here), { sentFiles: 2, foundFiles: 0 }, "or it is not");
  writeFileSync(manifest, text.slice(0, 70));
  t.match(await visit(here), { sentFiles: 0, foundFiles: 2 }, "torn by a power cut");
  t.equal(readFileSync(manifest, "utf8"), text, "it is written anew");
  writeFileSync(manifest, Buffer.alloc(0));
  t.match(await visit(here), { sentFiles: 0, foundFiles: 2 });
  rmSync(join(here.task.target.root, "sealtrace"), { recursive: true });
  t.match(await visit(here), { sentFiles: 2, foundFiles: 0 }, "everything was removed: everything comes again");
});

t.test("a provisional report that is damaged goes as well when the final one is there", async (t) => {
  const here = await place(t);
  await here.outbox.put("a.html", "provisional", Buffer.from("so far"));
  await visit(here);
  writeFileSync(join(here.folder, "a.provisional.html"), "");
  writeFileSync(join(here.folder, "manifest.sha256"), "");
  await here.outbox.put("a.html", "final", Buffer.from("all"));
  t.match(await visit(here), { sentFiles: 1, removedFiles: 1 });
  t.same(filesBelow(here.folder), ["a.html", "appliance.id", "manifest.sha256"]);
});

t.test("what a person removed stays removed; what left the appliance stays on the target", async (t) => {
  const here = await place(t);
  await here.outbox.put("2026-01-01.html", "final", Buffer.from("old"));
  await here.outbox.put("2026-01-02.html", "final", Buffer.from("new"));
  await visit(here);
  rmSync(join(here.folder, "2026-01-02.html"));
  await here.outbox.retain(3);
  t.same(here.outbox.paths, ["2026-01-02.html"], "the oldest day goes first");
  t.match(await visit(here), { sentFiles: 0, removedFiles: 0 });
  t.ok(existsSync(join(here.folder, "2026-01-01.html")));
  t.match(readFileSync(join(here.folder, "manifest.sha256"), "utf8"), /2026-01-01\.html/);
});

t.test("two appliances share a target, at the same time; not under one name", async (t) => {
  const base = t.testdir();
  const one = await place(t, "sealer-1", base, ID);
  const two = await place(t, "sealer-2", base, ID.replace(/1$/, "2"));
  for (let i = 0; i < 20; i++)
    for (const each of [one, two]) await each.outbox.put(`a${i}.html`, "final", Buffer.from(each.task.appliance));
  const visits = await Promise.all([visit(one), visit(two)]);
  t.same(
    visits.map(({ sentFiles }) => sentFiles),
    [20, 20],
  );
  t.equal(readFileSync(join(two.folder, "a7.html"), "utf8"), "sealer-2");
  const thief = await place(t, "sealer-1", base, ID.replace(/1$/, "3"));
  await thief.outbox.put("a0.html", "final", Buffer.from("mine"));
  await t.rejects(visit(thief), /another appliance is called sealer-1 there: give each its own name/);
  t.equal(readFileSync(join(one.folder, "a0.html"), "utf8"), "sealer-1");
});

t.test("links, pipes and folders on a target lead nowhere", async (t) => {
  const here = await place(t);
  const outside = join(here.task.target.root, "..", "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "secret");
  await here.outbox.put("shifts/a.html", "final", Buffer.from("report"));
  mkdirSync(here.folder, { recursive: true });
  symlinkSync(outside, join(here.folder, "shifts"));
  await t.rejects(visit(here), /shifts is no folder: remove it/);
  t.same(readdirSync(outside), ["secret"]);
  rmSync(join(here.folder, "shifts"));
  mkdirSync(join(here.folder, "shifts"));
  symlinkSync(join(outside, "secret"), join(here.folder, "shifts/~a.html.part"));
  symlinkSync(join(outside, "secret"), join(here.folder, "shifts/a.html"));
  execFileSync("mkfifo", [join(here.folder, "manifest.sha256")]);
  t.match(await visit(here), { sentFiles: 1 }, "a pipe is not waited for");
  t.equal(readFileSync(join(outside, "secret"), "utf8"), "secret");
  t.ok(statSync(join(here.folder, "shifts/a.html")).isFile());
  rmSync(join(here.folder, "shifts/a.html"));
  linkSync(join(outside, "secret"), join(here.folder, "shifts/a.html"));
  await here.outbox.put("shifts/a.html", "final", Buffer.from("corrected"));
  await visit(here);
  t.equal(readFileSync(join(outside, "secret"), "utf8"), "secret", "another name of a file is not written through");
});

t.test("files that changed under an earlier mount are noticed, and sent again", async (t) => {
  const here = await place(t);
  for (const name of ["a", "b"]) await here.outbox.put(`${name}.html`, "final", Buffer.from(name.repeat(100)));
  await visit(here);
  // as it is after a visit of a stick that is unmounted when it is not used
  const [memory] = readdirSync(here.task.memory as string).filter((name) => name.endsWith(".json"));
  const path = join(here.task.memory as string, memory as string);
  const recalled = JSON.parse(readFileSync(path, "utf8"));
  const due = { ...recalled, proof: "written", unproved: ["a.html", "b.html"], unprovedMount: "another boot 7" };
  writeFileSync(path, JSON.stringify(due));
  t.match(await visit(here), { damagedFiles: 0, sentFiles: 0, proof: "re-read-after-mount" });
  writeFileSync(path, JSON.stringify(due));
  truncateSync(join(here.folder, "a.html"));
  t.match(await visit(here), { damagedFiles: 1, sentFiles: 1 });
  t.equal(readFileSync(join(here.folder, "a.html"), "utf8"), "a".repeat(100));
});

t.test("old files by the thousand change nothing", async (t) => {
  const here = await place(t);
  await here.outbox.put("shifts/l/2026-03-02-early.html", "final", Buffer.from("report"));
  const crowd = join(here.folder, "shifts/l");
  mkdirSync(crowd, { recursive: true });
  execFileSync("bash", ["-c", "seq -f 'old-%g.html' 5000 | xargs touch"], { cwd: crowd });
  t.match(await visit(here), { sentFiles: 1, removedFiles: 0 });
  t.match(await visit(here), { sentFiles: 0, removedFiles: 0 });
  t.equal(readdirSync(crowd).length, 5_001);
});
