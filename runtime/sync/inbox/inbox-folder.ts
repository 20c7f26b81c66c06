import type { Folder } from "../folder.ts";
import { sha256Of } from "../manifest.ts";
import { placeFile } from "../place-file.ts";
import { readContent } from "../read-back.ts";
import type { InboxFile, InboxResult } from "../task.ts";

/** Where files for the appliance are put, in its own folder on the stick. */
export const INBOX = "inbox";
/** The only names that are looked at; nothing is listed. */
export const INBOX_NAMES = ["config.toml", "corrections.csv"] as const;

const MOST_BYTES = 1_000_000;
const MOST_SIGNATURE_BYTES = 200;

/** What was brought for the appliance: plain files of at most 1 MB under the known names. */
export function readInbox(top: Folder): readonly InboxFile[] {
  const folder = top.make(INBOX);
  try {
    return INBOX_NAMES.flatMap((name) => {
      const content = readContent(folder, name, MOST_BYTES);
      if (content === null) return [];
      const signature = readContent(folder, `${name}.sig`, MOST_SIGNATURE_BYTES);
      return [
        {
          name,
          text: content.toString("utf8"),
          sha256: sha256Of(content),
          signature: signature === null ? null : signature.toString("latin1").trim(),
        },
      ];
    });
  } finally {
    folder.close();
  }
}

/** Tells the person who brought the files what became of them: a text beside each, one for each content. */
export function writeResults(top: Folder, results: readonly InboxResult[]): void {
  const folder = top.make(INBOX);
  try {
    for (const { name, sha256, text, isRepeat } of results) {
      const result = resultName(name, sha256);
      const size = folder.sizeOf(result);
      if (size === Buffer.byteLength(text) || (isRepeat && size !== null)) continue;
      placeFile(folder, result, [Buffer.from(text)], () => {});
    }
  } finally {
    folder.close();
  }
}

/** Name of the answer to a file of this content. */
export function resultName(name: string, sha256: string): string {
  return `${name}.result-${sha256.slice(0, 8)}.txt`;
}
