import type { Why } from "../why/why.ts";
import { whyText } from "./why/why-text.ts";
import { ask, given, printJson } from "./ask.ts";
import { columnsOfOutput, showsUtf8 } from "./terminal-kind.ts";

/** Options of `sealtrace why`. */
export interface WhyOptions {
  readonly line?: string;
  readonly shift?: string;
  readonly json?: true;
  readonly recording?: string;
  readonly config?: string;
}

/** `sealtrace why 09:41`: from a moment of a shift, a stop, a seal or a run to the raw edges. */
export async function why(about: readonly string[], options: WhyOptions): Promise<void> {
  const { json, recording, line, shift } = options;
  const subject = about.join(" ");
  const found =
    recording === undefined
      ? ((await ask("status", "why", given({ line, shift, about: subject }))) as Why)
      : await (await import("./why/recording-why.ts")).whyOfRecording({ ...options, recording }, subject);
  if (json) printJson(found);
  else process.stdout.write(`${whyText(found, columnsOfOutput(), showsUtf8()).join("\n")}\n`);
}
