import { fstatSync, writeSync } from "node:fs";
import { NOTIFY_VARIABLE } from "./notify-shim.ts";

const LONGEST_STATUS = 200;

/**
 * Tells systemd how the service is doing (sd_notify(3)). Without NOTIFY_SOCKET nothing happens.
 *
 * Writes to the connected, non-blocking socket that the shim handed over: some 10 microseconds, no process, no disk.
 * A receiver that does not read costs the message, never time; a READY=1 that was not taken goes with the next one.
 */
export class ServiceNotifier {
  readonly #descriptor: number | null;
  #readyOwed = false;
  #missed = 0;
  /** Half of what WATCHDOG_USEC allows, in milliseconds; null when nobody expects a beat. */
  readonly beatEveryMs: number | null;
  /** Why systemd cannot be told although it asked to be; null otherwise. One line for the log. */
  readonly problem: string | null;

  constructor(env: NodeJS.ProcessEnv = process.env, pid: number = process.pid) {
    this.#descriptor = env.NOTIFY_SOCKET ? handedOver(env[NOTIFY_VARIABLE], pid) : null;
    this.beatEveryMs = this.#descriptor === null ? null : halfWatchdogMs(env, pid);
    this.problem =
      env.NOTIFY_SOCKET && this.#descriptor === null
        ? `NOTIFY_SOCKET is set but ${NOTIFY_VARIABLE} names no socket; use the ExecStart line of the shipped unit`
        : null;
  }

  /** Messages that systemd did not take. */
  get missed(): number {
    return this.#missed;
  }

  /** The service counts: start-up is over. */
  ready(): void {
    this.#readyOwed = true;
    this.retry();
  }

  /** Sends READY=1 again if systemd has not taken it yet; otherwise does nothing. */
  retry(): void {
    if (this.#readyOwed) this.#send("");
  }

  /** What `systemctl status` shows; one line, cut at 200 characters. */
  status(text: string): void {
    this.#send(`STATUS=${text.replace(/\p{C}+/gu, " ").slice(0, LONGEST_STATUS)}`);
  }

  /** One beat of the watchdog. */
  beat(): void {
    this.#send("WATCHDOG=1");
  }

  /** The service has begun to stop. */
  stopping(): void {
    this.#readyOwed = false;
    this.#send("STOPPING=1");
  }

  #send(message: string): void {
    if (this.#descriptor === null) return;
    const whole = this.#readyOwed ? `READY=1\n${message}` : message;
    try {
      writeSync(this.#descriptor, whole);
      this.#readyOwed = false;
    } catch {
      this.#missed++;
    }
  }
}

function handedOver(value: string | undefined, pid: number): number | null {
  const match = /^(\d{1,10}):(\d{1,5})$/.exec(value ?? "");
  // The process id keeps a child from writing to whatever has this number there.
  if (match === null || Number(match[1]) !== pid) return null;
  const descriptor = Number(match[2]);
  try {
    return descriptor > 2 && fstatSync(descriptor).isSocket() ? descriptor : null;
  } catch {
    return null;
  }
}

function halfWatchdogMs(env: NodeJS.ProcessEnv, pid: number): number | null {
  const allowed = env.WATCHDOG_USEC ?? "";
  const meant = env.WATCHDOG_PID === undefined || env.WATCHDOG_PID === String(pid);
  return meant && /^[1-9]\d{0,14}$/.test(allowed) ? Number(allowed) / 2000 : null;
}
