// Brings into memory what a turn or a read names: the head, rows, ranges and facts.
//
// A store that answers at once is used without a promise in between, so that a turn whose rows are in the page cache does
// not give up its place.

import type { Address } from '../core/address.ts';
import { InvariantViolation } from '../core/errors.ts';
import type { Plain } from '../core/plain.ts';
import { headKey, tableRowKey } from '../core/row-key.ts';
import type { AnyActorKind } from '../port/actor-kind.ts';
import type { Store } from '../port/store.ts';
import type { AnyState } from './activation.ts';
import type { FactCache } from './fact-cache.ts';
import {
  absentState,
  decodeTableRow,
  headState,
  readTableRow,
  tableRange,
  withTable,
  type AnyNeeds,
} from './rows.ts';

/** Something whose state is being completed: an activation, or the scratch state of a read. */
export interface StateHolder {
  readonly address: Address;
  readonly kind: AnyActorKind;
  state: AnyState | undefined;
}

/** Rounds of `needs` before a kind that never has enough is a violation. */
const ROUNDS_MAX = 16;
/** Rows of one range need. Larger ranges must be walked by several turns. */
const RANGE_ROWS_MAX = 10_000;

export class Loader {
  readonly #store: Store;
  readonly #shard: number;
  readonly #facts: FactCache;
  /** Does the store take time to answer? Then what later turns need is asked for together. */
  #isSlow = false;

  constructor(store: Store, shard: number, facts: FactCache) {
    this.#store = store;
    this.#shard = shard;
    this.#facts = facts;
  }

  /**
   * Loads what is missing.
   * @param ahead what turns after this one will need, as far as can be told now: a hint
   * @returns undefined when nothing is missing (any more); a promise when the caller has to come back after it
   */
  prepare(
    holder: StateHolder,
    needsOf: (state: AnyState) => AnyNeeds,
    ahead?: (state: AnyState) => readonly AnyNeeds[],
  ): Promise<void> | undefined {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (holder.state === undefined) {
        const waiting = this.#loadHead(holder);
        if (waiting !== undefined) return waiting;
        continue;
      }
      const state: AnyState = holder.state;
      const missing = this.#missing(state, needsOf(state));
      if (missing === undefined) return undefined;
      const later = this.#isSlow && ahead !== undefined ? ahead(state) : [];
      const waiting = this.#load(holder, this.#withRows(state, missing, later));
      if (waiting !== undefined) {
        this.#isSlow = true;
        return waiting;
      }
    }
    throw new InvariantViolation('a kind names what it needs in a few rounds', {
      kind: holder.kind.name,
    });
  }

  /** Does this state hold everything named? */
  isComplete(state: AnyState, needs: AnyNeeds): boolean {
    return this.#missing(state, needs) === undefined;
  }

  #loadHead(holder: StateHolder): Promise<void> | undefined {
    const accept = (values: readonly (Plain | undefined)[]): void => {
      const stored = values[0];
      holder.state =
        stored === undefined ? absentState(holder.kind) : headState(holder.kind, stored);
    };
    return settle(this.#store.get(this.#shard, [headKey(holder.address)]), accept);
  }

  #missing(state: AnyState, needs: AnyNeeds): AnyNeeds | undefined {
    const rows =
      needs.rows?.filter(({ table, key }) => state.tables[table]?.isLoaded(key) === false) ?? [];
    const ranges =
      needs.ranges?.filter(
        ({ table, from, to }) => state.tables[table]?.isRangeLoaded(from, to) === false,
      ) ?? [];
    const facts = needs.facts?.filter((hash) => !this.#facts.has(hash)) ?? [];
    return rows.length + ranges.length + facts.length === 0 ? undefined : { rows, ranges, facts };
  }

  /** Adds the rows that later turns need, each once. */
  #withRows(state: AnyState, missing: AnyNeeds, later: readonly AnyNeeds[]): AnyNeeds {
    if (later.length === 0) return missing;
    const rows = new Map<string, NonNullable<AnyNeeds['rows']>[number]>();
    for (const row of [missing, ...later].flatMap((needs) => needs.rows ?? [])) {
      if (state.tables[row.table]?.isLoaded(row.key) === false)
        rows.set(`${row.table}/${row.key}`, row);
    }
    return { ...missing, rows: [...rows.values()] };
  }

  #load(
    holder: StateHolder,
    { rows = [], ranges = [], facts = [] }: AnyNeeds,
  ): Promise<void> | undefined {
    const waiting: (Promise<void> | undefined)[] = facts.map((hash) => this.#facts.load(hash));
    if (rows.length > 0) waiting.push(this.#loadRows(holder, rows));
    for (const range of ranges) waiting.push(this.#loadRange(holder, range));
    const promises = waiting.filter((promise) => promise !== undefined);
    return promises.length === 0 ? undefined : Promise.all(promises).then(() => undefined);
  }

  #loadRows(holder: StateHolder, rows: NonNullable<AnyNeeds['rows']>): Promise<void> | undefined {
    const keys = rows.map(({ table, key }) => tableRowKey(holder.address, table, key));
    return settle(this.#store.get(this.#shard, keys), (values) => {
      rows.forEach(({ table, key }, index) => {
        const stored = values[index];
        const row = stored === undefined ? undefined : decodeTableRow(holder.kind, table, stored);
        this.#change(holder, table, (before) => before.load(key, row));
      });
    });
  }

  #loadRange(
    holder: StateHolder,
    { table, from, to }: NonNullable<AnyNeeds['ranges']>[number],
  ): Promise<void> | undefined {
    const bounds = tableRange(holder.address, table, from, to);
    return settle(this.#store.range(this.#shard, { ...bounds, limit: RANGE_ROWS_MAX }), (rows) => {
      if (rows.length === RANGE_ROWS_MAX) {
        throw new InvariantViolation('a range need stays below its limit', {
          kind: holder.kind.name,
          table,
        });
      }
      const decoded = rows.map((row) => readTableRow(holder.kind, holder.address, table, row));
      this.#change(holder, table, (before) => before.loadRange(from, to, decoded));
    });
  }

  #change(holder: StateHolder, table: string, change: Parameters<typeof withTable>[2]): void {
    if (holder.state !== undefined) holder.state = withTable(holder.state, table, change);
  }
}

/** Applies a result now if it is here, else when it comes. */
export function settle<Value>(
  result: Value | Promise<Value>,
  accept: (value: Value) => void,
): Promise<void> | undefined {
  if (result instanceof Promise) return result.then(accept);
  accept(result);
  return undefined;
}
