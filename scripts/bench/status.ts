/** Says on stderr what takes so long. */
export function status(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
