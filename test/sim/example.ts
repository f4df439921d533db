// Two kinds that use everything the runtime offers: counters, and the parents they report to.
//
// A counter adds what clients tell it, once per operation, reports each addition to its parent (which lives in another
// shard), and does a piece of outside work for every addition: an effect, tried again under a new attempt when a timer
// falls due before its outcome. What happened is kept in rows, one per operation, so that an oracle can count.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { ActorState, Reduction } from '../../cluster/core/reduction.ts';
import type { ActorKind, Delivery, TurnContext } from '../../cluster/port/actor-kind.ts';

export interface CounterHead {
  readonly total: number;
}

/** One addition. */
interface Operation {
  readonly amount: number;
  /** How often it was applied; more than once is a fault. */
  readonly applied: number;
  readonly attempt: number;
  readonly dueAtMs: number;
  /** Attempts whose outcome was recorded. */
  readonly recorded: readonly number[];
  /** How often its bell rang: a timer that nothing else stands in for. */
  readonly rung: number;
}

export type CounterRows = { readonly operations: Operation };
type CounterState = ActorState<CounterHead, CounterRows>;
type CounterReduction = Reduction<CounterHead, CounterRows>;

export interface ExampleBugs {
  /** Outcomes of old attempts are recorded as if they were the current one's. */
  readonly attemptNotCompared?: boolean;
}

const WORK_MS = 2_000;
const BELL_MS = 3_500;

const operationOf = (message: PlainObject): string => String(message['operation']);

/** Counters. The key is `<parent>.<name>`, and so is the affinity. */
export function counterKind(
  bugs: ExampleBugs = {},
): ActorKind<CounterHead, CounterRows, undefined> {
  return {
    name: 'counter',
    codec: {
      schemaVersion: 1,
      encodeHead: ({ total }) => total,
      decodeHead: (plain) => ({ total: Number(plain) }),
      tables: {
        operations: {
          numericKeys: false,
          encode: (row) => ({ ...row, recorded: [...row.recorded] }),
          decode: (plain) => plain as unknown as Operation,
        },
      },
    },
    affinity: (key) => key,
    needs: (_, delivery) => ({ rows: [{ table: 'operations', key: nameOf(delivery) }] }),
    reduce: (state, delivery, context) => reduceCounter(state, delivery, context, bugs),
    needsToRead: () => ({ ranges: [{ table: 'operations' }] }),
    read: ({ head, tables }) => ({
      total: head?.total ?? 0,
      operations: [...tables.operations.entries()].map(([name, row]) => ({
        name,
        ...row,
        recorded: [...row.recorded],
      })),
    }),
  };
}

/** The operation a delivery is about: effects are named `<operation>#<attempt>`, timers by the operation. */
function nameOf(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'message':
      return operationOf(delivery.message);
    case 'timer':
      return delivery.name.split('!')[0] ?? '';
    case 'outcome':
      return delivery.id.split('#')[0] ?? '';
  }
}

function reduceCounter(
  state: CounterState,
  delivery: Delivery,
  context: TurnContext<undefined>,
  bugs: ExampleBugs,
): CounterReduction {
  const name = nameOf(delivery);
  switch (delivery.kind) {
    case 'message':
      return add(state, name, delivery, context);
    case 'timer':
      return delivery.name.endsWith('!')
        ? ring(state, name)
        : tryAgain(state, name, delivery.dueAtMs, context);
    case 'outcome':
      return record(state, name, Number(delivery.id.split('#')[1]), bugs);
  }
}

function withOperation(state: CounterState, name: string, row: Operation): CounterState {
  return { ...state, tables: { operations: state.tables.operations.set(name, row) } };
}

function add(
  state: CounterState,
  name: string,
  delivery: Delivery & { readonly kind: 'message' },
  context: TurnContext<undefined>,
): CounterReduction {
  const before = state.tables.operations.get(name);
  const total = state.head?.total ?? 0;
  const reply = (value: number): CounterReduction['replies'] =>
    delivery.replyTo === undefined ? [] : [{ to: delivery.replyTo, value: { total: value } }];
  const amount = Number(delivery.message['amount']);
  const dueAtMs = context.nowMs + WORK_MS;
  const row: Operation = {
    amount,
    applied: (before?.applied ?? 0) + 1,
    attempt: 1,
    dueAtMs,
    recorded: [],
    rung: 0,
  };
  // The request memory is what makes an operation unique; a second application is kept for the oracle to find.
  if (before !== undefined) {
    const again = { ...before, applied: before.applied + 1 };
    return { state: withOperation(state, name, again), replies: reply(total) ?? [] };
  }
  const parent = context.self.key.split('.')[0] ?? '';
  return {
    state: { ...withOperation(state, name, row), head: { total: total + amount } },
    sends: [{ to: { kind: 'parent', key: parent }, message: { operation: name, amount } }],
    timers: [
      { kind: 'arm', name, dueAtMs },
      { kind: 'arm', name: `${name}!`, dueAtMs: context.nowMs + BELL_MS },
    ],
    open: [{ id: `${name}#1`, effect: { operation: name, attempt: 1 } }],
    journal: [{ operation: name, total: total + amount }],
    replies: reply(total + amount) ?? [],
  };
}

function ring(state: CounterState, name: string): CounterReduction {
  const row = state.tables.operations.get(name);
  if (row === undefined) return { state };
  return { state: withOperation(state, name, { ...row, rung: row.rung + 1 }) };
}

function tryAgain(
  state: CounterState,
  name: string,
  dueAtMs: number,
  context: TurnContext<undefined>,
): CounterReduction {
  const row = state.tables.operations.get(name);
  if (row === undefined || row.dueAtMs !== dueAtMs) return { state };
  const attempt = row.attempt + 1;
  const next = context.nowMs + WORK_MS;
  return {
    state: withOperation(state, name, { ...row, attempt, dueAtMs: next }),
    settle: [`${name}#${row.attempt}`],
    open: [{ id: `${name}#${attempt}`, effect: { operation: name, attempt } }],
    timers: [{ kind: 'arm', name, dueAtMs: next }],
  };
}

function record(
  state: CounterState,
  name: string,
  attempt: number,
  bugs: ExampleBugs,
): CounterReduction {
  const row = state.tables.operations.get(name);
  if (row === undefined) return { state };
  const isCurrent = row.attempt === attempt && row.recorded.length === 0;
  if (!isCurrent && bugs.attemptNotCompared !== true) return { state };
  if (row.recorded.length > 0) {
    return { state: withOperation(state, name, { ...row, recorded: [...row.recorded, attempt] }) };
  }
  return {
    state: withOperation(state, name, { ...row, dueAtMs: 0, recorded: [attempt] }),
    settle: [`${name}#${row.attempt}`],
    timers: [{ kind: 'disarm', name, dueAtMs: row.dueAtMs }],
  };
}

export interface ParentHead {
  readonly sum: number;
}

export type ParentRows = { readonly heard: number };

/** Parents: how often each operation was heard of, and the sum of all. */
export const parentKind: ActorKind<ParentHead, ParentRows, undefined> = {
  name: 'parent',
  codec: {
    schemaVersion: 1,
    encodeHead: ({ sum }) => sum,
    decodeHead: (plain) => ({ sum: Number(plain) }),
    tables: {
      heard: {
        numericKeys: false,
        encode: (times) => times,
        decode: (plain) => Number(plain),
      },
    },
  },
  affinity: (key) => key,
  needs: (_, delivery) => ({ rows: [{ table: 'heard', key: nameOf(delivery) }] }),
  reduce(state, delivery) {
    if (delivery.kind !== 'message') return { state };
    const name = operationOf(delivery.message);
    const times = state.tables.heard.get(name) ?? 0;
    const sum = (state.head?.sum ?? 0) + Number(delivery.message['amount']);
    return { state: { head: { sum }, tables: { heard: state.tables.heard.set(name, times + 1) } } };
  },
  needsToRead: () => ({ ranges: [{ table: 'heard' }] }),
  read: ({ head, tables }) => ({
    sum: head?.sum ?? 0,
    heard: [...tables.heard.entries()].map(([name, times]) => ({ name, times })),
  }),
};
