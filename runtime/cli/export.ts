import { dirname, join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import type { FilePiece } from "../daemon/shift-export.ts";
import { SocketClient } from "../socket/socket-client.ts";
import { given, printJson } from "./ask.ts";
import { makeOutputFolder } from "./output-folder.ts";
import { writeWhole } from "./whole-file.ts";

interface ExportOptions {
  readonly to: string;
  readonly line?: string;
  readonly json?: true;
}

const PATH = /^[a-z0-9._=-]+(\/[a-z0-9._=-]+)*$/;

/** `sealtrace export [SHIFT] --to FOLDER`: the files of a shift, of the one under way when none is named. */
export async function exportShift(shift: string | undefined, { to, line, json }: ExportOptions): Promise<void> {
  await makeOutputFolder(to);
  const client = await SocketClient.connect({ door: "status" });
  const written: { path: string; bytes: number }[] = [];
  try {
    for (let file = 0, files = 1; file < files; file++) {
      const { path, content, count } = await fetchFile(client, { ...given({ line, shift }), file });
      files = count;
      if (!PATH.test(path) || path.split("/").includes(".."))
        throw new InputError({
          source: path,
          problem: "is no path of an export",
          remedy: "is the daemon of this version?",
        });
      const target = join(to, path);
      await makeOutputFolder(dirname(target));
      await writeWhole(target, content);
      written.push({ path, bytes: content.length });
    }
  } finally {
    client.close();
  }
  if (json) printJson(written);
  else for (const { path, bytes } of written) process.stdout.write(`${String(bytes).padStart(9)}  ${path}\n`);
}

async function fetchFile(client: SocketClient, params: Readonly<Record<string, string | number | boolean | null>>) {
  const pieces: Buffer[] = [];
  for (let offset = 0; ; ) {
    const { path, base64, bytes, files } = (await client.call("export", { ...params, offset })) as FilePiece;
    const piece = Buffer.from(base64, "base64");
    pieces.push(piece);
    offset += piece.length;
    if (offset >= bytes || piece.length === 0) return { path, content: Buffer.concat(pieces), count: files };
  }
}
