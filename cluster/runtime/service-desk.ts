// The desk: serves what doors want of the shards that this node has open, wherever the doors are.
//
//   K1  A read is served only while the node is sure of its lease: an owner after it may have answered more.
//   K2  A watch of another node is served for WATCH_MS after it was last asked for; what is repeated is only extended when
//       everything sent has arrived, and else begins anew where the watcher stands.

import { addressText } from '../core/address.ts';
import { roughSize } from '../core/batch.ts';
import type { CallEnvelope, NodeEnvelope } from '../core/envelope.ts';
import { ClusterError } from '../core/errors.ts';
import type { Plain } from '../core/plain.ts';
import type { JournalRecord, ListEntry, ListOptions } from '../port/sender.ts';
import { asClusterError } from './replies.ts';
import type { ShardServices } from './services.ts';
import type { Shard } from './shard.ts';

type Envelope<Kind> = (CallEnvelope | NodeEnvelope) & { readonly kind: Kind };

/** How long a watch lasts without being asked for again, and how often a watcher asks. */
const WATCH_MS = 10_000;
export const WATCH_AGAIN_MS = 3_000;

interface RemoteWatch {
  readonly shard: Shard;
  readonly stop: () => void;
  sentSeq: number;
  untilMs: number;
}

/** Watches one actor of a shard from a seq on. @returns how to stop */
export function watchShard(
  shard: Shard,
  { address, afterSeq }: Pick<Envelope<'watch'>, 'address' | 'afterSeq'>,
  onRecord: (record: JournalRecord) => void,
  onEnd: (error: Error) => void,
): () => void {
  let stopped = false;
  const watcher = {
    onRecord: (record: JournalRecord) => {
      if (!stopped) onRecord(record);
    },
    onEnd: (error: Error) => {
      if (!stopped) onEnd(error);
    },
  };
  const text = addressText(address);
  shard.reader
    .catchUp(address, afterSeq, watcher.onRecord, () => {
      if (!stopped) shard.watchers.add(text, watcher);
    })
    .catch((error: unknown) => watcher.onEnd(asClusterError(error)));
  return () => {
    stopped = true;
    shard.watchers.remove(text, watcher);
  };
}

export class ServiceDesk {
  readonly #services: ShardServices;
  readonly #watches = new Map<string, RemoteWatch>();

  constructor(services: ShardServices) {
    this.#services = services;
  }

  get watches(): number {
    return this.#watches.size;
  }

  serve(shard: Shard, envelope: CallEnvelope): void {
    switch (envelope.kind) {
      case 'ask':
        this.#ask(shard, envelope);
        return;
      case 'read':
        this.#answer(envelope, () => shard.reader.read(envelope.from, envelope.query));
        return;
      case 'list':
        this.#answer(envelope, async () => ({
          entries: entriesOf(await shard.reader.list(envelope.list, optionsOf(envelope))),
        }));
        return;
      case 'watch':
        this.#watch(shard, envelope);
        return;
      case 'unwatch':
        this.#endWatch(watchKey(envelope));
        return;
    }
  }

  /** A call for a shard that this node does not have open (any more). */
  turnAway(envelope: CallEnvelope): void {
    if (envelope.kind === 'unwatch') return;
    this.#services.replies.refuse(envelope.replyTo, notHere());
  }

  /** Lists of many shards at once; covers those that are open here. */
  gather(envelope: Envelope<'gather'>, find: (shard: number) => Shard | undefined): void {
    const shards = envelope.shards.flatMap((number) => find(number) ?? []);
    this.#answer(envelope, async () => {
      const options = optionsOf(envelope);
      const parts = await Promise.all(
        shards.map((shard) => shard.reader.list(envelope.list, options)),
      );
      return {
        shards: shards.map(({ number }) => number),
        entries: entriesOf(mergeEntries(parts.flat(), options)),
      };
    });
  }

  /** Ends watches that nobody asked for again (K2). */
  sweep(): void {
    const nowMs = this.#services.clock.monotonicMs();
    for (const [key, watch] of this.#watches) if (watch.untilMs <= nowMs) this.#endWatch(key);
  }

  stop(): void {
    for (const key of [...this.#watches.keys()]) this.#endWatch(key);
  }

  #ask(shard: Shard, envelope: Envelope<'ask'>): void {
    const { clock, limits, replies } = this.#services;
    const { to, message, replyTo, requestId, patienceMs } = envelope;
    const refusal = shard.call({
      to,
      message,
      replyTo,
      requestId,
      bytes: roughSize(message, limits.messageBytes + 1),
      deadlineMs: clock.monotonicMs() + patienceMs,
    });
    if (refusal !== undefined) replies.refuse(replyTo, refusal);
  }

  #answer(
    { replyTo }: Pick<Envelope<'read'>, 'replyTo'>,
    look: () => Promise<{ readonly [name: string]: Plain | undefined }>,
  ): void {
    const { replies, mayAct } = this.#services;
    if (!mayAct()) {
      replies.refuse(replyTo, notHere());
      return;
    }
    look().then(
      (value) => (mayAct() ? replies.reply(replyTo, value) : replies.refuse(replyTo, notHere())),
      (error: unknown) => replies.refuse(replyTo, asClusterError(error)),
    );
  }

  #watch(shard: Shard, envelope: Envelope<'watch'>): void {
    const { clock, transport } = this.#services;
    const key = watchKey(envelope);
    const known = this.#watches.get(key);
    const untilMs = clock.monotonicMs() + WATCH_MS;
    if (known?.shard === shard && known.sentSeq === envelope.afterSeq) {
      known.untilMs = untilMs;
      return;
    }
    this.#endWatch(key);
    const { node, ask } = envelope.replyTo;
    const watch: RemoteWatch = {
      shard,
      sentSeq: envelope.afterSeq,
      untilMs,
      stop: watchShard(
        shard,
        envelope,
        ({ seq, entries }) => {
          const previous = watch.sentSeq;
          watch.sentSeq = seq;
          transport.toNode(node, { kind: 'record', watch: ask, previous, seq, entries });
        },
        () => this.#endWatch(key),
      ),
    };
    this.#watches.set(key, watch);
  }

  #endWatch(key: string): void {
    this.#watches.get(key)?.stop();
    this.#watches.delete(key);
  }
}

function notHere(): ClusterError {
  return new ClusterError('not-owner', 'the shard is not open on this node', { retryAfterMs: 200 });
}

function watchKey({ replyTo }: Pick<Envelope<'watch'>, 'replyTo'>): string {
  return `${replyTo.ask}@${replyTo.node}`;
}

function optionsOf({ part }: Pick<Envelope<'list'>, 'part'>): ListOptions {
  return {
    limit: part.limit,
    reverse: part.reverse === true,
    ...(part.after === undefined ? {} : { after: part.after }),
  };
}

function entriesOf(entries: readonly ListEntry[]): Plain {
  return entries.map(({ position, value }) => [position, value]);
}

/** The entries of an answer to `list` or `gather`. */
export function readEntries(value: Plain | undefined): readonly ListEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) =>
    Array.isArray(entry) && typeof entry[0] === 'string'
      ? [{ position: entry[0], value: entry[1] ?? null }]
      : [],
  );
}

/** Entries of parts of a list, in the order of the list, as many as are wanted. */
export function mergeEntries(
  entries: readonly ListEntry[],
  { limit, reverse = false }: ListOptions,
): readonly ListEntry[] {
  const direction = reverse ? -1 : 1;
  return [...entries]
    .sort((a, b) => {
      if (a.position === b.position) return 0;
      return (a.position < b.position ? -1 : 1) * direction;
    })
    .slice(0, limit);
}
