import type { Argument, Command, Option } from "commander";

/** What may stand behind an option, or as an argument. */
export type Value =
  | { readonly kind: "word" | "file" | "folder" }
  | { readonly kind: "choice"; readonly words: readonly string[] };

/** An option of a command. */
export interface CommandOption {
  /** `-V`; null when it has none. */
  readonly short: string | null;
  /** `--version`. */
  readonly long: string;
  readonly description: string;
  /** As it is written, `<file>`; null when nothing stands behind it. */
  readonly placeholder: string | null;
  readonly value: Value | null;
  /** In words; null when there is none. */
  readonly byDefault: string | null;
}

/** An argument of a command. */
export interface CommandArgument {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly value: Value;
}

/** A command as everything that describes commands needs it: completions and the manual. */
export interface CommandNode {
  /** From the program on: empty for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CommandOption[];
  readonly args: readonly CommandArgument[];
  readonly commands: readonly CommandNode[];
}

const FOLDER = /folder|dir/;
const FILE = /file|\./;

/** The program with all its commands, in the order in which they were added; what is hidden is left out. */
export function commandTree(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    args: command.registeredArguments.map(argumentOf),
    commands: help
      .visibleCommands(command)
      .filter((each) => each.name() !== "help")
      .map((each) => commandTree(each, [...path, each.name()])),
  };
}

/** A command and all below it. */
export function everyNode(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(everyNode)];
}

function optionOf({ short, long, flags, description, defaultValue, argChoices }: Option): CommandOption {
  const placeholder = /[<[].*[>\]]/.exec(flags)?.[0] ?? null;
  const isSaid = description.includes("default:") || defaultValue === undefined || typeof defaultValue === "boolean";
  return {
    short: short ?? null,
    long: long ?? short ?? flags,
    description,
    placeholder,
    value: placeholder === null ? null : valueNamed(placeholder, argChoices),
    byDefault: isSaid ? null : String(defaultValue),
  };
}

function argumentOf(argument: Argument): CommandArgument {
  const { description, required: isRequired, argChoices } = argument;
  const name = argument.name();
  return { name, description, isRequired, value: valueNamed(name, argChoices) };
}

function valueNamed(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: "choice", words: choices };
  return { kind: FOLDER.test(name) ? "folder" : FILE.test(name) ? "file" : "word" };
}
