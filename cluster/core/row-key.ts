// Row keys: the ordered texts under which a shard's rows are stored.
//
// A shard is one ordered map from text to plain value. The first letter names the space, so that a range read of a space
// never meets another one:
//
//   a  actor rows: heads and table rows          d  actors whose erasure has begun
//   e  effects whose outcome is not recorded yet
//   i  inbox: local messages left over           j  journal records
//   m  marks: high-water marks of links          o  outbox: messages for other shards
//   r  request memory (and q, its expiry order)  t  timers, by due time
//   x  index entries
//
// Parts are separated by '/'; a '/' or '%' inside a part is percent-encoded. Numbers are written so that text order is
// number order.

import type { Address } from './address.ts';
import { assert, ClusterError } from './errors.ts';

/** The key of a row within its table: a number or a text, in the order of compareRowKeys. */
export type RowKey = string | number;

/** The order of a table's rows: numbers as such, texts as the parts of keys under which they are stored. */
export function compareRowKeys(a: RowKey, b: RowKey): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return encodePart(a) < encodePart(b) ? -1 : 1;
  return a < b ? -1 : 1;
}

const BASE = 36;
/** 2^53 − 1 has 11 digits in base 36. */
const LENGTH_LETTERS = 'abcdefghijk';

/** A non-negative integer as text whose order is the order of numbers: a letter for its length, then base 36 digits. */
export function orderedNumber(value: number): string {
  assert(Number.isSafeInteger(value) && value >= 0, 'a row number is a non-negative safe integer', {
    value,
  });
  const digits = value.toString(BASE);
  return `${LENGTH_LETTERS[digits.length - 1] ?? ''}${digits}`;
}

/** The inverse of orderedNumber. */
export function parseOrderedNumber(text: string): number {
  return Number.parseInt(text.slice(1), BASE);
}

/** Makes a text safe as one part of a row key. */
export function encodePart(text: string): string {
  if (!text.includes('/') && !text.includes('%')) return text;
  return text.replaceAll('%', '%25').replaceAll('/', '%2F');
}

/** Bytes of a part that callers choose, at most. A key has up to three of them, and stores take keys of some 2,000 bytes. */
export const PART_BYTES = 512;

/** A character is written with at most so many bytes, be it of the text or of its encoding. */
const CHARACTER_BYTES = 3;

const ENCODER = new TextEncoder();

/**
 * Throws `violation` for a text that a caller chose and no store could take as a part of a key: a commit that holds it
 * would be refused for ever, and its shard with it.
 * @param path names the text in the error
 */
export function requirePart(path: string, text: string): void {
  if (text.length * CHARACTER_BYTES <= PART_BYTES) return;
  const bytes = ENCODER.encode(encodePart(text)).length;
  if (bytes <= PART_BYTES) return;
  const rule = `have at most ${PART_BYTES} bytes as a part of a key`;
  throw new ClusterError('violation', `${path} must ${rule}, but has ${bytes}`, {
    details: { path, rule, bytes },
  });
}

/** The inverse of encodePart. */
export function decodePart(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll('%2F', '/').replaceAll('%25', '%');
}

function encodeRowKey(key: RowKey): string {
  return typeof key === 'number' ? orderedNumber(key) : encodePart(key);
}

/** `kind/key` of an address with both parts encoded. */
function addressPart(address: Address): string {
  return `${address.kind}/${encodePart(address.key)}`;
}

/** The row of an actor's head. */
export function headKey(address: Address): string {
  return `a/${addressPart(address)}`;
}

/** One row of one of an actor's tables. */
export function tableRowKey(address: Address, table: string, key: RowKey): string {
  return `a/${addressPart(address)}/${table}/${encodeRowKey(key)}`;
}

/** Everything below an actor's table, or with `table` left out below the actor (its head excepted). */
export function tablePrefix(address: Address, table?: string): string {
  const actor = `a/${addressPart(address)}/`;
  return table === undefined ? actor : `${actor}${table}/`;
}

/** The key of a row within its table, from a full row key of a table with numeric or textual keys. */
export function parseTableRowKey(rowKey: string, prefix: string, numeric: boolean): RowKey {
  const part = rowKey.slice(prefix.length);
  return numeric ? parseOrderedNumber(part) : decodePart(part);
}

export function timerKey(dueAtMs: number, address: Address, name: string): string {
  return `t/${orderedNumber(dueAtMs)}/${addressPart(address)}/${encodePart(name)}`;
}

/** First key that no timer due at or before the given time reaches. */
export function timerLimit(dueAtMs: number): string {
  return `t/${orderedNumber(dueAtMs + 1)}`;
}

/** The due time, address and name of a timer row. */
export function parseTimerKey(key: string): { dueAtMs: number; address: Address; name: string } {
  const [, due = '', kind = '', actorKey = '', name = ''] = key.split('/');
  return {
    dueAtMs: parseOrderedNumber(due),
    address: { kind, key: decodePart(actorKey) },
    name: decodePart(name),
  };
}

export function effectKey(address: Address, id: string): string {
  return `e/${addressPart(address)}/${encodePart(id)}`;
}

export function parseEffectKey(key: string): { address: Address; id: string } {
  const [, kind = '', actorKey = '', id = ''] = key.split('/');
  return { address: { kind, key: decodePart(actorKey) }, id: decodePart(id) };
}

/** Marks an actor whose rows are being removed. */
export function erasureKey(address: Address): string {
  return `d/${addressPart(address)}`;
}

export function parseErasureKey(key: string): Address {
  const [, kind = '', actorKey = ''] = key.split('/');
  return { kind, key: decodePart(actorKey) };
}

export function inboxKey(number: number): string {
  return `i/${orderedNumber(number)}`;
}

export function outboxKey(targetShard: number, linkSeq: number): string {
  return `o/${orderedNumber(targetShard)}/${orderedNumber(linkSeq)}`;
}

export function parseOutboxKey(key: string): { targetShard: number; linkSeq: number } {
  const [, shard = '', seq = ''] = key.split('/');
  return { targetShard: parseOrderedNumber(shard), linkSeq: parseOrderedNumber(seq) };
}

/** High-water mark of the link from a source shard. */
export function markKey(sourceShard: number): string {
  return `m/${orderedNumber(sourceShard)}`;
}

/** The journal record that one commit wrote for one actor. */
export function journalKey(address: Address, seq: number): string {
  return `j/${addressPart(address)}/${orderedNumber(seq)}`;
}

export function journalPrefix(address: Address): string {
  return `j/${addressPart(address)}/`;
}

export function requestKey(requestId: string): string {
  return `r/${encodePart(requestId)}`;
}

/** Orders remembered requests by the time at which they may be forgotten. */
export function requestExpiryKey(expiresAtMs: number, requestId: string): string {
  return `q/${orderedNumber(expiresAtMs)}/${encodePart(requestId)}`;
}

/** An entry of an ordered list; `key` orders within the list. */
export function indexKey(list: string, key: RowKey): string {
  return `x/${encodePart(list)}/${encodeRowKey(key)}`;
}

export function indexPrefix(list: string): string {
  return `x/${encodePart(list)}/`;
}

/** The least text above every key that starts with the prefix. Prefixes end in an ASCII character below '~'. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
