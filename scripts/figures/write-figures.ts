import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FIGURES } from "./figures.ts";

const MOST_BYTES = 60_000;

for (const [file, draw] of Object.entries(FIGURES)) {
  const path = join("docs", file);
  const text = draw();
  if (text.length > MOST_BYTES) throw new Error(`${path} has ${text.length} characters: thin it out`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`${path}: ${text.length} characters\n`);
}
