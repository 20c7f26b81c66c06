import { closeSync, openSync, rmSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const parts = new Set<string>();
// A signal that comes twice at once, as timeout(1) sends it, is one.
const SAME_SIGNAL_MS = 500;
let stopInstead: (() => void) | null = null;
let stoppedMs = Number.NEGATIVE_INFINITY;

/**
 * Makes an empty file, which is removed when the program ends, or is ended by a signal, before `releasePart`. At once: a
 * signal finds either no file or one that is known here.
 * @throws Error of the file system, EEXIST when there is one already.
 */
export function createPart(part: string, mode: number): void {
  if (parts.size === 0) listen();
  try {
    closeSync(openSync(part, "wx", mode));
    parts.add(part);
  } finally {
    if (parts.size === 0) stopListening();
  }
}

/** The file is complete, or removed already. */
export function releasePart(part: string): void {
  if (parts.delete(part) && parts.size === 0) stopListening();
}

/**
 * The next signal calls this instead of ending the program: what there is can be completed. The one after it ends the
 * program as ever. Null takes it back.
 */
export function onNextSignal(stop: (() => void) | null): void {
  stopInstead = stop;
}

function listen(): void {
  process.on("exit", removeParts);
  for (const signal of SIGNALS) process.on(signal, leave);
}

function leave(signal: NodeJS.Signals): void {
  const stop = stopInstead;
  stopInstead = null;
  if (stop !== null) {
    stoppedMs = performance.now();
    stop();
  }
  if (performance.now() - stoppedMs < SAME_SIGNAL_MS) return;
  removeParts();
  stopListening();
  // Nobody listens any more, so this ends the program, and the shell learns by which signal.
  process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off("exit", removeParts);
  for (const signal of SIGNALS) process.off(signal, leave);
}

function removeParts(): void {
  for (const part of parts) rmSync(part, { force: true });
  parts.clear();
}
