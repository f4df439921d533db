// A table: the rows of one kind that belong to one actor, as an immutable ordered map.
//
// Setting a row makes a new table that shares all but O(log n) nodes with the old one, so a turn that is thrown away
// costs nothing and a reader can keep the state of an earlier commit. A table may hold only a part of its stored rows.
//
//   T1  `get` answers only for rows that were loaded or written; asking for another one is a violation.
//   T2  `changes` names exactly the rows that were written since the last `settled`, in the order of first writing.
//   T3  A row that was made and deleted since the last `settled` is no change: the store never hears of it.
//   T4  A deleted row stays known (as absent) until `compacted`.
//
// The tree is a weight-balanced one (Nievergelt and Reingold 1973; parameters after Hirai and Yamamoto 2011).

import { assert } from './errors.ts';
import { compareRowKeys as compare, type RowKey } from './row-key.ts';

interface Node<Row> {
  readonly key: RowKey;
  /** undefined: the row is known to be absent. */
  readonly row: Row | undefined;
  readonly left: Node<Row> | undefined;
  readonly right: Node<Row> | undefined;
  /** Number of nodes, absent rows included. */
  readonly size: number;
  /** The generation in which the row came into being, STORED when it may be in the store (T3). */
  readonly born: number;
}

const STORED = -1;

interface Changes {
  readonly key: RowKey;
  readonly before: Changes | undefined;
}

/** A loaded stretch of keys, both ends included; undefined is unbounded. */
interface Stretch {
  readonly from: RowKey | undefined;
  readonly to: RowKey | undefined;
}

const DELTA = 3;
const GAMMA = 2;

interface Content<Row> {
  readonly root: Node<Row> | undefined;
  readonly changes: Changes | undefined;
  readonly loaded: readonly Stretch[];
  /** Counts `settled`, to tell rows that were never stored from those that were. */
  readonly generation: number;
  /** Known absent rows, at most; decides when compacting pays. */
  readonly absent: number;
}

/** An immutable ordered map of rows that knows what is loaded and what changed. */
export class Table<Row> {
  readonly #content: Content<Row>;

  private constructor(content: Content<Row>) {
    this.#content = content;
  }

  /** A table that has no rows in the store, so that every key is known to be absent. */
  static empty<Row>(): Table<Row> {
    return new Table<Row>({
      root: undefined,
      changes: undefined,
      loaded: EVERYTHING,
      generation: 0,
      absent: 0,
    });
  }

  /** A table of which nothing has been loaded yet. */
  static unloaded<Row>(): Table<Row> {
    return new Table<Row>({
      root: undefined,
      changes: undefined,
      loaded: NOTHING,
      generation: 0,
      absent: 0,
    });
  }

  /** Is the answer to `get(key)` known? */
  isLoaded(key: RowKey): boolean {
    return find(this.#content.root, key) !== undefined || this.#covers(key);
  }

  /** Is every row between the two keys (both included; undefined is unbounded) known? */
  isRangeLoaded(from: RowKey | undefined, to: RowKey | undefined): boolean {
    return this.#content.loaded.some(
      (stretch) =>
        (stretch.from === undefined || (from !== undefined && compare(stretch.from, from) <= 0)) &&
        (stretch.to === undefined || (to !== undefined && compare(stretch.to, to) >= 0)),
    );
  }

  /** The row, or undefined when it does not exist. A violation when it is not loaded (T1). */
  get(key: RowKey): Row | undefined {
    const node = find(this.#content.root, key);
    if (node !== undefined) return node.row;
    assert(this.#covers(key), 'a turn touches only rows it named', { key });
    return undefined;
  }

  /** A table in which the row is written. */
  set(key: RowKey, row: Row): Table<Row> {
    return this.#write(key, row);
  }

  /** A table in which the row does not exist. */
  delete(key: RowKey): Table<Row> {
    return this.#write(key, undefined);
  }

  /** A table that also knows a stored row (or its absence). Rows that were written here stay as they are. */
  load(key: RowKey, row: Row | undefined): Table<Row> {
    const { root, absent } = this.#content;
    if (find(root, key) !== undefined) return this;
    return new Table({
      ...this.#content,
      root: insert(root, key, row, STORED),
      absent: row === undefined ? absent + 1 : absent,
    });
  }

  /** A table that knows every stored row between two keys, both included; undefined is unbounded. */
  loadRange(
    from: RowKey | undefined,
    to: RowKey | undefined,
    rows: Iterable<readonly [RowKey, Row]>,
  ): Table<Row> {
    let root = this.#content.root;
    for (const [key, row] of rows) {
      if (find(root, key) === undefined) root = insert(root, key, row, STORED);
    }
    const whole = from === undefined && to === undefined;
    return new Table({
      ...this.#content,
      root,
      loaded: whole ? EVERYTHING : [...this.#content.loaded, { from, to }],
    });
  }

  /** The rows written since the last settled table, each once; a row of undefined was deleted (T2, T3). */
  changes(): readonly (readonly [RowKey, Row | undefined])[] {
    const { root, generation } = this.#content;
    const written: (readonly [RowKey, Row | undefined])[] = [];
    for (const key of this.#changedKeys()) {
      const node = find(root, key);
      if (node === undefined || node.row !== undefined || node.born !== generation)
        written.push([key, node?.row]);
    }
    return written;
  }

  hasChanges(): boolean {
    return this.#content.changes !== undefined;
  }

  /** The same rows with nothing left to write. */
  settled(): Table<Row> {
    if (this.#content.changes === undefined) return this;
    return new Table({
      ...this.#content,
      changes: undefined,
      generation: this.#content.generation + 1,
    });
  }

  /** Without the memory of absent rows, when it has grown larger than what is there (T4). */
  compacted(): Table<Row> {
    const { root, absent, loaded } = this.#content;
    if (absent < COMPACT_FROM || absent * 2 < sizeOf(root)) return this;
    let kept: Node<Row> | undefined;
    for (const node of nodesOf(root, undefined)) {
      if (node.row !== undefined || !loaded.some((stretch) => covers(stretch, node.key))) {
        kept = insert(kept, node.key, node.row, node.born);
      }
    }
    return new Table({ ...this.#content, root: kept, absent: 0 });
  }

  /** Only what is not stored yet: everything else must be loaded again before it is touched. */
  forgetStored(): Table<Row> {
    const { root, generation, changes } = this.#content;
    let kept: Node<Row> | undefined;
    for (const key of this.#changedKeys()) {
      const node = find(root, key);
      if (node !== undefined) kept = insert(kept, key, node.row, node.born);
    }
    return new Table({ root: kept, changes, loaded: NOTHING, generation, absent: 0 });
  }

  /** Existing rows in key order, from the first key at or above `from`. Sees loaded rows only. */
  *entries(from?: RowKey): Generator<readonly [RowKey, Row]> {
    for (const node of nodesOf(this.#content.root, from)) {
      if (node.row !== undefined) yield [node.key, node.row];
    }
  }

  /** The first existing row in key order, or undefined. */
  first(): readonly [RowKey, Row] | undefined {
    for (const entry of this.entries()) return entry;
    return undefined;
  }

  #covers(key: RowKey): boolean {
    return this.#content.loaded.some((stretch) => covers(stretch, key));
  }

  #write(key: RowKey, row: Row | undefined): Table<Row> {
    const { root, changes, generation, absent, loaded } = this.#content;
    const before = find(root, key);
    const fresh = before === undefined ? this.#covers(key) : before.row === undefined;
    const born = fresh ? generation : (before?.born ?? STORED);
    return new Table({
      root: insert(root, key, row, born),
      changes: { key, before: changes },
      loaded,
      generation,
      absent: row === undefined ? absent + 1 : absent,
    });
  }

  #changedKeys(): Iterable<RowKey> {
    const { changes } = this.#content;
    if (changes === undefined) return [];
    if (changes.before === undefined) return [changes.key];
    const keys: RowKey[] = [];
    for (let change: Changes | undefined = changes; change !== undefined; change = change.before)
      keys.push(change.key);
    return new Set(keys.reverse());
  }
}

/** Below this many absent rows compacting is not worth its price. */
const COMPACT_FROM = 64;

function* nodesOf<Row>(
  root: Node<Row> | undefined,
  from: RowKey | undefined,
): Generator<Node<Row>> {
  const path: Node<Row>[] = [];
  let node = root;
  while (node !== undefined || path.length > 0) {
    while (node !== undefined) {
      if (from === undefined || compare(node.key, from) >= 0) {
        path.push(node);
        node = node.left;
      } else {
        node = node.right;
      }
    }
    const next = path.pop();
    if (next === undefined) return;
    yield next;
    node = next.right;
  }
}

const EVERYTHING: readonly Stretch[] = [{ from: undefined, to: undefined }];
const NOTHING: readonly Stretch[] = [];

function covers(stretch: Stretch, key: RowKey): boolean {
  return (
    (stretch.from === undefined || compare(stretch.from, key) <= 0) &&
    (stretch.to === undefined || compare(stretch.to, key) >= 0)
  );
}

function find<Row>(root: Node<Row> | undefined, key: RowKey): Node<Row> | undefined {
  let node = root;
  while (node !== undefined && node.key !== key) {
    node = compare(key, node.key) < 0 ? node.left : node.right;
  }
  return node;
}

function sizeOf<Row>(node: Node<Row> | undefined): number {
  return node === undefined ? 0 : node.size;
}

function join<Row>(
  { key, row, born }: Node<Row>,
  left: Node<Row> | undefined,
  right: Node<Row> | undefined,
): Node<Row> {
  return { key, row, left, right, size: sizeOf(left) + sizeOf(right) + 1, born };
}

function insert<Row>(
  node: Node<Row> | undefined,
  key: RowKey,
  row: Row | undefined,
  born: number,
): Node<Row> {
  if (node === undefined) return { key, row, left: undefined, right: undefined, size: 1, born };
  if (key === node.key)
    return { key, row, left: node.left, right: node.right, size: node.size, born };
  if (compare(key, node.key) < 0)
    return balance(node, insert(node.left, key, row, born), node.right);
  return balance(node, node.left, insert(node.right, key, row, born));
}

function balance<Row>(
  node: Node<Row>,
  left: Node<Row> | undefined,
  right: Node<Row> | undefined,
): Node<Row> {
  const leftWeight = sizeOf(left) + 1;
  const rightWeight = sizeOf(right) + 1;
  if (right !== undefined && rightWeight > DELTA * leftWeight) return rotateLeft(node, left, right);
  if (left !== undefined && leftWeight > DELTA * rightWeight) return rotateRight(node, left, right);
  return join(node, left, right);
}

function rotateLeft<Row>(
  node: Node<Row>,
  left: Node<Row> | undefined,
  right: Node<Row>,
): Node<Row> {
  const inner = right.left;
  if (inner === undefined || sizeOf(inner) + 1 < GAMMA * (sizeOf(right.right) + 1)) {
    return join(right, join(node, left, inner), right.right);
  }
  return join(inner, join(node, left, inner.left), join(right, inner.right, right.right));
}

function rotateRight<Row>(
  node: Node<Row>,
  left: Node<Row>,
  right: Node<Row> | undefined,
): Node<Row> {
  const inner = left.right;
  if (inner === undefined || sizeOf(inner) + 1 < GAMMA * (sizeOf(left.left) + 1)) {
    return join(left, left.left, join(node, inner, right));
  }
  return join(inner, join(left, left.left, inner.left), join(node, inner.right, right));
}
