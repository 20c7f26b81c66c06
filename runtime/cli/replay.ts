import { writeFile } from "node:fs/promises";
import { parse } from "node:path";
import { openReplay } from "../../drivers/replay.ts";
import { type Config, defaultConfig, loadConfig } from "../config.ts";
import { runThrough, wire } from "../recording.ts";
import { shiftsHtml } from "../report/shift-html.ts";
import { shiftText } from "../report/shift-text.ts";
import { shiftResult } from "../shift-result.ts";
import { refuseSameFile } from "./outputs.ts";
import { Progress } from "./progress.ts";
import { SealsFile } from "./seals-file.ts";

interface ReplayOptions {
  readonly config?: string;
  readonly json?: true;
  readonly seals?: string;
  readonly html?: string;
}

/** `sealtrace replay FILE`: the report of a recording. */
export async function replay(file: string, options: ReplayOptions): Promise<void> {
  const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
  const lists = sealsPaths(options.seals, config);
  const listsByLine = Object.fromEntries(lists.map((path, i) => [`--seals of ${config.line[i]?.id}`, path]));
  refuseSameFile({ FILE: file, "--config": options.config, "--html": options.html, ...listsByLine });
  const driver = await openReplay(file, wire(config).names);
  if (driver.ignored.length > 0)
    process.stderr.write(
      `sealtrace: ${file}: ignored ${driver.ignored.join(", ")}, which the configuration does not name\n`,
    );
  const sealsFiles = await Promise.all(lists.map((path) => SealsFile.create(path)));
  const progress = new Progress("replaying");
  try {
    const pipelines = await runThrough(config, driver, {
      onAssigned: (line) => sealsFiles[line]?.add ?? (() => {}),
      onProgress: async (done) => {
        progress.show(done);
        for (const seals of sealsFiles) await seals.flush();
      },
    });
    for (const seals of sealsFiles) await seals.complete();
    progress.clear();
    const shifts = pipelines.map((pipeline) => shiftResult(pipeline, driver.startWallUs));
    if (options.html !== undefined) await writeFile(options.html, shiftsHtml(shifts, driver.startWallUs));
    if (options.json) process.stdout.write(`${JSON.stringify({ schema: "sealtrace/replay@1", shifts }, null, 1)}\n`);
    else process.stdout.write(shifts.map((shift) => shiftText(shift, driver.startWallUs)).join("\n"));
  } catch (error) {
    progress.clear();
    for (const seals of sealsFiles) await seals.discard();
    throw error;
  } finally {
    await driver.close();
  }
}

/** One file a line; with several lines the line's id goes into the name. */
function sealsPaths(path: string | undefined, config: Config): string[] {
  if (path === undefined) return [];
  const { dir, name, ext } = parse(path);
  return config.line.map(({ id }) =>
    config.line.length === 1 ? path : `${dir === "" ? "." : dir}/${name}-${id}${ext}`,
  );
}
