import { type CommandArgument, type CommandNode, type CommandOption, everyNode } from "./command-tree.ts";

const FILES = [
  ["/etc/sealtrace/config.toml", "the configuration"],
  ["/var/lib/sealtrace", "data of the daemon"],
  ["/run/sealtrace/status.sock", "where anybody on this computer may look"],
  ["/run/sealtrace/control.sock", "where the owning group may name, enter and mark"],
] as const;
const ENVIRONMENT = [
  ["SEALTRACE_SOCKET_DIR", "folder of the sockets, instead of /run/sealtrace"],
  ["NO_COLOR", "anything in it: no colour"],
  ["LC_ALL, LC_CTYPE, LANG", "a locale of UTF-8 lets the terminal commands draw beyond ASCII"],
] as const;
const STATUSES = [
  ["0", "done; for status and doctor: nothing needs anybody"],
  ["1", "failed: one line on stderr says what and what to do; for status and doctor: something needs somebody"],
  ["2", "wrong usage"],
] as const;

/** The manual, sealtrace(1), in the macros of man(7). */
export function manPage(root: CommandNode, version: string): string {
  const commands = everyNode(root).filter(({ path, commands, args, options }) => {
    const isOnlyAName = commands.length > 0 && args.length === 0 && options.length <= 1;
    return path.length > 0 && !isOnlyAName;
  });
  return `${[
    `.TH SEALTRACE 1 "" "sealtrace ${escaped(version)}" "User Commands"`,
    ".SH NAME",
    `sealtrace \\- ${escaped(lower(root.description))}`,
    ".SH SYNOPSIS",
    ".B sealtrace",
    ".I command",
    ".RI [ arguments ]",
    ".SH DESCRIPTION",
    escaped(root.description),
    "Data goes to stdout, everything else to stderr.",
    ".SH COMMANDS",
    ...commands.flatMap(commandPart),
    ".SH OPTIONS",
    ...root.options.flatMap(optionPart),
    ".SH EXIT STATUS",
    ...STATUSES.flatMap(item),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(item),
    ".SH FILES",
    ...FILES.flatMap(item),
    ".SH SEE ALSO",
    ".BR systemctl (1),",
    ".BR journalctl (1)",
  ].join("\n")}\n`;
}

function commandPart({ path, description, args, options }: CommandNode): readonly string[] {
  const own = options.filter(({ long }) => long !== "--help");
  const words = [...path, ...args.map(argumentText), ...(own.length > 0 ? ["[options]"] : [])].join(" ");
  return [
    `.SS "${escaped(words)}"`,
    escaped(sentence(description)),
    ...args.flatMap(argumentPart),
    ...own.flatMap(optionPart),
  ];
}

function argumentText({ name, isRequired }: CommandArgument): string {
  return isRequired ? `<${name}>` : `[${name}]`;
}

function argumentPart(argument: CommandArgument): readonly string[] {
  const { description } = argument;
  return description === "" ? [] : [".TP", `.I ${escaped(argumentText(argument))}`, escaped(description)];
}

function optionPart({ short, long, placeholder, description, byDefault }: CommandOption): readonly string[] {
  const flags = [short, long].filter((flag) => flag !== null).join(", ");
  const value = placeholder === null ? "" : ` ${placeholder}`;
  const fallback = byDefault === null ? "" : ` (default: ${byDefault})`;
  return [".TP", `.B ${escaped(`${flags}${value}`)}`, escaped(`${description}${fallback}`)];
}

function item([name, text]: readonly [string, string]): readonly string[] {
  return [".TP", `.B ${escaped(name)}`, escaped(text)];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1).replace(/\.$/, "")}`;
}

/** No character with a meaning in roff, and no line that begins like a request. */
function escaped(text: string): string {
  const safe = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq");
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}
