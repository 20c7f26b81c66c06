import { InputError } from "../../drivers/input-error.ts";
import { dataFolderOf } from "../data-folder.ts";
import { makeFolder } from "../make-folder.ts";

/**
 * Makes a folder that a command writes files into, and those above it.
 * @throws InputError when it cannot be made, has an empty name, or belongs to the data of an appliance: what the daemon
 * does not know there is neither kept within the disk's limits nor cleared away.
 */
export async function makeOutputFolder(folder: string): Promise<void> {
  if (folder === "")
    throw new InputError({ source: "output", problem: "the name of the folder is empty", remedy: "give a folder" });
  const data = await dataFolderOf(folder);
  if (data !== null)
    throw new InputError({
      source: folder,
      problem: data === folder ? "holds the data of an appliance" : `lies in the data of an appliance (${data})`,
      remedy: "give a folder elsewhere",
    });
  try {
    await makeFolder(folder);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const remedy = code === "EEXIST" ? "give a folder, not a file" : "give a folder that this user can write";
    throw new InputError({ source: folder, problem: `cannot be made (${code})`, remedy }, { cause });
  }
}
