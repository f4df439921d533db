// The watchers of one shard: who wants the journal records of which actor.
//
//   W1  A watcher gets every durable record above the seq it named, in order, each once.
//   W2  It gets none before the record's commit is durable.

import type { Plain } from '../core/plain.ts';
import type { JournalRecord } from '../port/sender.ts';

export interface Watcher {
  onRecord(record: JournalRecord): void;
  onEnd(error: Error): void;
}

export class Watchers {
  readonly #byAddress = new Map<string, Set<Watcher>>();

  add(address: string, watcher: Watcher): void {
    const watchers = this.#byAddress.get(address);
    if (watchers === undefined) this.#byAddress.set(address, new Set([watcher]));
    else watchers.add(watcher);
  }

  remove(address: string, watcher: Watcher): void {
    const watchers = this.#byAddress.get(address);
    if (watchers === undefined) return;
    watchers.delete(watcher);
    if (watchers.size === 0) this.#byAddress.delete(address);
  }

  /** Hands a durable record out (W2). */
  tell(address: string, seq: number, entries: readonly Plain[]): void {
    const watchers = this.#byAddress.get(address);
    if (watchers === undefined) return;
    for (const watcher of [...watchers]) {
      // Who cannot take a record is at fault, not the commit that is being released.
      try {
        watcher.onRecord({ seq, entries });
      } catch (error) {
        watchers.delete(watcher);
        watcher.onEnd(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  end(error: Error): void {
    const all = [...this.#byAddress.values()].flatMap((watchers) => [...watchers]);
    this.#byAddress.clear();
    for (const watcher of all) watcher.onEnd(error);
  }
}
