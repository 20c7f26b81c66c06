const SHOWN_CHARACTERS = 40;
const DECODED_BYTES = 200;
// Everything that moves the cursor, changes the direction of writing or shows nothing, and U+FFFD for bytes that are no UTF-8.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\ufffd]/gu;

/** A piece of a file for a message: on one line, printable, not longer than some 40 characters, in backquotes. */
export function shown(value: Uint8Array | string): string {
  const text = typeof value === "string" ? value : decode(value.subarray(0, DECODED_BYTES));
  const characters = [...text];
  const short = characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join("")}...` : text;
  return `\`${printable(short)}\``;
}

/** The same text on one line, with an escape sequence for each character that could move a terminal's cursor or hide. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** True when nothing in it moves a terminal's cursor, breaks a line or hides. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** Several names for a message: the first twelve, and how many more there are. */
export function shownList(names: readonly string[]): string {
  const first = names.slice(0, 12).map(shown).join(", ");
  return names.length > 12 ? `${first} and ${names.length - 12} more` : first;
}

/** True when bytes hold control characters that no text file has: it is some other kind of file. */
export function looksBinary(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32) || byte === 127);
}

/** UTF-8 text of bytes; what is no UTF-8 becomes U+FFFD. */
export function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code === 0xfffd) return "?";
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
