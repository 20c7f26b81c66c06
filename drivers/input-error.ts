import { printable } from "./formats/printable.ts";

/** Where bad input stands and what to do about it. */
export interface InputFault {
  /** File or source as the user named it. */
  readonly source: string;
  /** Line number from 1, or a place such as `channels.sealing`; absent when the whole source is meant. */
  readonly at?: number | string;
  /** What is wrong, with the offending value. */
  readonly problem: string;
  /** What the user can do. */
  readonly remedy: string;
}

/** Bad input from outside (file, scenario, configuration): one printable line that names place, value and remedy. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly fault: InputFault;

  constructor(fault: InputFault, options?: ErrorOptions) {
    const source = fault.source === "" ? '""' : fault.source;
    const place = fault.at === undefined ? source : `${source}:${fault.at}`;
    super(printable(`${place}: ${fault.problem}; ${fault.remedy}`), options);
    this.fault = fault;
  }
}
