/** What is wrong with a target, in words a person can act on. */
export class TargetProblem extends Error {
  override readonly name = "TargetProblem";
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "it is full: remove files, or take another one",
  EDQUOT: "its quota is used up: remove files, or ask who runs the server",
  EFBIG: "its file system does not take so large a file",
  EROFS: "it is read-only",
  EACCES: "the appliance may not write there: check the rights",
  EPERM: "the appliance may not write there: check the rights",
  EIO: "it went away, or is damaged",
  ENODEV: "it went away",
  ENXIO: "it went away",
  ENOENT: "it went away, or the path is not there",
  ENOTCONN: "it went away",
  ESHUTDOWN: "it went away",
  ESTALE: "the server knows the folder no more",
  EHOSTDOWN: "the server is not to be reached",
  EHOSTUNREACH: "the server is not to be reached",
  ENETUNREACH: "the server is not to be reached",
  ECONNREFUSED: "the server is not to be reached",
  ETIMEDOUT: "the server does not answer",
  ELOOP: "a link stands where a folder or file should be",
  ENOTDIR: "a file stands where a folder should be",
};

/** An error of a file system, or a problem, in words. */
export function problemOf(error: unknown): string {
  if (error instanceof TargetProblem) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return WORDS[code ?? ""] ?? code ?? String(message);
}
