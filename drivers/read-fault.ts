import { InputError } from "./input-error.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: "check the path",
  ENOTDIR: "check the path",
  EISDIR: "give a file, not a directory",
  EACCES: "give this user the right to read it",
  EPERM: "give this user the right to read it",
  EMFILE: "close other programs or raise the limit of open files",
};
const PROBLEMS: Readonly<Record<string, string>> = { ENOENT: "there is no such file", EISDIR: "is a directory" };

/** What to say of a file that cannot be opened or read; `cause` is what the file system said. */
export function readFault(source: string, cause: unknown): InputError {
  const { code = "unknown error", message = code } = cause as Partial<NodeJS.ErrnoException>;
  const problem = PROBLEMS[code] ?? `cannot be read: ${message}`;
  const remedy = REMEDIES[code] ?? "check the file and the disk it is on";
  return new InputError({ source, problem, remedy }, { cause });
}
