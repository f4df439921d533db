// Rows as bytes: a version, a checksum, then MessagePack.
//
//   V1  Decoding returns what was encoded, or throws `store-corrupt`; nothing in between.
//   V2  Fields whose value is undefined are not written.
//   V3  Whole numbers have no negative zero in MessagePack, so it is an extension. Rows that hold one say so in their
//       version: whoever does not know the extension refuses them. All others are written as ever.

import { addExtension, Packr } from 'msgpackr';
import { ClusterError } from '../core/errors.ts';
import { holdsNegativeZero, isNegativeZero, type Plain } from '../core/plain.ts';

const FORMAT = 1;
const FORMAT_WITH_NEGATIVE_ZEROS = 2;
const HEADER = 5;

const OPTIONS = {
  useRecords: false,
  variableMapSize: true,
  // V2. The library has this option and does not declare it.
  skipValues: [undefined],
  int64AsType: 'bigint',
  largeBigIntToString: true,
} as const;

/** Stands for a negative zero while a row is written (V3). */
class NegativeZero {}

const NEGATIVE_ZERO = new NegativeZero();

addExtension({
  Class: NegativeZero,
  type: 1,
  pack: () => Uint8Array.of(0),
  unpack: () => -0,
});

function withStandIns(value: Plain | undefined): unknown {
  if (isNegativeZero(value)) return NEGATIVE_ZERO;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withStandIns);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withStandIns(one)]));
}

const packr = new Packr(OPTIONS);

/** The table of the cyclic redundancy check CRC-32C (polynomial 0x1EDC6F41, reflected). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  }
  return remainder;
});

/** CRC-32C of bytes from an offset on, as a number from 0 to 2^32 − 1. */
function checksum(bytes: Uint8Array, from = 0): number {
  let sum = 0xffff_ffff;
  for (let at = from; at < bytes.length; at++) {
    sum = (TABLE[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}

/** A plain value as bytes. */
export function encodeRow(value: Plain): Uint8Array {
  const hasStandIns = holdsNegativeZero(value);
  const body = packr.pack(hasStandIns ? withStandIns(value) : value);
  const bytes = Buffer.allocUnsafe(HEADER + body.length);
  bytes.set(body, HEADER);
  bytes[0] = hasStandIns ? FORMAT_WITH_NEGATIVE_ZEROS : FORMAT;
  bytes.writeUInt32LE(checksum(bytes, HEADER), 1);
  return bytes;
}

/** The value of bytes. Throws `store-corrupt` when they are damaged, `store-version` when a newer Baton wrote them. */
export function decodeRow(bytes: Uint8Array): Plain {
  if (bytes.length <= HEADER) throw new ClusterError('store-corrupt', 'a row is too short');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.readUInt32LE(1) !== checksum(view, HEADER)) {
    throw new ClusterError('store-corrupt', 'a row does not match its checksum');
  }
  if (view[0] !== FORMAT && view[0] !== FORMAT_WITH_NEGATIVE_ZEROS) {
    throw new ClusterError('store-version', 'a row was written by a newer version', {
      details: { found: view[0] ?? 0, known: FORMAT_WITH_NEGATIVE_ZEROS },
    });
  }
  // A copy: the bytes may belong to a page of the store that changes later.
  return packr.unpack(Buffer.from(view.subarray(HEADER))) as Plain;
}
