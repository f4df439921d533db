// Random envelopes of every kind.

import fc from 'fast-check';
import type { Envelope } from '../../cluster/core/envelope.ts';
import { CLUSTER_ERROR_CODES } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';

const whole = fc.nat({ max: 2 ** 31 });
const seq = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const address = fc.record({ kind: fc.string(), key: fc.string() });
const replyTo = fc.record({ node: fc.string(), ask: seq });
const plain: fc.Arbitrary<PlainObject> = fc.dictionary(
  fc.string().filter((name) => name !== '__proto__'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())),
);
const part = fc.record({
  after: fc.option(fc.string(), { nil: undefined }),
  limit: whole,
  reverse: fc.option(fc.boolean(), { nil: undefined }),
});
const letter = fc.record({
  to: address,
  message: plain,
  replyTo: fc.option(replyTo, { nil: undefined }),
  birth: fc.constantFrom(true as const, undefined),
});

type OfKind<Kind> = Extract<Envelope, { readonly kind: Kind }>;

/** An arbitrary for each kind; a kind without one does not compile. */
const OF: { readonly [Kind in Envelope['kind']]: fc.Arbitrary<Omit<OfKind<Kind>, 'kind'>> } = {
  letters: fc.record({
    source: whole,
    epoch: seq,
    seq,
    previous: seq,
    letters: fc.array(letter, { maxLength: 5 }),
  }),
  acknowledge: fc.record({ source: whole, target: whole, seq }),
  ask: fc.record({
    replyTo,
    to: address,
    message: plain,
    requestId: fc.option(fc.string(), { nil: undefined }),
    patienceMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  }),
  read: fc.record({ replyTo, from: address, query: plain }),
  list: fc.record({ replyTo, list: fc.string(), part }),
  watch: fc.record({ replyTo, address, afterSeq: seq }),
  unwatch: fc.record({ replyTo }),
  reply: fc.record({ ask: seq, value: plain }),
  refusal: fc.record({
    ask: seq,
    code: fc.constantFrom(...CLUSTER_ERROR_CODES),
    message: fc.string(),
    details: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    ),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined }),
  }),
  record: fc.record({ watch: seq, previous: seq, seq, entries: fc.array(plain, { maxLength: 4 }) }),
  gather: fc.record({ replyTo, shards: fc.array(whole), list: fc.string(), part }),
  inspect: fc.record({ replyTo }),
  leave: fc.record({ replyTo }),
  released: fc.record({ shard: whole, epoch: seq }),
  wanted: fc.record({ shard: whole, by: fc.string() }),
  heartbeat: fc.record({
    node: fc.string(),
    membershipVersion: seq,
    shards: whole,
    beat: seq,
    heard: fc.array(fc.record({ node: fc.string(), beat: seq }), { maxLength: 3 }),
  }),
  opened: fc.record({ shard: whole, epoch: seq, node: fc.string() }),
};

export const anyEnvelope: fc.Arbitrary<Envelope> = fc.oneof(
  ...Object.entries(OF).map(([kind, fields]) =>
    (fields as fc.Arbitrary<object>).map((value) => ({ kind, ...value }) as Envelope),
  ),
);
