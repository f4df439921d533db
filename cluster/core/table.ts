// A table: the rows of one kind that belong to one actor, as an immutable ordered map.
//
// Setting a row makes a new table that shares all but O(log n) nodes with the old one, so a turn that is thrown away
// costs nothing and a reader can keep the state of an earlier commit. A table may hold only a part of its stored rows.
//
//   T1  `get` answers only for rows that were loaded or written; asking for another one is a violation.
//   T2  `changes` names exactly the rows that were written since the last `settled`, in the order of first writing.
//   T3  A deleted row stays known (as absent) until the actor leaves memory.
//
// The tree is a weight-balanced one (Nievergelt and Reingold 1973; parameters after Hirai and Yamamoto 2011).

import { assert } from './errors.ts';
import { type RowKey } from './row-key.ts';

interface Node<Row> {
  readonly key: RowKey;
  /** undefined: the row is known to be absent. */
  readonly row: Row | undefined;
  readonly left: Node<Row> | undefined;
  readonly right: Node<Row> | undefined;
  /** Number of nodes, absent rows included. */
  readonly size: number;
}

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

/** An immutable ordered map of rows that knows what is loaded and what changed. */
export class Table<Row> {
  readonly #root: Node<Row> | undefined;
  readonly #changes: Changes | undefined;
  readonly #loaded: readonly Stretch[];

  private constructor(root: Node<Row> | undefined, changes: Changes | undefined, loaded: readonly Stretch[]) {
    this.#root = root;
    this.#changes = changes;
    this.#loaded = loaded;
  }

  /** A table that has no rows in the store, so that every key is known to be absent. */
  static empty<Row>(): Table<Row> {
    return new Table<Row>(undefined, undefined, EVERYTHING);
  }

  /** A table of which nothing has been loaded yet. */
  static unloaded<Row>(): Table<Row> {
    return new Table<Row>(undefined, undefined, NOTHING);
  }

  /** Is the answer to `get(key)` known? */
  isLoaded(key: RowKey): boolean {
    return find(this.#root, key) !== undefined || this.#loaded.some((stretch) => covers(stretch, key));
  }

  /** Is every row between the two keys (both included; undefined is unbounded) known? */
  isRangeLoaded(from: RowKey | undefined, to: RowKey | undefined): boolean {
    return this.#loaded.some(
      (stretch) =>
        (stretch.from === undefined || (from !== undefined && compare(stretch.from, from) <= 0)) &&
        (stretch.to === undefined || (to !== undefined && compare(stretch.to, to) >= 0)),
    );
  }

  /** The row, or undefined when it does not exist. A violation when it is not loaded (T1). */
  get(key: RowKey): Row | undefined {
    const node = find(this.#root, key);
    if (node !== undefined) return node.row;
    assert(
      this.#loaded.some((stretch) => covers(stretch, key)),
      'a turn touches only rows it named',
      { key },
    );
    return undefined;
  }

  /** A table in which the row is written. */
  set(key: RowKey, row: Row): Table<Row> {
    return new Table(insert(this.#root, key, row), { key, before: this.#changes }, this.#loaded);
  }

  /** A table in which the row does not exist. */
  delete(key: RowKey): Table<Row> {
    return new Table(insert(this.#root, key, undefined), { key, before: this.#changes }, this.#loaded);
  }

  /** A table that also knows a stored row (or its absence). Rows that were written here stay as they are. */
  load(key: RowKey, row: Row | undefined): Table<Row> {
    if (find(this.#root, key) !== undefined) return this;
    return new Table(insert(this.#root, key, row), this.#changes, this.#loaded);
  }

  /** A table that knows every stored row between two keys, both included; undefined is unbounded. */
  loadRange(from: RowKey | undefined, to: RowKey | undefined, rows: Iterable<readonly [RowKey, Row]>): Table<Row> {
    let root = this.#root;
    for (const [key, row] of rows) {
      if (find(root, key) === undefined) root = insert(root, key, row);
    }
    const whole = from === undefined && to === undefined;
    return new Table(root, this.#changes, whole ? EVERYTHING : [...this.#loaded, { from, to }]);
  }

  /** The rows written since the last settled table, each once; a row of undefined was deleted (T2). */
  changes(): readonly (readonly [RowKey, Row | undefined])[] {
    if (this.#changes === undefined) return [];
    if (this.#changes.before === undefined) return [[this.#changes.key, find(this.#root, this.#changes.key)?.row]];
    const keys: RowKey[] = [];
    for (let change: Changes | undefined = this.#changes; change !== undefined; change = change.before) keys.push(change.key);
    return [...new Set(keys.reverse())].map((key) => [key, find(this.#root, key)?.row]);
  }

  hasChanges(): boolean {
    return this.#changes !== undefined;
  }

  /** The same rows with nothing left to write. */
  settled(): Table<Row> {
    return this.#changes === undefined ? this : new Table(this.#root, undefined, this.#loaded);
  }

  /** Existing rows in key order, from the first key at or above `from`. Sees loaded rows only. */
  *entries(from?: RowKey): Generator<readonly [RowKey, Row]> {
    const path: Node<Row>[] = [];
    let node = this.#root;
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
      if (next.row !== undefined) yield [next.key, next.row];
      node = next.right;
    }
  }

  /** The first existing row in key order, or undefined. */
  first(): readonly [RowKey, Row] | undefined {
    for (const entry of this.entries()) return entry;
    return undefined;
  }
}

const EVERYTHING: readonly Stretch[] = [{ from: undefined, to: undefined }];
const NOTHING: readonly Stretch[] = [];

function compare(a: RowKey, b: RowKey): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function covers(stretch: Stretch, key: RowKey): boolean {
  return (
    (stretch.from === undefined || compare(stretch.from, key) <= 0) &&
    (stretch.to === undefined || compare(stretch.to, key) >= 0)
  );
}

function find<Row>(root: Node<Row> | undefined, key: RowKey): Node<Row> | undefined {
  let node = root;
  while (node !== undefined && node.key !== key) node = key < node.key ? node.left : node.right;
  return node;
}

function sizeOf<Row>(node: Node<Row> | undefined): number {
  return node === undefined ? 0 : node.size;
}

function join<Row>(
  { key, row }: Pick<Node<Row>, 'key' | 'row'>,
  left: Node<Row> | undefined,
  right: Node<Row> | undefined,
): Node<Row> {
  return { key, row, left, right, size: sizeOf(left) + sizeOf(right) + 1 };
}

function insert<Row>(node: Node<Row> | undefined, key: RowKey, row: Row | undefined): Node<Row> {
  if (node === undefined) return { key, row, left: undefined, right: undefined, size: 1 };
  if (key === node.key) return { key, row, left: node.left, right: node.right, size: node.size };
  if (key < node.key) return balance(node, insert(node.left, key, row), node.right);
  return balance(node, node.left, insert(node.right, key, row));
}

function balance<Row>(node: Node<Row>, left: Node<Row> | undefined, right: Node<Row> | undefined): Node<Row> {
  const leftWeight = sizeOf(left) + 1;
  const rightWeight = sizeOf(right) + 1;
  if (right !== undefined && rightWeight > DELTA * leftWeight) return rotateLeft(node, left, right);
  if (left !== undefined && leftWeight > DELTA * rightWeight) return rotateRight(node, left, right);
  return join(node, left, right);
}

function rotateLeft<Row>(node: Node<Row>, left: Node<Row> | undefined, right: Node<Row>): Node<Row> {
  const inner = right.left;
  if (inner === undefined || sizeOf(inner) + 1 < GAMMA * (sizeOf(right.right) + 1)) {
    return join(right, join(node, left, inner), right.right);
  }
  return join(inner, join(node, left, inner.left), join(right, inner.right, right.right));
}

function rotateRight<Row>(node: Node<Row>, left: Node<Row>, right: Node<Row> | undefined): Node<Row> {
  const inner = left.right;
  if (inner === undefined || sizeOf(inner) + 1 < GAMMA * (sizeOf(left.left) + 1)) {
    return join(left, left.left, join(node, inner, right));
  }
  return join(inner, join(left, left.left, inner.left), join(node, inner.right, right));
}
