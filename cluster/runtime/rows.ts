// Between an actor's state and its rows: what a close writes, and what a load reads.
//
// A stored row is [schema version, value]. A row of a newer schema than this program knows stops the actor with
// `store-version`, because guessing would lose what the newer program wrote.

import type { Address } from '../core/address.ts';
import { ClusterError } from '../core/errors.ts';
import type { Plain } from '../core/plain.ts';
import {
  headKey,
  parseTableRowKey,
  tablePrefix,
  tableRowKey,
  prefixEnd,
  type RowKey,
} from '../core/row-key.ts';
import { Table } from '../core/table.ts';
import type { RowTypes } from '../core/reduction.ts';
import type { AnyActorKind, RowCodec } from '../port/actor-kind.ts';
import type { BatchDraft } from '../core/batch.ts';
import type { Activation, AnyState } from './activation.ts';

type Tables = AnyState['tables'];

function eachTable(kind: AnyActorKind, make: (name: string) => Table<unknown>): Tables {
  const tables: { [name: string]: Table<unknown> } = {};
  for (const name of Object.keys(kind.codec.tables)) tables[name] = make(name);
  return tables;
}

/** The state of an actor that does not exist. */
export function absentState(kind: AnyActorKind): AnyState {
  return { head: undefined, tables: eachTable(kind, () => Table.empty<unknown>()) };
}

/** The state of an actor of which only the head is known. */
export function headState(kind: AnyActorKind, stored: Plain): AnyState {
  const [version, value] = openRow(kind, stored);
  return {
    head: kind.codec.decodeHead(value, version),
    tables: eachTable(kind, () => Table.unloaded<unknown>()),
  };
}

function openRow(kind: AnyActorKind, stored: Plain): readonly [number, Plain] {
  if (!Array.isArray(stored) || typeof stored[0] !== 'number') {
    throw new ClusterError('store-corrupt', 'a row has no schema version', {
      details: { kind: kind.name },
    });
  }
  const version = stored[0];
  const value: Plain = stored[1] ?? null;
  if (version > kind.codec.schemaVersion) {
    throw new ClusterError(
      'store-version',
      'a row was written by a newer version of this program',
      {
        details: { kind: kind.name, stored: version, known: kind.codec.schemaVersion },
      },
    );
  }
  return [version, value];
}

function tableCodec(kind: AnyActorKind, table: string): RowCodec<unknown> {
  const codec = (kind.codec.tables as { readonly [name: string]: RowCodec<unknown> | undefined })[
    table
  ];
  if (codec === undefined)
    throw new ClusterError('violation', 'a kind names only its own tables', {
      details: { kind: kind.name, table },
    });
  return codec;
}

export function decodeTableRow(kind: AnyActorKind, table: string, stored: Plain): unknown {
  const [version, value] = openRow(kind, stored);
  return tableCodec(kind, table).decode(value, version);
}

/** The stored key range of a stretch of a table; both ends included. */
export function tableRange(
  address: Address,
  table: string,
  from: RowKey | undefined,
  to: RowKey | undefined,
): { from: string; to: string } {
  const prefix = tablePrefix(address, table);
  return {
    from: from === undefined ? prefix : tableRowKey(address, table, from),
    to: to === undefined ? prefixEnd(prefix) : `${tableRowKey(address, table, to)}\u0000`,
  };
}

/** Takes a stored row of a table apart. */
export function readTableRow(
  kind: AnyActorKind,
  address: Address,
  table: string,
  row: readonly [string, Plain],
): readonly [RowKey, unknown] {
  const key = parseTableRowKey(
    row[0],
    tablePrefix(address, table),
    tableCodec(kind, table).numericKeys,
  );
  return [key, decodeTableRow(kind, table, row[1])];
}

/** Replaces one table of a state. */
export function withTable(
  state: AnyState,
  table: string,
  change: (table: Table<unknown>) => Table<unknown>,
): AnyState {
  const before = state.tables[table];
  if (before === undefined)
    throw new ClusterError('violation', 'a kind names only its own tables', { details: { table } });
  return { head: state.head, tables: { ...state.tables, [table]: change(before) } };
}

/** Writes everything of an actor that changed since the last close, and settles its state. */
export function writeActor(activation: Activation, batch: BatchDraft): void {
  const { kind, address, state } = activation;
  if (state === undefined) return;
  const { codec } = kind;
  if (state.head !== activation.writtenHead) {
    if (state.head === undefined) batch.remove(headKey(address));
    else batch.put(headKey(address), [codec.schemaVersion, codec.encodeHead(state.head)]);
    activation.writtenHead = state.head;
  }
  let changed = false;
  for (const name in state.tables) {
    const table = state.tables[name];
    if (table === undefined || !table.hasChanges()) continue;
    changed = true;
    const rows = tableCodec(kind, name);
    for (const [key, row] of table.changes()) {
      const rowKey = tableRowKey(address, name, key);
      if (row === undefined) batch.remove(rowKey);
      else batch.put(rowKey, [codec.schemaVersion, rows.encode(row)]);
    }
  }
  if (changed)
    activation.state = {
      head: state.head,
      tables: mapTables(state.tables, (table) => table.settled()),
    };
}

function mapTables(
  tables: Tables,
  change: (table: Table<unknown>, name: string) => Table<unknown>,
): Tables {
  const next: { [name: string]: Table<unknown> } = {};
  for (const name in tables) {
    const table = tables[name];
    if (table !== undefined) next[name] = change(table, name);
  }
  return next;
}

/** What may leave memory once it is stored: rows of tables that forget, and the memory of deleted rows. */
export function trimState(kind: AnyActorKind, state: AnyState): AnyState {
  let trimmed = false;
  const codecs = kind.codec.tables as { readonly [name: string]: RowCodec<unknown> | undefined };
  const tables = mapTables(state.tables, (table, name) => {
    const next = codecs[name]?.forgetStored === true ? table.forgetStored() : table.compacted();
    trimmed ||= next !== table;
    return next;
  });
  return trimmed ? { head: state.head, tables } : state;
}

/** Rows, ranges and facts, as kinds name them once their types are forgotten. */
export interface AnyNeeds {
  readonly rows?: readonly { readonly table: keyof RowTypes & string; readonly key: RowKey }[];
  readonly ranges?: readonly {
    readonly table: string;
    readonly from?: RowKey;
    readonly to?: RowKey;
  }[];
  readonly facts?: readonly string[];
}
