import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MANIFEST, parseManifest } from "../../../runtime/sync/manifest.ts";
import { Daemon, sealtrace } from "./appliance.ts";
import { goingFirst, leave, sharedFolder, task, wallOffsetUs } from "./program.ts";
import { SimulatedChip } from "./simulated-chip.ts";
import { CONTACT_LINES, Stimulus } from "./stimulus.ts";
import { UsbStick } from "./usb-stick.ts";

// The appliance makes files of its shifts and brings them to a stick, which is pulled out in the middle and comes back.

/** What the machine is to do. */
export interface StickSyncTask {
  /** When the stick is plugged in; microseconds since 1970. */
  readonly plugUs: number;
}

/** What was on the stick. */
export interface StickSyncFindings {
  /** Files that the appliance wants to bring. */
  readonly wanted: number;
  /** Files under their final names after the pull, and those of them that are not what the appliance has. */
  readonly afterPull: number;
  readonly damaged: number;
  /** What `sealtrace sync` said when the stick was back. */
  readonly said: unknown;
  /** Files of the appliance that the manifest does not list then. */
  readonly missing: number;
  /** Files that are not on the stick as the manifest lists them. */
  readonly wrong: number;
}

const IMAGE = "/run/stick.img";
const PLACE = "/run/media/stick";
const OPTIONS = "noatime,nosuid,nodev,noexec,utf8=1,shortname=mixed,flush,dirsync,errors=remount-ro,tz=UTC";
const STORE = "/run/data/store";
const OUTBOX = join(STORE, "outbox");
const OURS = join(PLACE, "sealtrace/lab");

const folder = sharedFolder();
const { plugUs } = task<StickSyncTask>();
mkdirSync("/run/data");
copyFileSync(join(folder, "stick.img"), IMAGE);
const stick = new UsbStick(IMAGE);
const chip = new SimulatedChip(Object.values(CONTACT_LINES));
const stimulus = await Stimulus.load(join(folder, "stimulus.csv"));
const offsetUs = wallOffsetUs();
stimulus.skip(chip, Number(process.hrtime.bigint() / 1000n) + offsetUs);
const daemon = await Daemon.start(join(folder, "config.toml"), STORE, join(folder, "daemon.log"));
goingFirst(() => stimulus.play(chip, offsetUs, plugUs));

await stick.plug(PLACE, OPTIONS);
while (finalFiles(OURS).length < 3) await sleep(1);
stick.pull();
await stick.forget(PLACE);
await stick.plug(PLACE, "ro");
const found = finalFiles(OURS).filter((path) => path !== MANIFEST && path !== "appliance.id");
const damaged = found.filter((path) => hashOf(join(OURS, path)) !== hashOf(join(OUTBOX, path)));
await stick.remove(PLACE);

await stick.plug(PLACE, OPTIONS);
const said: unknown = JSON.parse(sealtrace("sync", "--json"));
await daemon.stop();
await stick.remove(PLACE);
await stick.plug(PLACE, "ro");
const manifest = parseManifest(readFileSync(join(OURS, MANIFEST), "utf8"));
if (manifest === null) throw new Error("the manifest is not whole");
const wanted = finalFiles(OUTBOX);
leave("stick-sync.json", {
  wanted: wanted.length,
  afterPull: found.length,
  damaged: damaged.length,
  said,
  missing: wanted.filter((path) => manifest.get(path) !== hashOf(join(OUTBOX, path))).length,
  wrong: [...manifest].filter(([path, sha256]) => hashOf(join(OURS, path)) !== sha256).length,
} satisfies StickSyncFindings);

/** Paths of all files below a folder that are not being written. */
function finalFiles(top: string): readonly string[] {
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("~"))
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1));
}

function hashOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}
