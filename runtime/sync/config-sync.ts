import { hostname } from "node:os";
import { normalize } from "node:path";
import * as v from "valibot";
import { setting } from "../config-setting.ts";
import { publicKeyOf } from "./inbox/signature.ts";
import { isSlug, slugOf } from "./names.ts";

const MOST_FOLDERS = 8;
const DEFAULT_STICK_FOLDER = "/media/sealtrace";

const slug = v.pipe(
  v.string(),
  v.check(isSlug, "must be 1 to 40 of a-z, 0-9 and '-', which is not at the edges, and no device name of Windows"),
);
const folderPath = v.pipe(
  v.string(),
  v.maxLength(200, "must be 200 characters at most"),
  v.check(
    (path) => /^\/[^\p{C}]+[^/\p{C}]$/u.test(path) && normalize(path) === path,
    "must be an absolute path without '..' and without a '/' at its end",
  ),
);
const fileSystem = v.pipe(v.string(), v.regex(/^[a-z0-9._-]{1,20}$/, 'must be a type such as "cifs", or "any"'));

const folder = setting(
  v.strictObject({
    path: setting(folderPath, "where the share is mounted, or a folder in it"),
    fileSystem: v.optional(setting(fileSystem, "a file system of this type only is written to"), "any"),
    requireMount: v.optional(
      setting(v.boolean(), "`false`: a plain folder of the appliance's own disk will do, which something else empties"),
      true,
    ),
  }),
  "A folder on a network share, or any other one, that is kept up to date. Another program mounts it.",
);

const inbox = setting(
  v.strictObject({
    accept: v.optional(
      setting(
        v.picklist(["nothing", "signed", "anything"], 'must be "nothing", "signed" or "anything"'),
        "which of the files that somebody brings on a stick are taken, see sync.md",
      ),
      "nothing",
    ),
    publicKey: v.optional(
      setting(
        v.pipe(v.string(), v.check(isPublicKey, "is no key as sealtrace sign --new-key prints it")),
        "with `signed`: whose signature counts",
        { range: "as `sealtrace sign --new-key` prints it" },
      ),
    ),
  }),
  "What may come from a stick into the appliance: a configuration and corrections, nothing else.",
);

const sync = v.pipe(
  v.strictObject({
    stickFolder: v.optional(
      setting(folderPath, "right below it sticks are mounted; it belongs to root"),
      DEFAULT_STICK_FOLDER,
    ),
    deadlineSeconds: v.optional(
      setting(
        v.pipe(v.number(), v.minValue(1, "must be 1 s or more"), v.maxValue(3600, "must be 3600 s or less")),
        "a target that gives no sign of life for so long is given up for a while, and an alarm",
        { unit: "s" },
      ),
      60,
    ),
    inbox: v.optional(inbox, {}),
    folder: v.optional(v.pipe(v.array(folder), v.maxLength(MOST_FOLDERS, `must be ${MOST_FOLDERS} at most`)), []),
  }),
  v.check(
    ({ inbox: { accept, publicKey } }) => accept !== "signed" || publicKey !== undefined,
    'inbox.accept = "signed" needs inbox.publicKey',
  ),
  v.check(
    ({ folder: folders }) => new Set(folders.map(({ path }) => path)).size === folders.length,
    "two folders have the same path",
  ),
);

/** The part of a configuration that is about where files go. */
export const syncEntries = {
  appliance: v.optional(
    setting(slug, "name of the appliance: its folder on every target, so each needs its own", {
      range: "1 to 40 of `a-z`, `0-9`, `-`",
      absent: "the computer's name",
    }),
  ),
  sync: v.optional(setting(sync, "Sticks and shares to which reports and exports go, see sync.md."), {}),
} as const;

export type SyncConfig = v.InferOutput<typeof sync>;

/** What an appliance is called in files and on targets; the name of its computer when nothing else is configured. */
export function applianceName(config: { readonly appliance?: string | undefined }): string {
  return config.appliance ?? slugOf(hostname());
}

function isPublicKey(text: string): boolean {
  return publicKeyOf(text) !== null;
}
