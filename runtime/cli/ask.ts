import { userInfo } from "node:os";
import type { Door } from "../socket/doors.ts";
import type { Params } from "../socket/messages.ts";
import { SocketClient } from "../socket/socket-client.ts";

/** Asks the running daemon. @throws InputError when there is none, or it refuses. */
export async function ask(door: Door, name: string, params: Params = {}): Promise<unknown> {
  const client = await SocketClient.connect({ door });
  try {
    return await client.call(name, params);
  } finally {
    client.close();
  }
}

/** Changes something; the daemon keeps who did it. */
export async function change(name: string, params: Params): Promise<unknown> {
  return ask("control", name, { by: userInfo().username, ...params });
}

/** Params without what was not given. */
export function given(params: Readonly<Record<string, string | number | boolean | null | undefined>>): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as Params;
}

/** Data for other programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 1)}\n`);
}
