// The parsed facts of one node, least recently used first, counted in bytes.
//
//   C1  A fact never changes, so what is cached is never stale.
//   C2  Concurrent loads of one fact are one load.

import { ClusterError } from '../core/errors.ts';
import type { FactParser } from '../port/facts.ts';
import type { Store } from '../port/store.ts';

interface CachedFact {
  readonly fact: unknown;
  readonly bytes: number;
}

export class FactCache {
  readonly #store: Store;
  readonly #parser: FactParser<unknown>;
  readonly #limitBytes: number;
  readonly #facts = new Map<string, CachedFact>();
  readonly #loading = new Map<string, Promise<void>>();
  #bytes = 0;
  /** The fact asked for last: most turns in a row ask for the same one. */
  #recentHash = '';
  #recentFact: unknown;

  /** @param limitBytes facts beyond it are dropped, oldest use first; one fact always fits */
  constructor(store: Store, parser: FactParser<unknown>, limitBytes: number) {
    this.#store = store;
    this.#parser = parser;
    this.#limitBytes = limitBytes;
  }

  has(hash: string): boolean {
    return this.#facts.has(hash);
  }

  /** A fact that is in memory, or undefined. */
  get(hash: string): unknown {
    if (hash === this.#recentHash) return this.#recentFact;
    const cached = this.#facts.get(hash);
    if (cached === undefined) return undefined;
    this.#facts.delete(hash);
    this.#facts.set(hash, cached);
    this.#recentHash = hash;
    this.#recentFact = cached.fact;
    return cached.fact;
  }

  /** Brings a fact into memory. Rejects with `fact-missing` when the store does not have it. */
  load(hash: string): Promise<void> {
    const loading = this.#loading.get(hash);
    if (loading !== undefined) return loading;
    const promise = this.#fetch(hash).finally(() => this.#loading.delete(hash));
    this.#loading.set(hash, promise);
    return promise;
  }

  async #fetch(hash: string): Promise<void> {
    const text = await this.#store.getFact(hash);
    if (text === undefined)
      throw new ClusterError('fact-missing', 'a fact that a row names is not stored', {
        details: { hash },
      });
    this.put(hash, text);
  }

  put(hash: string, text: string): void {
    if (this.#facts.has(hash)) return;
    const parsed = this.#parser.parse(text);
    this.#facts.set(hash, parsed);
    this.#bytes += parsed.bytes;
    for (const [oldHash, old] of this.#facts) {
      if (this.#bytes <= this.#limitBytes || oldHash === hash) break;
      this.#facts.delete(oldHash);
      this.#bytes -= old.bytes;
      if (oldHash === this.#recentHash) this.#recentHash = '';
    }
  }
}
