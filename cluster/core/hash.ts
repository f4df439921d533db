// A stable 64-bit hash with avalanche: MurmurHash3 x86_128 (Austin Appleby, public domain), of which the first two
// 32-bit words are kept. Where an actor lives depends on it for ever, so it has test vectors and never changes.

const ENCODER = new TextEncoder();

/** Two unsigned 32-bit halves of one 64-bit hash. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Four unsigned 32-bit words of one 128-bit hash. */
export type Hash128 = readonly [number, number, number, number];

/** The hash of a text's UTF-8 bytes. */
export function hash64(text: string): Hash64 {
  const [high, low] = hash128(ENCODER.encode(text));
  return { high, low };
}

/** The 128-bit hash of bytes, with seed 0. */
export function hash128(bytes: Uint8Array): Hash128 {
  const state: State = { a: 0, b: 0, c: 0, d: 0 };
  const blocks = bytes.length >>> 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let block = 0; block < blocks; block++) mixBlock(state, view, block << 4);
  mixTail(state, bytes, blocks << 4);
  return finish(state, bytes.length);
}

interface State {
  a: number;
  b: number;
  c: number;
  d: number;
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function scramble(word: number, first: number, bits: number, second: number): number {
  return Math.imul(rotate(Math.imul(word, first), bits), second);
}

function mixBlock(state: State, view: DataView, offset: number): void {
  state.a ^= scramble(view.getInt32(offset, true), C1, 15, C2);
  state.a = (Math.imul(rotate(state.a, 19) + state.b, 5) + 0x561ccd1b) | 0;
  state.b ^= scramble(view.getInt32(offset + 4, true), C2, 16, C3);
  state.b = (Math.imul(rotate(state.b, 17) + state.c, 5) + 0x0bcaa747) | 0;
  state.c ^= scramble(view.getInt32(offset + 8, true), C3, 17, C4);
  state.c = (Math.imul(rotate(state.c, 15) + state.d, 5) + 0x96cd1c35) | 0;
  state.d ^= scramble(view.getInt32(offset + 12, true), C4, 18, C1);
  state.d = (Math.imul(rotate(state.d, 13) + state.a, 5) + 0x32ac3b17) | 0;
}

function tailWord(bytes: Uint8Array, offset: number): number {
  let word = 0;
  for (let index = Math.min(3, bytes.length - offset - 1); index >= 0; index--) {
    word = (word << 8) | (bytes[offset + index] ?? 0);
  }
  return word;
}

function mixTail(state: State, bytes: Uint8Array, offset: number): void {
  const rest = bytes.length - offset;
  if (rest > 12) state.d ^= scramble(tailWord(bytes, offset + 12), C4, 18, C1);
  if (rest > 8) state.c ^= scramble(tailWord(bytes, offset + 8), C3, 17, C4);
  if (rest > 4) state.b ^= scramble(tailWord(bytes, offset + 4), C2, 16, C3);
  if (rest > 0) state.a ^= scramble(tailWord(bytes, offset), C1, 15, C2);
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function finish(state: State, length: number): Hash128 {
  let { a, b, c, d } = state;
  a ^= length;
  b ^= length;
  c ^= length;
  d ^= length;
  a = (a + b + c + d) | 0;
  b = (b + a) | 0;
  c = (c + a) | 0;
  d = (d + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  c = avalanche(c);
  d = avalanche(d);
  a = (a + b + c + d) | 0;
  b = (b + a) | 0;
  c = (c + a) | 0;
  d = (d + a) | 0;
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}
