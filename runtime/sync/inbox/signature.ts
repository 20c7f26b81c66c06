import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

const PUBLIC_KEY_BYTES = 32;
/** What stands before the key's own bytes in DER (RFC 8410). */
const DER_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** What is signed: a file for one appliance, under its name. */
export interface SignedFile {
  readonly appliance: string;
  readonly name: string;
  readonly content: Uint8Array;
}

/** A new pair of keys (Ed25519): the private one as PEM, the public one as base64 for the configuration. */
export function newKeys(): { readonly privatePem: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    publicKey: der.subarray(DER_PREFIX.length).toString("base64"),
  };
}

/** The public key of a configuration; null when the text is none. */
export function publicKeyOf(base64: string): KeyObject | null {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== PUBLIC_KEY_BYTES || bytes.toString("base64") !== base64) return null;
  return createPublicKey({ key: Buffer.concat([DER_PREFIX, bytes]), format: "der", type: "spki" });
}

/** The signature of a file, as base64. @throws Error when the PEM text is no private Ed25519 key. */
export function signatureOf(file: SignedFile, privatePem: string): string {
  const key = createPrivateKey(privatePem);
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`a key of type ${String(key.asymmetricKeyType)}`);
  return sign(null, statement(file), key).toString("base64");
}

/** Whether the owner of the key has signed this very file for this very appliance. Never throws. */
export function isSignedBy(file: SignedFile, signature: string, publicKey: string): boolean {
  const key = publicKeyOf(publicKey);
  return key !== null && verify(null, statement(file), key, Buffer.from(signature, "base64"));
}

function statement({ appliance, name, content }: SignedFile): Buffer {
  const digest = createHash("sha256").update(content).digest("hex");
  return Buffer.from(`sealtrace inbox 1\n${appliance}\n${name}\n${digest}\n`);
}
