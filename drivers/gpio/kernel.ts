import { closeSync, constants, openSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { getSystemErrorName } from "node:util";
import { InputError } from "../input-error.ts";

/** The system calls that the character device needs; all of them block. */
export interface Kernel {
  /** Paths of the chips' devices, such as `/dev/gpiochip0`. */
  chipPaths(): readonly string[];
  /** @throws KernelError */
  open(path: string): number;
  close(fd: number): void;
  /** Writes the kernel's answer into `bytes`. @throws KernelError */
  ioctl(fd: number, request: number, bytes: Uint8Array): void;
  /** Waits until something can be read; 0 when nothing came in time, else the bits of `revents`. @throws KernelError */
  poll(fd: number, timeoutMs: number): number;
  /** Returns how many bytes were read. @throws KernelError */
  read(fd: number, bytes: Uint8Array): number;
}

/** A system call failed; `code` such as `EBUSY`. */
export class KernelError extends Error {
  override readonly name = "KernelError";
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** Bits of poll's `revents`. */
export const POLL_IN = 1;

/** The part of koffi that is used. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number };
  errno(): number;
}

/**
 * The kernel itself, through the C library that Node.js has loaded already.
 * @throws InputError when the package koffi is missing.
 */
export function openKernel(): Kernel {
  return new LibcKernel(loadKoffi());
}

class LibcKernel implements Kernel {
  readonly #koffi: Koffi;
  readonly #ioctl: (...args: unknown[]) => number;
  readonly #poll: (...args: unknown[]) => number;
  readonly #read: (...args: unknown[]) => number;
  readonly #pollfd = Buffer.alloc(8);

  constructor(koffi: Koffi) {
    const libc = koffi.load(null);
    this.#koffi = koffi;
    this.#ioctl = libc.func("int ioctl(int fd, unsigned long request, void *argument)");
    this.#poll = libc.func("int poll(void *fds, unsigned long count, int timeout)");
    this.#read = libc.func("long read(int fd, void *bytes, size_t count)");
  }

  chipPaths(): readonly string[] {
    return chipPathsIn("/dev");
  }

  open(path: string): number {
    try {
      return openSync(path, constants.O_RDWR);
    } catch (error) {
      throw new KernelError("open", (error as NodeJS.ErrnoException).code ?? "unknown");
    }
  }

  close(fd: number): void {
    closeSync(fd);
  }

  ioctl(fd: number, request: number, bytes: Uint8Array): void {
    if (this.#ioctl(fd, request, bytes) < 0) throw this.#error("ioctl");
  }

  poll(fd: number, timeoutMs: number): number {
    this.#pollfd.writeInt32LE(fd, 0);
    this.#pollfd.writeInt16LE(POLL_IN, 4);
    this.#pollfd.writeInt16LE(0, 6);
    if (this.#poll(this.#pollfd, 1, timeoutMs) >= 0) return this.#pollfd.readInt16LE(6);
    const error = this.#error("poll");
    if (error.code === "EINTR") return 0;
    throw error;
  }

  read(fd: number, bytes: Uint8Array): number {
    const count = this.#read(fd, bytes, bytes.length);
    if (count < 0) throw this.#error("read");
    return count;
  }

  #error(call: string): KernelError {
    const errno = this.#koffi.errno();
    return new KernelError(call, errno > 0 ? getSystemErrorName(-errno) : "unknown");
  }
}

/** The chips' devices in a folder, in the order of their numbers; none when the folder is not there. */
export function chipPathsIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^gpiochip\d+$/.test(name));
    return names.sort((a, b) => Number(a.slice(8)) - Number(b.slice(8))).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch (cause) {
    const problem = "the package koffi is not installed or has no binary for this computer";
    const remedy = 'install with optional packages (`npm ci`), or use the driver "rpio" on a Raspberry Pi 0 to 4';
    throw new InputError({ source: "chardev", problem, remedy }, { cause });
  }
}
