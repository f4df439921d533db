// Envelopes as bytes, and back.
//
//   B1  What is decoded is what was encoded, or undefined: bytes from elsewhere never throw.
//   B2  A kind that this version does not know is undefined too: a newer node may send it during an upgrade.

import type {
  ClusterEnvelope,
  Envelope,
  Letter,
  LinkEnvelope,
  ListPart,
  NodeEnvelope,
  CallEnvelope,
} from '../core/envelope.ts';
import type { Address } from '../core/address.ts';
import { CLUSTER_ERROR_CODES, type ErrorDetails } from '../core/errors.ts';
import type { Plain, PlainObject } from '../core/plain.ts';
import type { ReplyTo } from '../core/reduction.ts';
import {
  EnvelopeBatch,
  Envelope as Wire,
  type Letter as WireLetter,
  type ListPart as WireListPart,
} from '../../proto/gen/baton/v1/envelope.ts';
import { decodeRow, encodeRow } from './row-codec.ts';

/** Of the layout of a message. */
const VERSION = 1;

/** One part of a batch that is too large for one message. */
export interface Fragment {
  /** Unique among the batches of all nodes. */
  readonly batch: string;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
}

/** Encoded envelopes, or one part of a larger message. */
export type Message =
  | { readonly kind: 'batch'; readonly envelopes: readonly Uint8Array[] }
  | { readonly kind: 'fragment'; readonly fragment: Fragment };

export function encodeMessage(message: Message): Uint8Array {
  const batch: EnvelopeBatch =
    message.kind === 'batch'
      ? { version: VERSION, envelopes: message.envelopes.map(asBuffer), fragment: undefined }
      : {
          version: VERSION,
          envelopes: [],
          fragment: { ...message.fragment, bytes: asBuffer(message.fragment.bytes) },
        };
  return EnvelopeBatch.encode(batch).finish();
}

/** The message of bytes; undefined when they are damaged or of a newer layout. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  try {
    const { version, envelopes, fragment } = EnvelopeBatch.decode(bytes);
    if (version !== VERSION) return undefined;
    return fragment === undefined ? { kind: 'batch', envelopes } : { kind: 'fragment', fragment };
  } catch {
    return undefined;
  }
}

type WireKind = NonNullable<Wire['kind']>;

/** An envelope as bytes. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return Wire.encode({ kind: kindOf(envelope) }).finish();
}

/** The envelope of bytes; undefined for one that is damaged or of a kind that is not known. */
export function decodeEnvelope(bytes: Uint8Array): Envelope | undefined {
  try {
    const { kind } = Wire.decode(bytes);
    return kind === undefined ? undefined : envelopeOf(kind);
  } catch {
    return undefined;
  }
}

function kindOf(envelope: Envelope): WireKind {
  switch (envelope.kind) {
    case 'letters':
    case 'acknowledge':
      return linkKind(envelope);
    case 'ask':
    case 'read':
    case 'list':
    case 'watch':
    case 'unwatch':
      return callKind(envelope);
    case 'heartbeat':
    case 'opened':
      return clusterKind(envelope);
    case 'reply':
    case 'refusal':
    case 'record':
    case 'gather':
    case 'inspect':
    case 'leave':
    case 'released':
    case 'wanted':
      return nodeKind(envelope);
  }
}

function linkKind(envelope: LinkEnvelope): WireKind {
  switch (envelope.kind) {
    case 'letters':
      return {
        $case: 'letters',
        value: { ...envelope, letters: envelope.letters.map(wireLetter) },
      };
    case 'acknowledge':
      return { $case: 'acknowledge', value: envelope };
  }
}

function callKind(envelope: CallEnvelope): WireKind {
  switch (envelope.kind) {
    case 'ask':
      return { $case: 'ask', value: { ...envelope, message: bytesOf(envelope.message) } };
    case 'read':
      return { $case: 'read', value: { ...envelope, query: bytesOf(envelope.query) } };
    case 'list':
      return { $case: 'list', value: { ...envelope, part: { ...envelope.part } } };
    case 'watch':
      return { $case: 'watch', value: envelope };
    case 'unwatch':
      return { $case: 'unwatch', value: envelope };
  }
}

function nodeKind(envelope: NodeEnvelope): WireKind {
  switch (envelope.kind) {
    case 'reply':
      return { $case: 'reply', value: { ...envelope, value: bytesOf(envelope.value) } };
    case 'refusal':
      return { $case: 'refusal', value: { ...envelope, details: bytesOf(envelope.details) } };
    case 'record':
      return { $case: 'record', value: { ...envelope, entries: bytesOf([...envelope.entries]) } };
    case 'gather': {
      const { replyTo, shards, list, part } = envelope;
      return { $case: 'gather', value: { replyTo, shards: [...shards], list, part: { ...part } } };
    }
    case 'inspect':
      return { $case: 'inspect', value: envelope };
    case 'leave':
      return { $case: 'leave', value: envelope };
    case 'released':
      return { $case: 'released', value: envelope };
    case 'wanted':
      return { $case: 'wanted', value: envelope };
  }
}

function clusterKind(envelope: ClusterEnvelope): WireKind {
  switch (envelope.kind) {
    case 'heartbeat':
      return { $case: 'heartbeat', value: { ...envelope, heard: [...envelope.heard] } };
    case 'opened':
      return { $case: 'opened', value: envelope };
  }
}

function envelopeOf(kind: WireKind): Envelope | undefined {
  switch (kind.$case) {
    case 'letters': {
      const { source, epoch, seq, previous, letters } = kind.value;
      return { kind: 'letters', source, epoch, seq, previous, letters: letters.map(letterOf) };
    }
    case 'acknowledge': {
      const { source, target, seq } = kind.value;
      return { kind: 'acknowledge', source, target, seq };
    }
    case 'ask': {
      const { replyTo, to, message, requestId, patienceMs } = kind.value;
      return {
        kind: 'ask',
        replyTo: replyToOf(replyTo),
        to: addressOf(to),
        message: objectOf(message),
        requestId,
        patienceMs,
      };
    }
    case 'read': {
      const { replyTo, from, query } = kind.value;
      return {
        kind: 'read',
        replyTo: replyToOf(replyTo),
        from: addressOf(from),
        query: objectOf(query),
      };
    }
    case 'list': {
      const { replyTo, list, part } = kind.value;
      return { kind: 'list', replyTo: replyToOf(replyTo), list, part: partOf(part) };
    }
    case 'watch': {
      const { replyTo, address, afterSeq } = kind.value;
      return { kind: 'watch', replyTo: replyToOf(replyTo), address: addressOf(address), afterSeq };
    }
    case 'unwatch':
      return { kind: 'unwatch', replyTo: replyToOf(kind.value.replyTo) };
    default:
      return newsOf(kind);
  }
}

type WireCall = 'letters' | 'acknowledge' | 'ask' | 'read' | 'list' | 'watch' | 'unwatch';

function newsOf(
  kind: Exclude<WireKind, { readonly $case: WireCall }>,
): NodeEnvelope | ClusterEnvelope | undefined {
  switch (kind.$case) {
    case 'reply':
      return { kind: 'reply', ask: kind.value.ask, value: objectOf(kind.value.value) };
    case 'refusal':
      return refusalOf(kind.value);
    case 'record': {
      const { watch, previous, seq, entries } = kind.value;
      const list = decodeRow(entries);
      return { kind: 'record', watch, previous, seq, entries: Array.isArray(list) ? list : [] };
    }
    case 'gather': {
      const { replyTo, shards, list, part } = kind.value;
      return { kind: 'gather', replyTo: replyToOf(replyTo), shards, list, part: partOf(part) };
    }
    case 'inspect':
      return { kind: 'inspect', replyTo: replyToOf(kind.value.replyTo) };
    case 'leave':
      return { kind: 'leave', replyTo: replyToOf(kind.value.replyTo) };
    case 'released':
      return { kind: 'released', shard: kind.value.shard, epoch: kind.value.epoch };
    case 'wanted':
      return { kind: 'wanted', shard: kind.value.shard, by: kind.value.by };
    case 'heartbeat': {
      const { node, membershipVersion, shards, beat, heard } = kind.value;
      return { kind: 'heartbeat', node, membershipVersion, shards, beat, heard };
    }
    case 'opened': {
      const { shard, epoch, node } = kind.value;
      return { kind: 'opened', shard, epoch, node };
    }
  }
}

function refusalOf(value: {
  readonly ask: number;
  readonly code: string;
  readonly message: string;
  readonly details: Uint8Array;
  readonly retryAfterMs?: number | undefined;
}): NodeEnvelope {
  const { ask, message, retryAfterMs } = value;
  // A code of a newer version says at least that the call was refused.
  const code = CLUSTER_ERROR_CODES.find((known) => known === value.code) ?? 'violation';
  const details = objectOf(value.details) as ErrorDetails;
  return { kind: 'refusal', ask, code, message, details, retryAfterMs };
}

function wireLetter({ to, message, replyTo, birth }: Letter): WireLetter {
  return { to, message: bytesOf(message), replyTo, birth: birth === true };
}

function letterOf({ to, message, replyTo, birth }: WireLetter): Letter {
  return {
    to: addressOf(to),
    message: objectOf(message),
    replyTo: replyTo === undefined ? undefined : replyToOf(replyTo),
    birth: birth ? true : undefined,
  };
}

function partOf(part: WireListPart | undefined): ListPart {
  return { after: part?.after, limit: part?.limit ?? 0, reverse: part?.reverse };
}

function addressOf(address: Address | undefined): Address {
  return { kind: address?.kind ?? '', key: address?.key ?? '' };
}

function replyToOf(replyTo: ReplyTo | undefined): ReplyTo {
  return { node: replyTo?.node ?? '', ask: replyTo?.ask ?? 0 };
}

function bytesOf(value: Plain): Buffer {
  return asBuffer(encodeRow(value));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function objectOf(bytes: Uint8Array): PlainObject {
  const value = decodeRow(bytes);
  return isObject(value) ? value : {};
}

function isObject(value: Plain): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof Uint8Array);
}
