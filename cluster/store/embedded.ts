// The store of one machine: an LMDB environment in a folder that one process has to itself.
//
//   M1  One process at a time: a lock of the operating system on the file `lock`, free again when its process is gone.
//   M2  Commits that are ready together share one transaction and one flush; while one is being flushed the next gather.
//   M3  A commit is answered after the flush (store port, D1). What a failed transaction held was not applied at all.
//   M4  Since nobody else writes, fences are judged in memory and written with the rows they admit.
//   M5  The folder says in which format it is written; a newer one is refused and left as it is.
//   M6  When the disk fails in the middle of a commit, what became of it is not known. The store is of no use from then on
//       and says so, so that the process can end; whoever opens it next reads what is on the disk.

import { open, type RootDatabase } from 'lmdb';
import { because, ClusterError } from '../core/errors.ts';
import type { Plain } from '../core/plain.ts';
import type {
  Batch,
  CommitAnswer,
  RangeOptions,
  ShardClaim,
  ShardGrant,
  ShardRecord,
  Store,
  StoreIdentity,
} from '../port/store.ts';
import { type DataFolder, findData, openFolder } from './embedded-folder.ts';
import { type BytesWrite, Transactions } from './embedded-transactions.ts';
import { Fence } from './fence.ts';
import type { RowBytes } from './row-bytes.ts';
import { decodeRowKey, rowKeyBytes } from './row-key-bytes.ts';

export interface EmbeddedStoreOptions {
  /** Made if it is not there. */
  readonly directory: string;
  readonly codec: RowBytes;
  /** Told when the store cannot be used any more (M6); opening it anew, in another process, is what helps. */
  readonly onFailure?: (error: ClusterError) => void;
}

/** What is wrong with a stored row. */
interface Finding {
  readonly key: string;
  readonly message: string;
}

/** The version of what is where in a folder. */
const FORMAT = 1;

/** Shards are written with so many hexadecimal digits, so that keys of a shard lie together. */
const SHARD_DIGITS = 4;

interface Waiting {
  readonly batch: Batch;
  readonly answer: (answer: CommitAnswer) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Opens the store of a folder. Throws `store-locked` when another process has it, `store-version` when a newer Baton wrote
 * it, `store-corrupt` when it is damaged.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const folder = await openFolder(options.directory, FORMAT);
  try {
    const environment = open<Uint8Array, Buffer>({
      path: folder.dataFile,
      noSubdir: true,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Batches are ours to form; the library's own would leave their failures unhandled.
      eventTurnBatching: false,
      // A commit is flushed before it is one. The library's other way flushes afterwards, which gains nothing where commits
      // come one after the other, and calls a commit done whose last write failed.
      overlappingSync: false,
    });
    return new EmbeddedStore(environment, folder, options);
  } catch (error) {
    await folder.close();
    throw because(error, 'store-corrupt', 'the data file cannot be opened');
  }
}

/** A store seen from beside the node that has it open, or from a process of its own: it reads and takes no lock. */
export interface EmbeddedReader {
  /**
   * Copies the store as it is at this moment. A node may be started on the copy.
   * @param directory empty, or not there
   */
  backup(directory: string): Promise<void>;
  /** Reads every row. @returns what is wrong, nothing if all is well, and how many rows there are */
  check(): { readonly rows: number; readonly findings: readonly Finding[] };
  close(): Promise<void>;
}

/** Opens the store of a folder for reading. Throws `store-unavailable` when there is none, else as openEmbeddedStore. */
export async function openEmbeddedReader({
  directory,
  codec,
}: EmbeddedStoreOptions): Promise<EmbeddedReader> {
  const dataFile = await findData(directory, FORMAT);
  const environment = open<Uint8Array, Buffer>({
    path: dataFile,
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    readOnly: true,
  });
  return {
    async backup(target) {
      const folder = await openFolder(target, FORMAT);
      try {
        if (await folder.hasData()) {
          throw new ClusterError('store-locked', 'a backup goes into an empty folder', {
            details: { directory: target },
          });
        }
        await environment.backup(folder.dataFile, true);
        await folder.flush();
      } finally {
        await folder.close();
      }
    },
    check: () => checkRows(environment, codec),
    close: () => environment.close(),
  };
}

function checkRows(
  environment: RootDatabase<Uint8Array, Buffer>,
  codec: RowBytes,
): ReturnType<EmbeddedReader['check']> {
  const findings: Finding[] = [];
  let rows = 0;
  for (const { key, value } of environment.getRange({})) {
    rows++;
    try {
      codec.decode(value);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      findings.push({ key: decodeRowKey(key), message });
    }
  }
  return { rows, findings };
}

export class EmbeddedStore implements Store {
  readonly name = 'embedded';
  readonly batchLimits = { rows: 8_192, bytes: 4 * 1024 * 1024 };
  readonly #environment: RootDatabase<Uint8Array, Buffer>;
  readonly #folder: DataFolder;
  readonly #codec: RowBytes;
  readonly #onFailure: (error: ClusterError) => void;
  readonly #transactions: Transactions;
  readonly #fences = new Map<number, Fence>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    environment: RootDatabase<Uint8Array, Buffer>,
    folder: DataFolder,
    { codec, onFailure = () => undefined }: EmbeddedStoreOptions,
  ) {
    this.#environment = environment;
    this.#folder = folder;
    this.#codec = codec;
    this.#onFailure = onFailure;
    this.#transactions = new Transactions(environment);
  }

  async identify(identity: StoreIdentity): Promise<StoreIdentity> {
    const stored = this.#read(IDENTITY);
    if (stored !== undefined) return stored as unknown as StoreIdentity;
    await this.#transact([[IDENTITY, this.#codec.encode({ ...identity })]]);
    return identity;
  }

  async acquire(shard: number, claim: ShardClaim): Promise<ShardGrant | undefined> {
    const fence = this.#fence(shard);
    const grant = fence.acquire(claim);
    if (grant !== undefined) await this.#transact([this.#fenceWrite(shard, fence)]);
    return grant;
  }

  async release(shard: number, epoch: number, successor?: string): Promise<void> {
    const fence = this.#fence(shard);
    if (fence.release(epoch, successor)) await this.#transact([this.#fenceWrite(shard, fence)]);
  }

  async owners(shards: readonly number[]): Promise<readonly ShardRecord[]> {
    return shards.map((shard) => {
      const { epoch, seq, owner } = this.#fence(shard);
      return { shard, epoch, seq, owner };
    });
  }

  commit(batch: Batch): Promise<CommitAnswer> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ batch, answer, fail });
      // In a microtask: batches that close in the same turn of the event loop share a transaction (M2).
      if (this.#writing === undefined) this.#writing = Promise.resolve().then(() => this.#write());
    });
  }

  get(shard: number, keys: readonly string[]): readonly (Plain | undefined)[] {
    const prefix = shardPrefix(shard);
    return keys.map((key) => this.#read(`${prefix}${key}`));
  }

  range(shard: number, options: RangeOptions): readonly (readonly [string, Plain])[] {
    const prefix = shardPrefix(shard);
    const low = rowKeyBytes(`${prefix}${options.from}`);
    const high = rowKeyBytes(`${prefix}${options.to}`);
    const { limit } = options;
    const entries =
      options.reverse === true
        ? this.#environment.getRange({
            start: high,
            end: low,
            reverse: true,
            limit,
            exclusiveStart: true,
            inclusiveEnd: true,
          })
        : this.#environment.getRange({ start: low, end: high, limit });
    const rows: (readonly [string, Plain])[] = [];
    for (const { key: bytes, value } of entries) {
      const key = decodeRowKey(bytes);
      rows.push([key.slice(prefix.length), this.#decode(key, value)]);
    }
    return rows;
  }

  async putFact(hash: string, text: string): Promise<void> {
    if (this.#read(factKey(hash)) !== undefined) return;
    await this.#transact([[factKey(hash), this.#codec.encode(text)]]);
  }

  async getFact(hash: string): Promise<string | undefined> {
    const text = this.#read(factKey(hash));
    return typeof text === 'string' ? text : undefined;
  }

  async deleteFact(hash: string): Promise<void> {
    await this.#transact([[factKey(hash), undefined]]);
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#transactions.rest();
    await this.#environment.close();
    await this.#folder.close();
  }

  /** Writes what waits, again and again until nothing does. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      await this.#writeTogether(waiting);
    }
    this.#writing = undefined;
  }

  async #writeTogether(waiting: readonly Waiting[]): Promise<void> {
    const admitted: Waiting[] = [];
    for (const one of waiting) {
      const verdict = this.#fence(one.batch.shard).judge(one.batch);
      if (verdict === 'apply') admitted.push(one);
      else one.answer(verdict);
    }
    if (admitted.length === 0) return;
    try {
      await this.#transact(admitted.flatMap(({ batch }) => this.#writesOf(batch)));
    } catch (error) {
      for (const one of admitted) one.fail(error);
      return;
    }
    for (const { batch, answer } of admitted) {
      this.#fence(batch.shard).applied(batch);
      answer('committed');
    }
  }

  #writesOf(batch: Batch): readonly BytesWrite[] {
    const prefix = shardPrefix(batch.shard);
    const writes = batch.writes.map(
      ([key, value]): BytesWrite => [
        `${prefix}${key}`,
        value === undefined ? undefined : this.#codec.encode(value),
      ],
    );
    const { owner } = this.#fence(batch.shard);
    writes.push(this.#fenceWrite(batch.shard, { epoch: batch.epoch, seq: batch.seq, owner }));
    return writes;
  }

  #fenceWrite(
    shard: number,
    { epoch, seq, owner }: Pick<Fence, 'epoch' | 'seq' | 'owner'>,
  ): BytesWrite {
    return [fenceKey(shard), this.#codec.encode([epoch, seq, owner])];
  }

  /** One transaction and its flush (M3). */
  async #transact(writes: readonly BytesWrite[]): Promise<void> {
    const failure = await this.#transactions.write(writes);
    if (failure === undefined) return;
    const { kind, cause } = failure;
    if (kind === 'given-up') {
      const failure = because(cause, 'store-failed', 'the disk failed in the middle of a commit');
      this.#onFailure(failure);
      throw failure;
    }
    // A full disk may show as a write that came out short, so the folder is asked for its room.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw FULL.test(message) || (await this.#folder.isFull())
      ? because(cause, 'store-full', 'there is no room for a commit')
      : because(cause, 'store-unavailable', `the store refused a commit: ${message}`);
  }

  #read(key: string): Plain | undefined {
    const bytes = this.#environment.get(rowKeyBytes(key));
    return bytes === undefined ? undefined : this.#decode(key, bytes);
  }

  #decode(key: string, bytes: Uint8Array): Plain {
    try {
      return this.#codec.decode(bytes);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      throw because(error, error.code, `${error.message}: ${key}`);
    }
  }

  #fence(shard: number): Fence {
    const known = this.#fences.get(shard);
    if (known !== undefined) return known;
    const stored = this.#read(fenceKey(shard));
    // Fences written before owners were recorded name none.
    const [epoch, seq, owner = '']: readonly Plain[] = Array.isArray(stored) ? stored : [0, 0];
    const fence = new Fence(Number(epoch), Number(seq), String(owner));
    this.#fences.set(shard, fence);
    return fence;
  }
}

const IDENTITY = 'identity';

// Spaces are told apart by their first letter: shards by `s`, which no other key begins with.

function shardPrefix(shard: number): string {
  return `s${shard.toString(16).padStart(SHARD_DIGITS, '0')}/`;
}

function fenceKey(shard: number): string {
  return `fence/${shard}`;
}

function factKey(hash: string): string {
  return `fact/${hash}`;
}

/** LMDB's code for a full map, and the operating system's for a full disk and a used-up quota. */
const FULL = /MDB_MAP_FULL|ENOSPC|EDQUOT|No space left|quota exceeded/i;
