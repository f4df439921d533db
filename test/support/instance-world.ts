// One instance in a world of its own: a workflow that grants every permit, step runtimes that wait to be told what to
// report, a clock that goes from timer to timer.
//
// It holds the instance to what a cluster relies on: timers are disarmed exactly as they were armed, effects are settled
// once, and an instance that has ended leaves neither behind.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Send } from '../../cluster/core/reduction.ts';
import type { LaunchOutcome, LaunchState } from '../../src/effect.ts';
import { instanceCodec } from '../../src/instance/codec.ts';
import { decodeJournalEntry, type InstanceChange } from '../../src/instance/journal.ts';
import { ADVANCE_LIMIT, instanceKind } from '../../src/instance/kind.ts';
import type { CreateMessage } from '../../src/instance/message.ts';
import type { RunDefinition } from '../../src/instance/run-definition.ts';
import {
  attemptKey,
  BLOCK_SIZE,
  type DetailsRow,
  type InstanceHead,
  type StepRecord,
} from '../../src/instance/state.ts';
import { isEnded } from '../../src/instance/status.ts';
import type { ProgramCache } from '../../src/param/program-cache.ts';
import { PROGRAMS } from '../unit/param/evaluations.ts';
import { ActorHarness, type Turns } from './actor-harness.ts';

export interface WorldOptions {
  readonly warm?: boolean;
  readonly advanceLimit?: number;
  readonly retentionMs?: number;
  /** Permits are kept until `grantPermits`. */
  readonly keepsPermits?: true;
  readonly birth?: Partial<CreateMessage>;
  /** Of a language other than the small one of tests. */
  readonly programs?: ProgramCache;
  /** Time for evaluations in a turn; without it only counts decide. */
  readonly monotonicMs?: () => number;
}

const INSTANCE_KEY = 'daily.report:7';
const UUID = '00000000-0000-4000-a000-000000000007';

/** The message that gives birth to the instance. */
export function createMessage(nowMs: number, birth: Partial<CreateMessage> = {}): CreateMessage {
  return {
    kind: 'create',
    workflow_id: 'daily.report',
    instance_id: 7,
    run_id: 1,
    workflow_uuid: UUID,
    version_id: 3,
    definition: 'd',
    correlation_id: 'daily.report:7:1',
    internal_id: 1,
    request_id: UUID,
    request_time: nowMs - 5,
    initiator: { type: 'MANUAL', user: 'ada' },
    run_params: {},
    params: {},
    run_properties: { owner: 'ada' },
    runtime_tags: [],
    artifacts: {},
    create_time: nowMs,
    timeline_event: { type: 'LOG', timestamp: nowMs, level: 'INFO', message: 'started' },
    run: true,
    await_end: false,
    ...birth,
  };
}

export class InstanceWorld {
  readonly harness: ActorHarness;
  readonly definition: RunDefinition;
  readonly changes: InstanceChange[] = [];
  readonly sends: Send[] = [];
  readonly replies: PlainObject[] = [];
  readonly indexed: unknown[] = [];
  /** Due times of armed timers by name. */
  readonly timers = new Map<string, number>();
  readonly effects = new Map<string, PlainObject>();
  readonly #permits: PlainObject[] = [];
  readonly #options: WorldOptions;
  /** Turns taken so far. */
  turns = 0;

  constructor(definition: RunDefinition, options: WorldOptions = {}) {
    this.definition = definition;
    this.#options = options;
    const kind = instanceKind<RunDefinition>({
      lanes: 1,
      advanceLimit: options.advanceLimit ?? ADVANCE_LIMIT,
      retentionMs: options.retentionMs,
      environment: 'test',
      programs: options.programs ?? PROGRAMS,
      ...(options.monotonicMs === undefined ? {} : { monotonicMs: options.monotonicMs }),
    });
    const facts = new Map([['d', definition]]);
    this.harness = ActorHarness.of(kind, INSTANCE_KEY, { facts, warm: options.warm ?? false });
  }

  /** An instance that was born and, unless `birth` says otherwise, runs. */
  static born(definition: RunDefinition, options: WorldOptions = {}): InstanceWorld {
    const world = new InstanceWorld(definition, options);
    world.ask(createMessage(world.harness.nowMs, options.birth));
    return world;
  }

  get nowMs(): number {
    return this.harness.nowMs;
  }

  ask(message: object): PlainObject | undefined {
    const turns = this.harness.ask(message);
    this.#take(turns);
    return turns.answer;
  }

  tell(message: object): void {
    this.#take(this.harness.tell(message));
  }

  /** Reports how the work of a step's latest attempt ended. */
  report(stepId: string, state: LaunchState, more: Partial<LaunchOutcome> = {}): void {
    const index = this.indexOf(stepId);
    const attempt = this.record(stepId)?.attempt ?? 0;
    this.reportAs(`launch:1:${index + 1}:${attempt}`, { kind: 'ended', state, ...more });
  }

  reportAs(id: string, outcome: object): void {
    const plain = { ...outcome } as PlainObject;
    this.#take(this.harness.deliver({ kind: 'outcome', id, outcome: plain }));
  }

  /** Lets time go to the next timer and fires it. @returns its name */
  fireNext(): string | undefined {
    const [next] = [...this.timers].sort(([, a], [, b]) => a - b);
    if (next === undefined) return undefined;
    const [name, dueAtMs] = next;
    this.harness.nowMs = Math.max(this.harness.nowMs, dueAtMs);
    this.timers.delete(name);
    this.#take(this.harness.deliver({ kind: 'timer', name, dueAtMs }));
    return name;
  }

  /** Fires timers until the run has ended or nothing is left to fire. */
  runOut(): void {
    while (!this.hasEnded() && this.fireNext() !== undefined);
  }

  /** Grants the oldest permit that was asked for. */
  grantPermit(): void {
    const request = this.#permits.shift();
    if (request === undefined) throw new Error('nobody asked for a permit');
    this.#grant(request);
  }

  get permitsAsked(): number {
    return this.#permits.length;
  }

  get head(): InstanceHead {
    const { head } = this.harness;
    if (head === undefined) throw new Error('there is no instance');
    return instanceCodec.decodeHead(head, 1);
  }

  get status(): string {
    return this.head.status;
  }

  hasEnded(): boolean {
    return this.harness.head === undefined || isEnded(this.head.status);
  }

  indexOf(stepId: string): number {
    const index = this.definition.indexes.get(stepId);
    if (index === undefined) throw new Error(`there is no step ${stepId}`);
    return index;
  }

  record(stepId: string): StepRecord | undefined {
    const index = this.indexOf(stepId);
    for (const [key, row] of this.harness.rows('steps')) {
      const block = Number(key) % 2 ** 20;
      if (block !== Math.floor(index / BLOCK_SIZE)) continue;
      return instanceCodec.tables.steps.decode(row, 1)[index % BLOCK_SIZE];
    }
    return undefined;
  }

  /** An attempt that was kept when the next one began. */
  attempt(stepId: string, attempt: number): StepRecord | undefined {
    const row = this.harness.rows('attempts').get(attemptKey(1, this.indexOf(stepId), attempt));
    return row === undefined ? undefined : instanceCodec.tables.attempts.decode(row, 1);
  }

  details(stepId: string, attempt = 1): DetailsRow | undefined {
    const row = this.harness.rows('details').get(attemptKey(1, this.indexOf(stepId), attempt));
    return row === undefined ? undefined : instanceCodec.tables.details.decode(row, 1);
  }

  statusOf(stepId: string): string {
    return this.record(stepId)?.status ?? 'NOT_CREATED';
  }

  /** `a SUCCEEDED, b RUNNING #2`: steps that have begun, in their order, with their attempt from the second on. */
  story(): string {
    const parts: string[] = [];
    for (const stepId of this.definition.indexes.keys()) {
      const record = this.record(stepId);
      if (record === undefined || record.attempt === 0) continue;
      const attempt = record.attempt > 1 ? ` #${record.attempt}` : '';
      parts.push(`${stepId} ${record.status}${attempt}`);
    }
    return parts.join(', ');
  }

  /** `IN_PROGRESS: a SUCCEEDED, b RUNNING`. */
  get whole(): string {
    return `${this.status}: ${this.story()}`;
  }

  #take(turns: Turns): void {
    this.turns += turns.count;
    for (const { kind, name, dueAtMs } of turns.timers) {
      if (kind === 'arm') {
        if (this.timers.has(name)) throw new Error(`${name} is armed twice`);
        this.timers.set(name, dueAtMs);
      } else if (this.timers.get(name) === dueAtMs) {
        this.timers.delete(name);
      } else {
        throw new Error(`${name} is disarmed but was not armed for ${dueAtMs}`);
      }
    }
    for (const id of turns.settle) {
      if (!this.effects.delete(id)) throw new Error(`${id} is settled but not open`);
    }
    for (const { id, effect } of turns.open) {
      if (this.effects.has(id)) throw new Error(`${id} is opened twice`);
      this.effects.set(id, effect);
    }
    for (const entry of turns.journal) {
      this.changes.push(decodeJournalEntry(entry as readonly number[]));
    }
    this.replies.push(...turns.replies.map(({ value }) => value));
    this.indexed.push(...turns.index.map(({ value }) => value));
    this.sends.push(...turns.sends);
    this.#checkEnd();
    for (const { message } of turns.sends) {
      if (message['kind'] !== 'permit-request') continue;
      if (this.#options.keepsPermits === true) this.#permits.push(message);
      else this.#grant(message);
    }
  }

  #grant({ run_id, step_id, attempt_id }: PlainObject): void {
    this.tell({ kind: 'permit-granted', run_id, step_id, attempt_id });
  }

  #checkEnd(): void {
    if (!this.hasEnded()) return;
    const left = [...this.timers.keys()].filter((name) => name !== 'retention');
    if (left.length > 0) throw new Error(`timers outlive the run: ${left.join(', ')}`);
    if (this.effects.size > 0) throw new Error('effects outlive the run');
  }
}
