import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { loadConfig } from "../runtime/config.ts";
import { Appliance } from "../runtime/daemon/appliance.ts";
import { ConfigExchange } from "../runtime/daemon/config-exchange.ts";
import { Inbox } from "../runtime/daemon/inbox.ts";
import { SimulatedSource } from "../runtime/daemon/simulated-source.ts";
import { Views } from "../runtime/daemon/views.ts";
import type { WatchedLine } from "../runtime/daemon/watched-line.ts";
import { parseCorrections } from "../runtime/sync/inbox/corrections-csv.ts";
import { newKeys, signatureOf } from "../runtime/sync/inbox/signature.ts";
import { visitTarget } from "../runtime/sync/visit.ts";
import { quietLog, tortureMachine } from "../scripts/torture/power-cut-machine.ts";
import { sealtrace } from "./commands.ts";

const HEADER = "line,shift,kind,product,units,time,text\n";
const SHIFT = "2026-03-02/a";
// the daemon is told by a signal to read its configuration
process.on("SIGHUP", () => {});

interface Plugged {
  readonly appliance: Appliance;
  readonly folder: string;
  readonly inbox: string;
  /** Plugs the stick in, and tells what the answers beside the files say, by name. */
  readonly plug: () => Promise<Readonly<Record<string, string>>>;
}

/** An appliance that has worked for two hours, and a stick. */
async function plugged(t: Test, accept: string): Promise<Plugged> {
  const folder = mkdtempSync(join(tmpdir(), "sync-inbox-"));
  for (const name of ["stick", "outbox"]) mkdirSync(join(folder, name));
  const { scenario } = await tortureMachine(folder);
  const path = join(folder, "config.toml");
  writeFileSync(path, `appliance = "sealer-1"\n${readFileSync(path, "utf8")}[sync.inbox]\n${accept}\n`);
  const config = loadConfig(path);
  const appliance = await Appliance.start({
    config,
    dataFolder: join(folder, "data"),
    openSource: async () => new SimulatedSource(scenario, 1e6, config),
    log: quietLog(),
  });
  t.teardown(async () => {
    await appliance.stop();
    rmSync(folder, { recursive: true });
  });
  await appliance.run();
  const exchange = new ConfigExchange({ configPath: path, dataFolder: join(folder, "data"), check: loadConfig });
  const desk = new Inbox({ appliance, wallUs: () => 1_772_450_000_000_000, log: quietLog(), exchange });
  const inbox = join(folder, "stick/sealtrace/sealer-1/inbox");
  mkdirSync(inbox, { recursive: true });
  const target = { kind: "stick", root: join(folder, "stick"), types: null, requireMount: false } as const;
  const own = { appliance: "sealer-1", applianceId: "x", outbox: join(folder, "outbox"), memory: null };
  const plug = async () => {
    const task = { ...own, target, readsInbox: true };
    const hooks = { tell: () => {}, nowMs: () => 0, wallUs: () => 0 };
    await visitTarget(task, { ...hooks, onInbox: (files) => desk.take(files) });
    const answers = readdirSync(inbox).filter((name) => name.includes(".result-"));
    return Object.fromEntries(answers.map((name) => [name, readFileSync(join(inbox, name), "utf8")]));
  };
  return { appliance, folder, inbox, plug };
}

const answersOf = (answers: Readonly<Record<string, string>>) => Object.values(answers).join("\n");

t.test("corrections from a stick: all of them or none, once, with an answer", async (t) => {
  const { appliance, inbox, plug } = await plugged(t, 'accept = "anything"');
  const line = appliance.lines[0] as WatchedLine;
  const scrap = async () => (await new Views(appliance).shift(line, SHIFT)).corrections.length;
  writeFileSync(
    join(inbox, "corrections.csv"),
    `${HEADER}line-1,${SHIFT},scrap,P1,12,,crushed\n,${SHIFT},correct,P9,1,,\n`,
  );
  const refused = answersOf(await plug());
  t.match(refused, /NOT TAKEN, nothing was changed: corrections.csv:3: product P9: there is no such product/);
  t.equal(await scrap(), 0, "the good row was not taken either");
  const good = `\ufeff${HEADER}line-1,${SHIFT},scrap,P1,12,,"crushed, ""badly"""\n,${SHIFT},scrap,P1,-2,,\n,${SHIFT},mark,,,06:10,film torn\n,,name,P1,,,Tray 400 g\n`;
  writeFileSync(join(inbox, "corrections.csv"), good.replaceAll(",", ";").replace('"crushed;', '"crushed,'));
  t.match(answersOf(await plug()), /TAKEN: 4 corrections, all of them/);
  t.equal(await scrap(), 3);
  const shift = await new Views(appliance).shift(line, SHIFT);
  t.match(shift.corrections[0], { units: 12, by: /^stick [0-9a-f]{8}$/, why: 'crushed, "badly"' });
  t.equal(shift.products.find(({ id }) => id === "P1")?.name, "Tray 400 g");
  const again = await plug();
  t.equal(await scrap(), 3, "the same file is not taken twice");
  t.match(answersOf(again), /TAKEN: 4 corrections, all of them/, "the answer of the first time stays");
  t.equal(Object.keys(again).length, 2, "one answer for each content");
  for (const name of Object.keys(again)) rmSync(join(inbox, name));
  t.match(answersOf(await plug()), /This very file was taken on 2026-03-02/);
});

t.test("what is remembered of a file survives a restart", async (t) => {
  const { appliance, folder, inbox, plug } = await plugged(t, 'accept = "anything"');
  writeFileSync(join(inbox, "corrections.csv"), `${HEADER},${SHIFT},scrap,,5,,\n`);
  await plug();
  await appliance.store.commit();
  const count = appliance.notes.count;
  const { Notes } = await import("../runtime/daemon/notes.ts");
  const read = await Notes.load(appliance.store);
  t.equal(read.count, count);
  t.same(read.corrections("line-1", SHIFT), appliance.notes.corrections("line-1", SHIFT));
  const [name] = readdirSync(inbox).filter((each) => each.includes(".result-"));
  t.match(readFileSync(join(inbox, name as string), "utf8"), /TAKEN/);
  t.ok(folder);
});

t.test("a configuration from a stick: checked, the old one kept, put back when nothing starts with it", async (t) => {
  const { folder, inbox, plug } = await plugged(t, 'accept = "anything"');
  const path = join(folder, "config.toml");
  const old = readFileSync(path, "utf8");
  writeFileSync(join(inbox, "config.toml"), "timeZone = 'Mars/Base'\n");
  t.match(answersOf(await plug()), /NOT TAKEN, nothing was changed: config.toml:timeZone: .*no time zone/);
  t.equal(readFileSync(path, "utf8"), old);
  writeFileSync(join(inbox, "config.toml"), "timeZone = 'Europe/Madrid'\n");
  t.match(
    answersOf(await plug()),
    /TAKEN: the appliance starts anew with it. The old one is kept as .*config\.toml\.\d+/,
  );
  t.equal(readFileSync(path, "utf8"), "timeZone = 'Europe/Madrid'\n");
  const kept = readdirSync(folder).filter((name) => /^config\.toml\.\d+/.test(name));
  t.equal(readFileSync(join(folder, kept[0] as string), "utf8"), old);

  const options = { configPath: path, dataFolder: join(folder, "data"), check: loadConfig };
  t.ok(new ConfigExchange(options).failed(), "after a restart, too");
  t.equal(readFileSync(path, "utf8"), old);
  t.notOk(new ConfigExchange(options).failed(), "there is no trial any more");
});

t.test("only what is signed for this appliance is taken, where that is asked for", async (t) => {
  const { privatePem, publicKey } = newKeys();
  const { appliance, inbox, plug } = await plugged(t, `accept = "signed"\npublicKey = "${publicKey}"`);
  const csv = `${HEADER},${SHIFT},scrap,,5,,\n`;
  const sign = (name: string, of: string, text = csv, pem = privatePem) =>
    writeFileSync(
      join(inbox, "corrections.csv.sig"),
      `${signatureOf({ appliance: of, name, content: Buffer.from(text) }, pem)}\n`,
    );
  writeFileSync(join(inbox, "corrections.csv"), csv);
  t.match(answersOf(await plug()), /NOT TAKEN: it is not signed: sealtrace sign corrections\.csv writes/);
  const attempts = [
    () => sign("corrections.csv", "sealer-2"),
    () => sign("config.toml", "sealer-1"),
    () => sign("corrections.csv", "sealer-1", `${csv},,`),
    () => sign("corrections.csv", "sealer-1", csv, newKeys().privatePem),
    () => writeFileSync(join(inbox, "corrections.csv.sig"), "rubbish"),
  ];
  for (const attempt of attempts) {
    attempt();
    t.match(answersOf(await plug()), /NOT TAKEN/);
  }
  t.equal(appliance.notes.corrections("line-1", SHIFT).length, 0);
  sign("corrections.csv", "sealer-1");
  t.match(answersOf(await plug()), /TAKEN: 1 corrections/);
  t.equal(appliance.notes.corrections("line-1", SHIFT).length, 1);
});

t.test("nothing else on a stick is looked at: links, other names, large files", async (t) => {
  const { appliance, folder, inbox, plug } = await plugged(t, 'accept = "anything"');
  writeFileSync(join(folder, "elsewhere.csv"), `${HEADER},${SHIFT},scrap,,5,,\n`);
  symlinkSync(join(folder, "elsewhere.csv"), join(inbox, "corrections.csv"));
  writeFileSync(join(inbox, "Config.TOML"), "timeZone = 'UTC'\n");
  writeFileSync(join(inbox, "config.toml"), `# ${"x".repeat(1_000_001)}\n`);
  t.same(await plug(), {});
  t.equal(appliance.notes.corrections("line-1", SHIFT).length, 0);
});

t.test("rows that nobody can mean are refused with their place", (t) => {
  for (const [text, why] of [
    ["a,b\n", /:1: the header is another one/],
    [`${HEADER}l,s,scrap,P1,1.5,,\n`, /:2: "1.5" is no whole number/],
    [`${HEADER}l,s,scrapp,P1,1,,\n`, /:2: there is no kind "scrapp"/],
    [`${HEADER}l,s,scrap,P1\n`, /:2: 4 cells instead of 7/],
    [`${HEADER}l,s,mark,,,06:10,\n`, /:2: mark without text/],
    [`${HEADER}l,s,scrap,P1,1,,"a"b\n`, /:2: a quote/],
    [`${HEADER}${"l,s,scrap,P1,1,,\n".repeat(1001)}`, /more than 1000 rows/],
  ] as const)
    t.throws(() => parseCorrections(text), { message: why });
  t.equal(parseCorrections(`${HEADER}\r\n,s,scrap,,1,,\r\n,,,,,,\r\n`).length, 1, "empty rows are left out");
  t.same(parseCorrections(`${HEADER},s,mark,,,06:10,"a\nb"`)[0]?.text, "a\nb");
  t.end();
});

t.test("the office signs with one command", async (t) => {
  const folder = t.testdir({ "config.toml": "timeZone = 'UTC'\n" });
  const key = join(folder, "key.pem");
  const made = await sealtrace(["sign", "--new-key", "--key", key]);
  t.match(made, { status: 0, stdout: /accept = "signed"\npublicKey = "[\w+/=]{44}"/ });
  const file = join(folder, "config.toml");
  t.match(await sealtrace(["sign", file, "--for", "sealer-1", "--key", key]), { status: 0, stdout: /sealer-1\/inbox/ });
  t.match(readFileSync(`${file}.sig`, "utf8"), /^[\w+/=]{88}\n$/);
  t.match(await sealtrace(["sign", "--new-key", "--key", key]), { status: 1, stderr: /there is a key already/ });
  t.match(await sealtrace(["sign", file, "--key", key]), { status: 1, stderr: /a file and an appliance are needed/ });
  t.match(await sealtrace(["sign", file, "--for", "x", "--key", file]), { status: 1, stderr: /no private key/ });
});
