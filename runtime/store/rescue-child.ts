import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorText, isDiskFault, openDatabase } from "./database.ts";
import type { LineMarks } from "./marks.ts";
import { mendLogs } from "./mend.ts";
import type { Checked, RescueTask, Salvaged } from "./rescue-task.ts";
import { salvageFile } from "./salvage.ts";
import { surveyDatabase } from "./survey.ts";

// A process of its own for whatever damage can kill. The task comes as JSON in the first argument, answers go over IPC.

async function check(folder: string): Promise<Checked> {
  const database = await openDatabase(folder, false);
  const survey = await surveyDatabase(database);
  await database.close();
  const log = await readFile(join(folder, "LOG"), "latin1");
  return { ...survey, hasDropped: /dropping \d+ bytes|ignoring error/i.test(log) };
}

async function salvage(
  files: readonly string[],
  target: string,
  done: (badRecords: number) => void,
): Promise<Salvaged> {
  const database = await openDatabase(target, true);
  for (const file of files) done(await salvageFile(file, `${target}.work`, database));
  await database.close();
  return {};
}

async function mend(folder: string, marks: LineMarks | null): Promise<number[]> {
  const database = await openDatabase(folder, true);
  const missing = await mendLogs(database, marks, true);
  await database.close();
  return missing;
}

function run(task: RescueTask): Promise<unknown> {
  if (task.kind === "check") return check(task.folder);
  if (task.kind === "mend") return mend(task.folder, task.marks);
  return salvage(task.files, task.target, (badRecords) => process.send?.({ badRecords }));
}

function answer(message: object): void {
  process.send?.(message, () => process.exit(0));
}

process.on("disconnect", () => process.exit(1));
// a service that is stopped tells all its processes: what is cut off here would pass for damage
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => {});
run(JSON.parse(process.argv[2] as string)).then(
  (result) => answer({ result }),
  (error: unknown) => answer({ fault: errorText(error), isDiskFault: isDiskFault(error) }),
);
