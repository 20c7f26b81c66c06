import { readFileSync } from "node:fs";
import { join } from "node:path";
import { printable, shown } from "../formats/printable.ts";

/** `pi`: Raspberry Pi 0 to 4 and their modules; `pi5`: those with the RP1 chip; `other`: anything else. */
export type BoardKind = "pi" | "pi5" | "other";

/** The computer as its device tree describes it. */
export interface Board {
  /** As the device tree says; null where there is none, as on a PC or in a container. */
  readonly model: string | null;
  readonly kind: BoardKind;
  /** Label of the chip behind the pin header; null when it is not known. */
  readonly headerChip: string | null;
}

const LONGEST_MODEL = 128;
// Named one by one: what comes after them has other registers.
const PI5 = /^Raspberry Pi (5\b|500\b|Compute Module 5\b)/;
const PI4 = /^Raspberry Pi (4\b|400\b|Compute Module 4S?\b)/;
const PI = /^Raspberry Pi (Zero\b|Model [AB]\b|2\b|3\b|Compute Module( 3| Rev\b|$))/;

/**
 * Which board this is.
 * @param root folder under which `/proc` stands, for tests.
 */
export function detectBoard(root = "/"): Board {
  const model = readModel(join(root, "proc/device-tree/model"));
  if (model === null) return { model, kind: "other", headerChip: null };
  if (PI5.test(model)) return { model, kind: "pi5", headerChip: "pinctrl-rp1" };
  if (PI4.test(model)) return { model, kind: "pi", headerChip: "pinctrl-bcm2711" };
  if (PI.test(model)) return { model, kind: "pi", headerChip: "pinctrl-bcm2835" };
  return { model, kind: "other", headerChip: null };
}

/** The board in words for a message. */
export function boardName({ model }: Board): string {
  return model === null ? "a computer without a device tree" : shown(model);
}

function readModel(path: string): string | null {
  try {
    return printable(readFileSync(path, "utf8").replace(/\0.*$/s, "").slice(0, LONGEST_MODEL));
  } catch {
    return null;
  }
}
