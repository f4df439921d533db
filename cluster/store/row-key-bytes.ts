// Row keys as bytes, for stores that put bytes in order.
//
//   O1  Bytes are in the order of the keys (store port, D8), which is that of code units. The bytes of UTF-8 are in another
//       one where a text has surrogates, so each of these is written on its own (CESU-8). All other texts are plain UTF-8.
//   O2  Two keys never have the same bytes, lone surrogates included.

const SURROGATE = /[\ud800-\udfff]/;
const SURROGATES = /([\ud800-\udfff])/;

/** The bytes of a row key. */
export function rowKeyBytes(key: string): Buffer {
  const encoded = encodeRowKey(key);
  return typeof encoded === 'string' ? Buffer.from(encoded) : encoded;
}

/** The same for those who write texts as UTF-8: a text stands for its bytes. */
export function encodeRowKey(key: string): string | Buffer {
  if (!SURROGATE.test(key)) return key;
  const parts = key.split(SURROGATES).map((part) => {
    if (!SURROGATE.test(part)) return Buffer.from(part);
    const unit = part.charCodeAt(0);
    return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
  });
  return Buffer.concat(parts);
}

/** The row key of bytes. */
export function decodeRowKey(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  let from = 0;
  for (let at = view.indexOf(0xed); at >= 0; at = view.indexOf(0xed, at + 3)) {
    const second = view[at + 1] ?? 0;
    if (second < 0xa0) continue;
    const unit = 0xd000 | ((second & 0x3f) << 6) | ((view[at + 2] ?? 0) & 0x3f);
    text += view.toString('utf8', from, at) + String.fromCharCode(unit);
    from = at + 3;
  }
  return text + view.toString('utf8', from);
}
