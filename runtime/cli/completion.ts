import type { Command } from "commander";
import { version } from "../version.ts";
import { bashCompletion } from "./completion/bash-completion.ts";
import { commandTree } from "./completion/command-tree.ts";
import { fishCompletion } from "./completion/fish-completion.ts";
import { manPage } from "./completion/man-page.ts";
import { zshCompletion } from "./completion/zsh-completion.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `sealtrace completion SHELL`: a script for the shell, made from the program itself. */
export function completion(root: Command, shell: keyof typeof SHELLS): void {
  process.stdout.write(SHELLS[shell](commandTree(root)));
}

/** `sealtrace manual`: the manual page, made from the program itself. */
export function manual(root: Command): void {
  process.stdout.write(manPage(commandTree(root), version()));
}
