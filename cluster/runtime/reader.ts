// The read side of one shard: answers from durable state, never from a turn that may vanish.
//
//   R1  A resident actor answers from its state at the last durable commit.
//   R2  What has to be fetched from the store is fetched between two commits, while none is in flight: the store may show a
//       commit before it is durable. While such reads run no batch closes, and they are short.

import { type Address, addressText } from '../core/address.ts';
import type { PlainObject } from '../core/plain.ts';
import {
  decodePart,
  indexPrefix,
  journalKey,
  journalPrefix,
  parseOrderedNumber,
  prefixEnd,
  requestExpiryKey,
  requestKey,
} from '../core/row-key.ts';
import { ClusterError } from '../core/errors.ts';
import type { JournalRecord, ListEntry, ListOptions } from '../port/sender.ts';
import type { AnyState } from './activation.ts';
import { type Loader, settle, type StateHolder } from './loader.ts';
import { asClusterError } from './replies.ts';
import { rememberedAnswer } from './request-memory.ts';
import type { ShardServices } from './services.ts';

export interface ReaderShard {
  /** State of a resident actor at the last durable commit. */
  durableState(text: string): AnyState | undefined;
  /** Is no commit in flight? */
  isQuiet(): boolean;
  /** A read that held up the closing of the batch is done. */
  onDone(): void;
}

/** Journal records read at once for a watcher that catches up. */
const JOURNAL_PAGE = 1_000;
const FORGET_AT_ONCE = 500;

type ReadWork = () => Promise<void> | undefined;

interface Waiting {
  readonly run: ReadWork;
  readonly fail: (error: ClusterError) => void;
}

export class Reader {
  readonly #number: number;
  readonly #services: ShardServices;
  readonly #loader: Loader;
  readonly #shard: ReaderShard;
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(number: number, services: ShardServices, loader: Loader, shard: ReaderShard) {
    this.#number = number;
    this.#services = services;
    this.#loader = loader;
    this.#shard = shard;
  }

  /** Does a read need the store as it is now? */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** No commit is in flight at this moment: does what waited for it. */
  betweenCommits(): void {
    for (const { run } of this.#waiting.splice(0)) this.#run(run);
  }

  /** The shard is gone, and so is the moment that reads wait for: its next owner has to be asked. */
  stop(): void {
    for (const { fail } of this.#waiting.splice(0))
      fail(new ClusterError('not-owner', 'the shard moved away'));
  }

  read(address: Address, query: PlainObject): Promise<PlainObject> {
    const kind = this.#services.kindOf(address);
    const resident = this.#shard.durableState(addressText(address));
    const answer = (state: AnyState): PlainObject =>
      kind.read(state, query, {
        self: address,
        nowMs: this.#services.clock.wallMs(),
        random: this.#services.random,
        fact: (hash) => this.#services.facts.get(hash),
      });
    // R1: what a resident actor holds needs neither the store nor a pause between commits.
    if (
      resident !== undefined &&
      this.#loader.isComplete(resident, kind.needsToRead(resident, query))
    ) {
      return Promise.resolve(answer(resident));
    }
    return this.#between((resolve) => {
      const state = this.#shard.durableState(addressText(address));
      return this.#complete({ address, kind, state }, query, (complete) =>
        resolve(answer(complete)),
      );
    });
  }

  list(
    list: string,
    { after, limit, reverse = false }: ListOptions,
  ): Promise<readonly ListEntry[]> {
    const prefix = indexPrefix(list);
    const from = after === undefined || reverse ? prefix : `${prefix}${after}\u0000`;
    const to = after === undefined || !reverse ? prefixEnd(prefix) : `${prefix}${after}`;
    return this.#between((resolve) =>
      settle(this.#services.store.range(this.#number, { from, to, limit, reverse }), (rows) =>
        resolve(rows.map(([key, value]) => ({ position: key.slice(prefix.length), value }))),
      ),
    );
  }

  /**
   * Hands out the stored journal of an actor above a seq, then calls `caughtUp` in the same moment in which the last
   * record was read, so that records of later commits follow without a gap.
   */
  catchUp(
    address: Address,
    afterSeq: number,
    onRecord: (record: JournalRecord) => void,
    caughtUp: () => void,
  ): Promise<void> {
    const prefix = journalPrefix(address);
    let from = journalKey(address, afterSeq + 1);
    const readPages = (done: () => void): Promise<void> | undefined => {
      for (;;) {
        let more = false;
        const range = { from, to: prefixEnd(prefix), limit: JOURNAL_PAGE };
        const waiting = settle(this.#services.store.range(this.#number, range), (rows) => {
          more = rows.length === JOURNAL_PAGE;
          for (const [key, entries] of rows) {
            from = `${key}\u0000`;
            const seq = parseOrderedNumber(key.slice(prefix.length));
            onRecord({ seq, entries: Array.isArray(entries) ? entries : [] });
          }
        });
        if (waiting !== undefined) return waiting.then(() => (more ? readPages(done) : done()));
        if (!more) {
          done();
          return undefined;
        }
      }
    };
    return this.#between<undefined>((resolve) =>
      readPages(() => {
        caughtUp();
        resolve(undefined);
      }),
    );
  }

  /**
   * Looks a request id up in the request memory; `decide` may be called at once.
   * @param fail the store did not say: whether the request was applied before is not known
   */
  remembered(
    requestId: string,
    decide: (answer: PlainObject | undefined) => void,
    fail: (error: ClusterError) => void,
  ): void {
    settle(this.#services.store.get(this.#number, [requestKey(requestId)]), ([stored]) =>
      decide(rememberedAnswer(stored)),
    )?.catch((error: unknown) => fail(asClusterError(error)));
  }

  /** Finds rows of request ids whose time is over. */
  forgetRequests(nowMs: number, forget: (keys: readonly string[]) => void): void {
    const range = { from: 'q/', to: requestExpiryKey(nowMs, ''), limit: FORGET_AT_ONCE };
    settle(this.#services.store.range(this.#number, range), (rows) => {
      if (rows.length > 0)
        forget(rows.flatMap(([key]) => [key, requestKey(decodePart(key.split('/')[2] ?? ''))]));
    })?.catch((error: unknown) => {
      this.#services.log.warn({ shard: this.#number, err: error }, 'requests are forgotten later');
    });
  }

  #complete(
    holder: StateHolder,
    query: PlainObject,
    done: (state: AnyState) => void,
  ): Promise<void> | undefined {
    const waiting = this.#loader.prepare(holder, (state) => holder.kind.needsToRead(state, query));
    if (waiting !== undefined) return waiting.then(() => this.#complete(holder, query, done));
    if (holder.state !== undefined) done(holder.state);
    return undefined;
  }

  /** R2. */
  #between<Value>(
    work: (resolve: (value: Value) => void) => Promise<void> | undefined,
  ): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const run: ReadWork = () => {
        try {
          return work(resolve)?.catch(reject);
        } catch (error) {
          reject(error instanceof Error ? error : new Error('read failed', { cause: error }));
          return undefined;
        }
      };
      if (this.#shard.isQuiet()) this.#run(run);
      else this.#waiting.push({ run, fail: reject });
    });
  }

  #run(work: ReadWork): void {
    const waiting = work();
    if (waiting === undefined) return;
    this.#running++;
    void waiting.finally(() => {
      this.#running--;
      if (this.#running === 0) this.#shard.onDone();
    });
  }
}
