import { beginAlike, type ConsoleBlock, consoleBlocks, shownOutput, withOutputs } from "./console-blocks.ts";
import { ConsoleSession } from "./console-session.ts";

/** Pages whose console blocks are real, by file name in docs/; the blocks of all share two terminals, in this order. */
export const CONSOLE_PAGES = ["../README.md", "commissioning.md", "commands.md", "troubleshooting.md"] as const;

/** A block with what its command prints now, and how it ended. */
export interface RunBlock {
  readonly page: string;
  readonly block: ConsoleBlock;
  readonly output: string;
  readonly status: number;
}

/** Runs every block of the pages that can be run: those of the shift that is over, then those of the one under way. */
export async function runBlocks(pages: ReadonlyMap<string, string>): Promise<readonly RunBlock[]> {
  const blocks = [...pages].flatMap(([page, text]) => consoleBlocks(text).map((block) => ({ page, block })));
  const done: RunBlock[] = [];
  for (const kind of ["console", "console live"] as const) {
    const ours = blocks.filter(({ block }) => block.kind === kind);
    if (ours.length === 0) continue;
    const session = await ConsoleSession.start(kind === "console live");
    try {
      for (const { page, block } of ours) {
        const { output, status } = await session.run(block);
        done.push({ page, block, status, output: shownOutput(block, output) });
      }
    } finally {
      await session.end();
    }
  }
  return done;
}

/**
 * The pages with what their commands print now.
 * @param isFresh also what tells of now and still begins as on the page; otherwise that stays, for it is never the same.
 */
export async function rewrittenPages(
  pages: ReadonlyMap<string, string>,
  isFresh: boolean,
): Promise<ReadonlyMap<string, string>> {
  const run = (await runBlocks(pages)).filter(
    ({ block, output }) => isFresh || block.kind === "console" || !beginAlike(output, block.output),
  );
  return new Map(
    [...pages].map(([page, text]) => {
      const own = run.filter((each) => each.page === page);
      return [page, withOutputs(text, (block) => outputOf(own, block))];
    }),
  );
}

/** The same command may stand twice on a page: the first that was not taken yet. */
function outputOf(own: RunBlock[], block: ConsoleBlock): string | null {
  const at = own.findIndex((each) => each.block.kind === block.kind && each.block.command === block.command);
  return at < 0 ? null : (own.splice(at, 1)[0]?.output ?? null);
}
