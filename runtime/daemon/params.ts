import { isPrintable } from "../../drivers/formats/printable.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { Params } from "../socket/messages.ts";

/** Values that came with a call: each reader throws an InputError when the value is not of its kind. */
export class CallParams {
  readonly #params: Params;

  constructor(params: Params) {
    this.#params = params;
  }

  text(name: string): string {
    const value = this.textOrNull(name);
    if (value === null) throw fault(name, "is missing", "give a text");
    return value;
  }

  textOrNull(name: string): string | null {
    const value = this.#params[name] ?? null;
    if (value !== null && typeof value !== "string") throw fault(name, "is no text", "give a text");
    return value;
  }

  /** A text that is kept and printed later; empty when it is missing. */
  remark(name: string, longest: number): string {
    const value = this.textOrNull(name) ?? "";
    if (value.length <= longest && isPrintable(value)) return value;
    throw fault(name, "is too long or has control characters", `give up to ${longest} printable characters`);
  }

  number(name: string): number {
    const value = this.numberOrNull(name);
    if (value === null) throw fault(name, "is missing", "give a number");
    return value;
  }

  numberOrNull(name: string): number | null {
    const value = this.#params[name] ?? null;
    if (value !== null && typeof value !== "number") throw fault(name, "is no number", "give a number");
    return value;
  }

  /** Null takes a setting back; undefined leaves it. */
  setting(name: string): number | null | undefined {
    return name in this.#params ? this.numberOrNull(name) : undefined;
  }
}

function fault(source: string, problem: string, remedy: string): InputError {
  return new InputError({ source, problem, remedy });
}
