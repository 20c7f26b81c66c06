import { printable, shownList } from "./formats/printable.ts";

/**
 * Says of a file whose last line has no end, in one printable line, that it may be cut: many editors leave the end out,
 * so such a file is read all the same.
 */
export function cutNotice(source: string): string {
  return printable(
    `${source}: the last line has no line end; if the file was cut there, the line may be wrong and others are missing`,
  );
}

/** Says, in one printable line, which variables of a file were left out: at most twelve by name. */
export function ignoredNotice(source: string, ignored: readonly string[]): string {
  return `${printable(source)}: ignored ${shownList(ignored)}, which the configuration does not name`;
}
