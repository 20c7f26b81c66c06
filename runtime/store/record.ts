import "./no-native-cbor.ts";
import { crc32 } from "node:zlib";
import { Encoder } from "cbor-x";
import { cborFault } from "./cbor-scan.ts";

const CRC_BYTES = 4;
const MAX_ITEMS = 4_000_000;
const encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });

/** Plain data as CBOR. Throws a TypeError for what would not come back as it was: dates, maps, big integers, cycles. */
export function encodePlain(value: unknown): Buffer {
  let bytes: Buffer;
  try {
    bytes = encoder.encode(value);
  } catch (error) {
    throw new TypeError("only plain data can be stored", { cause: error });
  }
  const fault = cborFault(bytes, MAX_ITEMS);
  if (fault !== null) throw new TypeError(`only plain data can be stored, not ${fault}`);
  return bytes;
}

/** Plain data from bytes of unknown origin; undefined when they are anything else. */
export function decodePlain(bytes: Uint8Array): unknown {
  if (cborFault(bytes, MAX_ITEMS) !== null) return undefined;
  return encoder.decode(bytes);
}

/**
 * The value stored under `key`: CRC-32 of key and content (little endian), then the content as CBOR.
 *
 * The key takes part in the checksum, so that a record which turns up under another key is noticed as well.
 * @param fields the first one is the version of the layout.
 */
export function sealRecord(key: Uint8Array, fields: readonly unknown[]): Buffer {
  const content = encodePlain(fields);
  const record = Buffer.allocUnsafe(CRC_BYTES + content.length);
  record.writeUInt32LE(crc32(content, crc32(key)), 0);
  record.set(content, CRC_BYTES);
  return record;
}

/** Fields of the record stored under `key`; null when a single bit is not as it was written. */
export function openRecord(key: Uint8Array, record: Uint8Array): readonly unknown[] | null {
  if (record.length <= CRC_BYTES) return null;
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const content = bytes.subarray(CRC_BYTES);
  if (bytes.readUInt32LE(0) !== crc32(content, crc32(key))) return null;
  const fields = decodePlain(content);
  return Array.isArray(fields) ? fields : null;
}
