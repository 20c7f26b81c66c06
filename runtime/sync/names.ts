/** On a target, everything is below this folder. */
export const TOP_FOLDER = "sealtrace";

const LONGEST_SEGMENT = 120;
const MOST_SEGMENTS = 8;
const SEGMENT = /^[a-z0-9][a-z0-9._=-]*$/;
/** Names that Windows keeps for devices, with any ending; Linux writes them, and nobody there can open them. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/;
const LONGEST_SLUG = 40;

/** How far a report is: its shift is over, its last open stop has closed, people have said something since. */
export type Version = "provisional" | "final" | number;

/**
 * Whether a relative path may stand on any target: lower-case segments of `a-z 0-9 . _ = -` that every file system in
 * use takes, none of which is a device on Windows, hidden, or longer than 120 characters.
 */
export function isSafePath(path: string): boolean {
  const segments = path.split("/");
  return segments.length <= MOST_SEGMENTS && segments.every(isSafeName);
}

/** As `isSafePath`, for one segment. */
export function isSafeName(name: string): boolean {
  return name.length <= LONGEST_SEGMENT && SEGMENT.test(name) && !name.endsWith(".") && !RESERVED.test(name);
}

/** A name for an appliance from whatever a computer is called; `appliance` when nothing of it can stand in a name. */
export function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, "");
  return isSafeName(slug) ? slug : "appliance";
}

/** Whether a text can be the name of an appliance: 1 to 40 of `a-z 0-9 -`, not at the edges, no device of Windows. */
export function isSlug(text: string): boolean {
  return text === slugOf(text);
}

/**
 * The path of a version of a file. Files are never changed under their name: a later version has another one.
 *
 * ```
 *   early.html -> early.provisional.html, early.html, early.r2.html, early.r3.html
 * ```
 * @param path of the final version.
 * @param version a number from 2 on for what was corrected after it was final.
 */
export function versionPath(path: string, version: Version): string {
  if (version === "final") return path;
  const label = version === "provisional" ? version : `r${version}`;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(folder.length);
  const dot = name.indexOf(".");
  return dot < 0 ? `${path}.${label}` : `${folder}${name.slice(0, dot)}.${label}${name.slice(dot)}`;
}

/** The path of the final version, and how old this one is: 0 provisional, 1 final, then its number. */
export function versionOf(path: string): { readonly path: string; readonly age: number } {
  const label = /\.(provisional|r([2-9]|[1-9]\d{1,5}))(?=\.[^/]*$|$)/.exec(path);
  if (label === null) return { path, age: 1 };
  const plain = path.slice(0, label.index) + path.slice(label.index + label[0].length);
  return { path: plain, age: label[1] === "provisional" ? 0 : Number(label[2]) };
}
