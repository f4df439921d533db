// The watches of this node's doors, wherever the watched actors are.
//
//   W1  A watch gets every committed record above the seq it named, in order and once, also when the actor moves.
//   W2  A watch of another node's actor is asked for again and again, with what was seen last; so nothing that is lost on
//       the way is missed for longer than that.

import type { Address } from '../core/address.ts';
import type { NodeEnvelope } from '../core/envelope.ts';
import type { ClusterError } from '../core/errors.ts';
import type { CancelAlarm } from '../port/alarms.ts';
import type { JournalRecord } from '../port/sender.ts';
import { asClusterError, isElsewhere } from './replies.ts';
import { WATCH_AGAIN_MS, watchShard } from './service-desk.ts';
import type { ShardServices } from './services.ts';
import type { Shard } from './shard.ts';

/** Wait after nobody was met, or a shard went away. */
const AGAIN_MS = 100;

interface Watch {
  readonly id: number;
  readonly shard: number;
  readonly address: Address;
  readonly onRecord: (record: JournalRecord) => void;
  readonly onEnd: (error: Error) => void;
  seq: number;
  /** Stops what is under way here; undefined while it is elsewhere. */
  stopHere: (() => void) | undefined;
  againAtMs: number;
}

export class WatchRouter {
  readonly #services: ShardServices;
  readonly #find: (shard: number) => Shard | undefined;
  readonly #watches = new Map<number, Watch>();
  #alarm: CancelAlarm | undefined;

  constructor(services: ShardServices, find: (shard: number) => Shard | undefined) {
    this.#services = services;
    this.#find = find;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** Begins a watch (W1). @returns how to end it */
  watch(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    onEnd: (error: Error) => void,
  ): () => void {
    const watch: Watch = {
      id: this.#services.asks.number(),
      shard: this.#services.shardOfAddress(address),
      address,
      onRecord,
      onEnd,
      seq: afterSeq,
      stopHere: undefined,
      againAtMs: 0,
    };
    this.#watches.set(watch.id, watch);
    this.#begin(watch);
    return () => this.#end(watch);
  }

  /** A record of another node's actor arrived. */
  record({ watch: id, previous, seq, entries }: NodeEnvelope & { readonly kind: 'record' }): void {
    const watch = this.#watches.get(id);
    if (watch === undefined || watch.stopHere !== undefined || seq <= watch.seq) return;
    // Something in between is missing.
    if (previous > watch.seq) this.#begin(watch);
    else this.#deliver(watch, { seq, entries });
  }

  /** A shard was opened, here or elsewhere. */
  opened(shard: number): void {
    for (const watch of [...this.#watches.values()]) {
      if (watch.shard === shard) this.#begin(watch);
    }
  }

  nobody(shard: number): void {
    for (const watch of this.#watches.values()) {
      if (watch.shard === shard && watch.stopHere === undefined) this.#later(watch, AGAIN_MS);
    }
  }

  /** The node ends. */
  stop(error: ClusterError): void {
    this.#alarm?.();
    for (const watch of [...this.#watches.values()]) {
      this.#end(watch);
      watch.onEnd(error);
    }
  }

  #begin(watch: Watch): void {
    watch.stopHere?.();
    watch.stopHere = undefined;
    const { nodeId, transport } = this.#services;
    const { id, address, seq: afterSeq } = watch;
    const shard = this.#find(watch.shard);
    if (shard !== undefined) {
      watch.stopHere = watchShard(
        shard,
        { address, afterSeq },
        (record) => this.#deliver(watch, record),
        (error) => this.#ended(watch, error),
      );
      return;
    }
    const replyTo = { node: nodeId, ask: id };
    transport.toShard(watch.shard, { kind: 'watch', replyTo, address, afterSeq });
    this.#later(watch, WATCH_AGAIN_MS);
  }

  #deliver(watch: Watch, record: JournalRecord): void {
    watch.seq = record.seq;
    watch.onRecord(record);
  }

  /** A watch that ended here goes on where the shard is next, unless it is the journal that cannot be read. */
  #ended(watch: Watch, error: Error): void {
    watch.stopHere = undefined;
    if (!this.#watches.has(watch.id)) return;
    if (isElsewhere(asClusterError(error))) this.#later(watch, AGAIN_MS);
    else {
      this.#watches.delete(watch.id);
      watch.onEnd(error);
    }
  }

  #end(watch: Watch): void {
    if (!this.#watches.delete(watch.id)) return;
    if (watch.stopHere !== undefined) watch.stopHere();
    else {
      const { nodeId, transport } = this.#services;
      transport.toShard(watch.shard, {
        kind: 'unwatch',
        replyTo: { node: nodeId, ask: watch.id },
      });
    }
  }

  #later(watch: Watch, delayMs: number): void {
    watch.againAtMs = this.#services.clock.monotonicMs() + delayMs;
    this.#alarm ??= this.#services.alarms.after(AGAIN_MS, () => this.#tick());
  }

  #tick(): void {
    this.#alarm = undefined;
    const nowMs = this.#services.clock.monotonicMs();
    let elsewhere = 0;
    for (const watch of [...this.#watches.values()]) {
      if (watch.stopHere !== undefined) continue;
      elsewhere++;
      if (watch.againAtMs <= nowMs) this.#begin(watch);
    }
    if (elsewhere > 0) this.#alarm ??= this.#services.alarms.after(AGAIN_MS, () => this.#tick());
  }
}
