import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import { readSmallFile } from "../small-file.ts";
import { newKeys, signatureOf } from "../sync/inbox/signature.ts";
import { writeWhole } from "./whole-file.ts";

interface SignOptions {
  readonly key: string;
  readonly for?: string;
  readonly newKey?: true;
}

/** `sealtrace sign FILE --for APPLIANCE`: writes FILE.sig, so that the appliance takes the file from a stick. */
export async function sign(file: string | undefined, { key, for: appliance, newKey }: SignOptions): Promise<void> {
  if (newKey === true) return makeKey(key);
  if (file === undefined || appliance === undefined)
    throw new InputError({
      source: "sign",
      problem: "a file and an appliance are needed",
      remedy: "sealtrace sign config.toml --for NAME, or --new-key",
    });
  const pem = readSmallFile(key);
  const content = readFileSync(file);
  await writeWhole(`${file}.sig`, `${signed({ appliance, name: basename(file), content }, pem, key)}\n`);
  process.stdout.write(`${file}.sig: put both into sealtrace/${appliance}/inbox/ on the stick\n`);
}

function makeKey(path: string): void {
  if (existsSync(path))
    throw new InputError({ source: path, problem: "there is a key already", remedy: "give another --key" });
  const { privatePem, publicKey } = newKeys();
  writeFileSync(path, privatePem, { mode: 0o600, flag: "wx" });
  process.stdout.write(`[sync.inbox]\naccept = "signed"\npublicKey = "${publicKey}"\n`);
  process.stderr.write(`${path} is the private key: keep it where nobody else reads it\n`);
}

function signed(file: Parameters<typeof signatureOf>[0], pem: string, key: string): string {
  try {
    return signatureOf(file, pem);
  } catch (cause) {
    throw new InputError(
      { source: key, problem: "is no private key of ours", remedy: "make one with sealtrace sign --new-key" },
      { cause },
    );
  }
}
