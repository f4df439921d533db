// Runs one actor of a kind without a cluster: loads what `needs` names, reduces, and keeps rows as the codec writes them.
//
// By default the actor is cold: after every turn its state is dropped and comes back from its encoded rows, so a row that a
// turn touches without naming it, or a field that the codec forgets, fails the test. The harness delivers what the actor
// sends to itself; everything else is kept for the test to look at and to answer.

import { isDeepStrictEqual } from 'node:util';
import { addressText } from '../../cluster/core/address.ts';
import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type {
  EffectIntent,
  IndexChange,
  Reduction,
  Reply,
  RowTypes,
  Send,
  TimerChange,
} from '../../cluster/core/reduction.ts';
import type { RowKey } from '../../cluster/core/row-key.ts';
import { Table } from '../../cluster/core/table.ts';
import { type AnyActorKind, type Delivery, eraseKind } from '../../cluster/port/actor-kind.ts';
import type { ActorKind, Needs, TurnContext } from '../../cluster/port/actor-kind.ts';

type AnyState = Parameters<AnyActorKind['reduce']>[0];

export interface HarnessOptions {
  /** Facts by hash. */
  readonly facts?: ReadonlyMap<string, unknown>;
  /** Keep the state in memory between turns. */
  readonly warm?: boolean;
  readonly nowMs?: number;
}

/** What the turns of one delivery came to, the actor's messages to itself included. */
export interface Turns {
  readonly sends: readonly Send[];
  readonly replies: readonly Reply[];
  readonly journal: readonly Plain[];
  readonly index: readonly IndexChange[];
  readonly timers: readonly TimerChange[];
  readonly open: readonly EffectIntent[];
  readonly settle: readonly string[];
  /** Number of turns. */
  readonly count: number;
}

const LOADS_MAX = 16;
const TURNS_MAX = 100_000;

export class ActorHarness {
  nowMs: number;
  /** Keep what the actor sends to itself until `drain`, so that other messages come first. */
  hold = false;
  readonly #held: Delivery[] = [];
  readonly #kind: AnyActorKind;
  readonly #key: string;
  readonly #facts: ReadonlyMap<string, unknown>;
  readonly #warm: boolean;
  readonly #tables = new Map<string, Map<RowKey, Plain>>();
  #head: Plain | undefined;
  #state: AnyState | undefined;
  #uuids = 0;
  #asks = 0;

  constructor(kind: AnyActorKind, key: string, options: HarnessOptions = {}) {
    this.#kind = kind;
    this.#key = key;
    this.#facts = options.facts ?? new Map();
    this.#warm = options.warm ?? false;
    this.nowMs = options.nowMs ?? 1_000_000;
    for (const table of Object.keys(kind.codec.tables)) this.#tables.set(table, new Map());
  }

  /** A harness for a typed kind. */
  static of<Head, Rows extends RowTypes, Fact>(
    kind: ActorKind<Head, Rows, Fact>,
    key: string,
    options: HarnessOptions = {},
  ): ActorHarness {
    return new ActorHarness(eraseKind(kind), key, options);
  }

  /** The stored head, as the codec writes it. */
  get head(): Plain | undefined {
    return this.#head;
  }

  /** Stored rows of a table, as the codec writes them. */
  rows(table: string): ReadonlyMap<RowKey, Plain> {
    return this.#tables.get(table) ?? new Map();
  }

  /** Delivers a message without an asker. */
  tell(message: object): Turns {
    return this.deliver({ kind: 'message', message: { ...message } as PlainObject });
  }

  /** Delivers a message with an asker. `answer` is undefined when the actor has not answered itself. */
  ask(message: object): Turns & { readonly answer: PlainObject | undefined; readonly ask: number } {
    const replyTo = { node: 'test', ask: ++this.#asks };
    const plain = { ...message } as PlainObject;
    const turns = this.deliver({ kind: 'message', message: plain, replyTo });
    const answer = turns.replies.find(({ to }) => to.ask === replyTo.ask)?.value;
    return { ...turns, answer, ask: replyTo.ask };
  }

  /** Answers a question from the stored state. */
  read(query: object): PlainObject {
    const plain = { ...query } as PlainObject;
    const state = this.#complete(this.#load(), (known) => this.#kind.needsToRead(known, plain));
    return this.#kind.read(state, plain, this.#context());
  }

  /** Takes the turn for a delivery, and those for what the actor sends itself. */
  deliver(delivery: Delivery): Turns {
    return this.#take([delivery]);
  }

  /** Takes the turns for what the actor sent itself and was held back. */
  drain(): Turns {
    return this.#take(this.#held.splice(0));
  }

  #take(deliveries: readonly Delivery[]): Turns {
    const turns = {
      sends: [] as Send[],
      replies: [] as Reply[],
      journal: [] as Plain[],
      index: [] as IndexChange[],
      timers: [] as TimerChange[],
      open: [] as EffectIntent[],
      settle: [] as string[],
      count: 0,
    };
    const waiting = [...deliveries];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const reduction = this.#turn(next);
      turns.count++;
      if (turns.count > TURNS_MAX) throw new Error('the actor talks to itself without end');
      for (const send of reduction.sends ?? []) {
        if (addressText(send.to) !== `${this.#kind.name}/${this.#key}`) turns.sends.push(send);
        else (this.hold ? this.#held : waiting).push({ ...send, kind: 'message' });
      }
      turns.replies.push(...(reduction.replies ?? []));
      turns.journal.push(...(reduction.journal ?? []));
      turns.index.push(...(reduction.index ?? []));
      turns.timers.push(...(reduction.timers ?? []));
      turns.open.push(...(reduction.open ?? []));
      turns.settle.push(...(reduction.settle ?? []));
    }
    return turns;
  }

  #turn(delivery: Delivery): Reduction<unknown, RowTypes> {
    const before = this.#complete(this.#load(), (known) => this.#kind.needs(known, delivery));
    const reduction = this.#kind.reduce(before, delivery, this.#context());
    this.#store(reduction);
    return reduction;
  }

  #load(): AnyState {
    if (this.#state !== undefined) return this.#state;
    const tables: { [name: string]: Table<unknown> } = {};
    const { codec } = this.#kind;
    const isAbsent = this.#head === undefined;
    for (const name of Object.keys(codec.tables)) {
      tables[name] = isAbsent ? Table.empty() : Table.unloaded();
    }
    const head =
      this.#head === undefined ? undefined : codec.decodeHead(this.#head, codec.schemaVersion);
    return { head, tables };
  }

  #complete(state: AnyState, needsOf: (state: AnyState) => Needs<RowTypes>): AnyState {
    let known = state;
    for (let round = 0; round < LOADS_MAX; round++) {
      const next = this.#add(known, needsOf(known));
      if (next === known) return known;
      known = next;
    }
    throw new Error('the kind never has what it needs');
  }

  #add(state: AnyState, { rows = [], ranges = [], facts = [] }: Needs<RowTypes>): AnyState {
    const tables: { [name: string]: Table<unknown> } = { ...state.tables };
    let changed = false;
    const tableOf = (name: string): Table<unknown> => {
      const table = tables[name];
      if (table === undefined) throw new Error(`there is no table ${name}`);
      return table;
    };
    for (const { table, key } of rows) {
      if (tableOf(table).isLoaded(key)) continue;
      const stored = this.rows(table).get(key);
      tables[table] = tableOf(table).load(key, stored && this.#decode(table, stored));
      changed = true;
    }
    for (const { table, from, to } of ranges) {
      if (tableOf(table).isRangeLoaded(from, to)) continue;
      const found = [...this.rows(table)]
        .filter(([key]) => (from === undefined || key >= from) && (to === undefined || key <= to))
        .map(([key, stored]) => [key, this.#decode(table, stored)] as const);
      tables[table] = tableOf(table).loadRange(from, to, found);
      changed = true;
    }
    for (const hash of facts) {
      if (!this.#facts.has(hash)) throw new Error(`there is no fact ${hash}`);
    }
    return changed ? { head: state.head, tables } : state;
  }

  #decode(table: string, stored: Plain): unknown {
    return this.#codecOf(table).decode(stored, this.#kind.codec.schemaVersion);
  }

  #codecOf(table: string): AnyActorKind['codec']['tables'][string] {
    const codec = this.#kind.codec.tables[table];
    if (codec === undefined) throw new Error(`there is no codec for ${table}`);
    return codec;
  }

  #store({ state, erase }: Reduction<unknown, RowTypes>): void {
    const { codec } = this.#kind;
    const tables: { [name: string]: Table<unknown> } = {};
    for (const [name, table] of Object.entries(state.tables)) {
      const stored = this.#tables.get(name);
      for (const [key, row] of table.changes()) {
        if (row === undefined) stored?.delete(key);
        else stored?.set(key, checked(this.#codecOf(name).encode(row)));
      }
      const settled = table.settled();
      tables[name] = this.#codecOf(name).forgetStored === true ? settled.forgetStored() : settled;
    }
    this.#head = state.head === undefined ? undefined : checked(codec.encodeHead(state.head));
    if (erase === true) {
      this.#head = undefined;
      for (const rows of this.#tables.values()) rows.clear();
    }
    this.#state = this.#warm && erase !== true ? { head: state.head, tables } : undefined;
  }

  #context(): TurnContext<unknown> {
    return {
      self: { kind: this.#kind.name, key: this.#key },
      nowMs: this.nowMs,
      random: {
        next: () => 0.5,
        uuid: () => `00000000-0000-4000-8000-${String(++this.#uuids).padStart(12, '0')}`,
      },
      fact: (hash) => {
        const fact = this.#facts.get(hash);
        if (fact === undefined) throw new Error(`the turn did not name the fact ${hash}`);
        return fact;
      },
    };
  }
}

/** A stored value must survive being written and read. */
function checked(plain: Plain): Plain {
  if (!isDeepStrictEqual(structuredClone(plain), plain)) throw new Error('a row is not plain');
  return plain;
}
