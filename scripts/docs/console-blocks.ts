/** How a block of a page is kept true, see docs/README.md: the words behind ```console. */
export type ConsoleKind = "console" | "console live" | "console only";

/** A command of a page with what it printed. */
export interface ConsoleBlock {
  readonly kind: ConsoleKind;
  /** Behind `$ `. */
  readonly command: string;
  readonly output: string;
  /** The page shows so many lines of it and then `...`; null for all. */
  readonly most: number | null;
}

const FENCE = /^```(console(?: live| only)?)(?: lines=(\d+))?\n\$ ([^\n]+)\n([\s\S]*?)^```$/gm;

/** The blocks of a page, in order. */
export function consoleBlocks(page: string): readonly ConsoleBlock[] {
  return [...page.matchAll(FENCE)].map(([, kind, most, command = "", output = ""]) => ({
    kind: kind as ConsoleKind,
    command,
    output,
    most: most === undefined ? null : Number(most),
  }));
}

/** The page with the output of each block as `outputOf` has it; null leaves a block as it is. */
export function withOutputs(page: string, outputOf: (block: ConsoleBlock) => string | null): string {
  let at = 0;
  const blocks = consoleBlocks(page);
  return page.replaceAll(FENCE, (text: string, kind: string, most: string | undefined, command: string) => {
    const output = outputOf(blocks[at++] as ConsoleBlock);
    if (output === null) return text;
    const lines = most === undefined ? "" : ` lines=${most}`;
    return `\`\`\`${kind}${lines}\n$ ${command}\n${output}\`\`\``;
  });
}

/** So much of an output as a block shows. */
export function shownOutput({ most }: ConsoleBlock, output: string): string {
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd());
  const shown = most === null || lines.length <= most ? lines : [...lines.slice(0, most), "..."];
  return output.trim() === "" ? "" : `${shown.join("\n")}\n`;
}

/** Whether two outputs that tell of now begin alike: their first lines, without figures. */
export function beginAlike(one: string, other: string): boolean {
  return words(one) === words(other);
}

function words(output: string): string {
  const [first = ""] = output.split("\n");
  return first
    .replaceAll(/\S*\d\S*/g, "#")
    .replaceAll(/[#\s]+/g, " ")
    .trim();
}
