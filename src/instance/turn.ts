// What one turn of an instance works on: the head's fields and the records of steps, mutable for the length of the turn,
// and everything the turn decides. Seen from outside the turn is pure: it ends in one reduction.
//
//   U1  Only `put` writes a record. It counts statuses (S3), collects the journal and asserts the life-cycle of a step.
//   U2  A block that was not written keeps its identity, and so does the state when nothing was written.

import { assert } from '../../cluster/core/errors.ts';
import type { Plain } from '../../cluster/core/plain.ts';
import type {
  EffectIntent,
  IndexChange,
  Reduction,
  Reply,
  ReplyTo,
  Send,
  TimerChange,
} from '../../cluster/core/reduction.ts';
import type { Table } from '../../cluster/core/table.ts';
import type { TurnContext } from '../../cluster/port/actor-kind.ts';
import type { Effect } from '../effect.ts';
import { Allowance } from '../param/allowance.ts';
import type { ProgramCache } from '../param/program-cache.ts';
import type { WorkflowParams } from '../param/workflow-scope.ts';
import { instanceList, type WorkflowMessage, type WorkflowReply } from '../workflow/message.ts';
import { JournalEntry, lastStage } from './journal.ts';
import type { CreateMessage } from './message.ts';
import {
  encodeEffect,
  encodeMessage,
  encodeReply,
  encodeWorkflowMessage,
} from './message-codec.ts';
import { encodeListEntry } from './list-entry.ts';
import type { RunDefinition, StepDefinition } from './run-definition.ts';
import {
  attemptKey,
  BLOCK_SIZE,
  blockKey,
  created,
  type DetailsRow,
  endedAt,
  type Ending,
  type InstanceHead,
  type InstanceRows,
  type InstanceState,
  notCreated,
  NO_RETRIES,
  reached,
  STAGE,
  type StepBlock,
  type StepRecord,
  type Wave,
} from './state.ts';
import { QueueDraft } from './step-queue.ts';
import {
  assertMayBecome,
  INSTANCE_STATUS_CODE,
  type InstanceStatus,
  isComplete,
  isOpen,
  isRetryable,
  STEP_STATUS_CODE,
  STEP_STATUSES,
} from './status.ts';

/** What every instance of a node shares. */
export interface InstanceSetting {
  /** Lanes of a workflow's instances, 1 to 64. */
  readonly lanes: number;
  /** Steps that one turn may advance. */
  readonly advanceLimit: number;
  /** How long an instance that has ended is kept, in milliseconds; undefined: for ever. */
  readonly retentionMs: number | undefined;
  /** The name the server's configuration gives to this environment. */
  readonly environment: string;
  readonly programs: ProgramCache;
  /** Milliseconds from anywhere, for the time that evaluations of a turn may take; without it only counts decide. */
  readonly monotonicMs?: () => number;
}

type Block = (StepRecord | undefined)[];
type MutableHead = { -readonly [Field in keyof InstanceHead]: InstanceHead[Field] };

const UNTOUCHED: StepRecord = notCreated(0, false);
const NO_DETAILS: DetailsRow = { params: undefined, artifacts: undefined, timeline: [] };

/** What writing details needs to know of an attempt. */
type DetailedAttempt = Pick<StepRecord, 'attempt' | 'detailed'>;

export class Turn {
  /** Records of steps that came to their end in this turn, all of them alike. */
  readonly shared: SharedRecords;
  readonly setting: InstanceSetting;
  readonly nowMs: number;
  readonly birth: CreateMessage;
  /** The head as it becomes. */
  readonly head: MutableHead;
  /** Steps that can begin (S5). */
  readonly ready: QueueDraft;
  /** Steps that wait for a permit of the instance. */
  readonly permitQueue: QueueDraft;
  readonly random: TurnContext<RunDefinition>['random'];
  /** What the turn's evaluations may take together: those that can be done elsewhere. */
  readonly allowance: Allowance;
  /** The run's parameters, once somebody asked. */
  workflowParams: WorkflowParams | undefined;
  readonly counts: number[];
  #details: Table<DetailsRow>;
  #attempts: Table<StepRecord>;
  readonly #before: InstanceState;
  readonly #blocks: (Block | undefined)[] = [];
  readonly #journal: JournalEntry;
  readonly #context: TurnContext<RunDefinition>;
  readonly #sends: Send[] = [];
  readonly #timers: TimerChange[] = [];
  readonly #open: EffectIntent[] = [];
  readonly #settle: string[] = [];
  readonly #replies: Reply[] = [];
  readonly #index: IndexChange[] = [];
  /** Steps that can begin and belong to the same wave as the one that began last. */
  #waveLeft: number;
  /** Steps that were completed in that wave: before this turn, and in it. */
  #finishedBefore: readonly number[];
  readonly #finished: number[] = [];
  #definition: RunDefinition | undefined;
  #isChanged = false;
  #isErased = false;

  /** @param head of the instance; for a birth the one it begins with, while `before` has none */
  constructor(
    before: InstanceState,
    head: InstanceHead,
    context: TurnContext<RunDefinition>,
    setting: InstanceSetting,
  ) {
    this.setting = setting;
    this.shared = sharedRecords(context.nowMs);
    this.nowMs = context.nowMs;
    this.birth = head.birth;
    this.head = { ...head };
    this.random = context.random;
    this.allowance = Allowance.ofTurn(setting.monotonicMs);
    this.counts = head.counts.slice();
    this.#details = before.tables.details;
    this.#attempts = before.tables.attempts;
    this.#before = before;
    this.#context = context;
    this.ready = new QueueDraft(head.ready);
    this.permitQueue = new QueueDraft(head.permitQueue);
    this.#waveLeft = head.wave?.left ?? 0;
    this.#finishedBefore = head.wave?.finished ?? [];
    const known = before.head === undefined ? -1 : INSTANCE_STATUS_CODE[head.status];
    this.#journal = new JournalEntry(context.nowMs, head.runId, known);
  }

  /** The definition of the run's workflow. */
  get definition(): RunDefinition {
    this.#definition ??= this.#context.fact(this.birth.definition);
    return this.#definition;
  }

  /** The definition of a step. */
  step(index: number): StepDefinition {
    const step = this.definition.steps[index];
    assert(step !== undefined, 'a step of the run is a step of its definition', { index });
    return step;
  }

  /** The record of a step. */
  record(index: number): StepRecord {
    return this.#block(Math.floor(index / BLOCK_SIZE))[index % BLOCK_SIZE] ?? UNTOUCHED;
  }

  /** Writes the record of a step. A record of another attempt begins anew. */
  put(index: number, record: StepRecord): void {
    const before = this.record(index);
    if (before.attempt === record.attempt) assertMayBecome(before.status, record.status);
    else assert(mayFollow(before, record), 'attempts follow retryable ones, in order', { index });
    const from = before.attempt === record.attempt ? STEP_STATUS_CODE[before.status] : 0;
    const to = STEP_STATUS_CODE[record.status];
    this.#journal.step(index, record.attempt, from, lastStage(record.times), to);
    if (before.attempt > 0) this.#count(STEP_STATUS_CODE[before.status], -1);
    this.#count(to, 1);
    if (isComplete(record.status)) this.#finished.push(index);
    this.#write(index, record);
  }

  /** Writes fields of a record that have to do with neither its status nor its attempt. */
  adjust(index: number, record: StepRecord): void {
    const before = this.record(index);
    assert(
      before.status === record.status && before.attempt === record.attempt,
      'only put changes a status',
      { index },
    );
    this.#write(index, record);
  }

  #write(index: number, record: StepRecord): void {
    const number = Math.floor(index / BLOCK_SIZE);
    let block = this.#blocks[number];
    if (block === undefined) {
      block = this.#block(number).slice();
      this.#blocks[number] = block;
    }
    const at = index % BLOCK_SIZE;
    while (block.length < at) block.push(undefined);
    block[at] = record;
    this.#isChanged = true;
  }

  #block(number: number): StepBlock {
    const written = this.#blocks[number];
    if (written !== undefined) return written;
    return this.#before.tables.steps.get(blockKey(this.head.runId, number)) ?? NO_BLOCK;
  }

  #count(code: number, by: number): void {
    this.counts[code] = (this.counts[code] ?? 0) + by;
  }

  /** How many steps are open. */
  openSteps(): number {
    let open = 0;
    for (const code of OPEN_CODES) open += this.counts[code] ?? 0;
    return open;
  }

  /** Details of the latest attempt of a step. */
  details(index: number): DetailsRow {
    return this.detailsOf(index, this.record(index));
  }

  /** Details of an attempt. */
  detailsOf(index: number, { attempt, detailed }: DetailedAttempt): DetailsRow {
    if (!detailed) return NO_DETAILS;
    return this.#details.get(attemptKey(this.head.runId, index, attempt)) ?? NO_DETAILS;
  }

  /** Writes details of an attempt. @returns the record that knows of them */
  keepDetails<Record extends DetailedAttempt>(
    index: number,
    record: Record,
    details: DetailsRow,
  ): Record {
    const key = attemptKey(this.head.runId, index, record.attempt);
    this.#details = this.#details.set(key, details);
    if (record.detailed) return record;
    this.head.details++;
    return { ...record, detailed: true };
  }

  /** Keeps an attempt as it ended, before the next one begins. */
  keepAttempt(index: number, record: StepRecord): void {
    const key = attemptKey(this.head.runId, index, record.attempt);
    this.#attempts = this.#attempts.set(key, record);
  }

  /** A step can begin. @param satisfied a transition into it was met */
  pushReady(index: number, satisfied: boolean): void {
    if (this.head.ending === undefined) this.ready.push(index * 2 + (satisfied ? 1 : 0));
  }

  /** Takes the next step that can begin: `2 × index + satisfied`; undefined when there is none. */
  nextReady(): number | undefined {
    if (this.#waveLeft === 0) {
      this.#waveLeft = this.ready.length;
      this.#finishedBefore = [];
      this.#finished.length = 0;
    }
    if (this.#waveLeft > 0) this.#waveLeft--;
    return this.ready.next();
  }

  /**
   * Did the step end in the wave that is being begun? Steps that become ready together run side by side, although they
   * are begun one by one, and maybe in several turns: none sees another.
   */
  isBeside(index: number): boolean {
    return this.#finished.includes(index) || this.#finishedBefore.includes(index);
  }

  /** Changes the status of the run. */
  become(status: InstanceStatus): void {
    this.head.status = status;
    this.head.modifyTimeMs = this.nowMs;
    if (status === 'IN_PROGRESS') this.#journal.begin();
  }

  /** A name for a timer or an effect of an attempt; unique within the instance. */
  nameOf(kind: string, index: number, attempt: number): string {
    return `${kind}:${this.head.runId}:${index + 1}:${attempt}`;
  }

  arm(name: string, dueAtMs: number): void {
    this.#timers.push({ kind: 'arm', name, dueAtMs });
  }

  disarm(name: string, dueAtMs: number): void {
    const armed = this.#timers.findIndex(
      (timer) => timer.kind === 'arm' && timer.name === name && timer.dueAtMs === dueAtMs,
    );
    if (armed >= 0) this.#timers.splice(armed, 1);
    else this.#timers.push({ kind: 'disarm', name, dueAtMs });
  }

  open(id: string, effect: Effect): void {
    this.#open.push({ id, effect: encodeEffect(effect) });
    this.head.effects++;
  }

  settle(id: string): void {
    this.head.effects--;
    const opened = this.#open.findIndex((intent) => intent.id === id);
    if (opened >= 0) this.#open.splice(opened, 1);
    else this.#settle.push(id);
  }

  tellWorkflow(message: WorkflowMessage): void {
    const to = { kind: 'workflow', key: this.birth.workflow_id };
    this.#sends.push({ to, message: encodeWorkflowMessage(message) });
  }

  /** Goes on in another turn, once. */
  goOn(): void {
    if (this.head.advancing) return;
    this.head.advancing = true;
    this.#sends.push({ to: this.#context.self, message: encodeMessage({ kind: 'advance' }) });
  }

  /** Answers an asker, if there is one. */
  reply(to: ReplyTo | undefined, value: WorkflowReply): void {
    if (to !== undefined) this.#replies.push({ to, value: encodeReply(value) });
  }

  /** Brings everything that is open to an end. A harder end overrules one that is under way. */
  beginEnding(as: Ending['as']): void {
    const { ending } = this.head;
    if (ending !== undefined && RANK[ending.as] >= RANK[as]) return;
    this.head.ending = { as, from: 0 };
    this.ready.clear();
    this.#waveLeft = 0;
    this.permitQueue.clear();
  }

  /** The instance is removed. */
  erase(): void {
    this.#isErased = true;
    this.#list(undefined);
  }

  #list(value: Plain | undefined): void {
    const { workflow_id, instance_id } = this.birth;
    this.#index.push({ list: instanceList(workflow_id), key: instance_id, value });
  }

  reduction(): Reduction<InstanceHead, InstanceRows> {
    const before = this.#before.head;
    const { head } = this;
    if (this.#isErased) return this.#erasure();
    const journal = this.#journal.finished(INSTANCE_STATUS_CODE[head.status]);
    if (before?.status !== head.status || before.runId !== head.runId)
      this.#list(encodeListEntry(head));
    if (journal !== undefined) head.modifyTimeMs = this.nowMs;
    if (this.#isChanged) head.counts = this.counts;
    head.ready = this.ready.left();
    head.permitQueue = this.permitQueue.left();
    head.wave = this.#wave(head.wave);
    return {
      state: this.#state(),
      sends: this.#sends,
      timers: this.#timers,
      ...(journal === undefined ? {} : { journal: [journal] }),
      index: this.#index,
      open: this.#open,
      settle: this.#settle,
      replies: this.#replies,
      ...(this.#mayRest() ? { rest: true } : {}),
    };
  }

  /** The wave under way, for the next turn: the very one this turn began with when nothing changed. */
  #wave(before: Wave | undefined): Wave | undefined {
    const left = this.#waveLeft;
    if (left === 0) return undefined;
    if (left === before?.left && this.#finished.length === 0) return before;
    return { left, finished: this.#finishedBefore.concat(this.#finished) };
  }

  #state(): InstanceState {
    const { tables } = this.#before;
    if (!this.#isWritten()) return this.#before;
    let { steps } = tables;
    for (const [number, block] of this.#blocks.entries()) {
      if (block !== undefined) steps = steps.set(blockKey(this.head.runId, number), block);
    }
    return {
      head: this.head,
      tables: { steps, details: this.#details, attempts: this.#attempts },
    };
  }

  /** Is there anything in the state that this turn changed? */
  #isWritten(): boolean {
    const before = this.#before.head;
    return (
      this.#isChanged ||
      before === undefined ||
      this.#details !== this.#before.tables.details ||
      HEAD_FIELDS.some((field) => this.head[field] !== before[field])
    );
  }

  #erasure(): Reduction<InstanceHead, InstanceRows> {
    return {
      state: this.#before,
      sends: this.#sends,
      timers: this.#timers,
      index: this.#index,
      open: [],
      settle: this.#settle,
      replies: this.#replies,
      erase: true,
    };
  }

  /** Nothing is expected but messages and timers, and those may take long. */
  #mayRest(): boolean {
    return !this.head.advancing && this.head.effects === 0;
  }
}

interface SharedRecords {
  /** A first attempt that passed every stage. */
  readonly succeeded: StepRecord;
  /** A step none of whose incoming transitions was met. */
  readonly unsatisfied: StepRecord;
}

/** One record serves every step to which the same happens at the same time. */
function sharedRecords(nowMs: number): SharedRecords {
  const fresh = created(1, NO_RETRIES, nowMs);
  return {
    succeeded: { ...fresh, status: 'SUCCEEDED', times: reached(fresh.times, STAGE.END, nowMs) },
    unsatisfied: {
      ...fresh,
      status: 'UNSATISFIED',
      satisfied: false,
      times: endedAt(fresh.times, nowMs),
    },
  };
}

const NO_BLOCK: StepBlock = [];

/** Every field of the head that a turn may change; counts change with records only. */
const HEAD_FIELDS: readonly (keyof InstanceHead)[] = [
  'runId',
  'status',
  'startTimeMs',
  'endTimeMs',
  'modifyTimeMs',
  'ready',
  'wave',
  'advancing',
  'ending',
  'permitsHeld',
  'permitQueue',
  'permitsUnwanted',
  'timeoutAtMs',
  'eraseAtMs',
  'askers',
  'timeline',
  'details',
  'effects',
];

const RANK = { STOPPED: 1, TIMED_OUT: 2, FATALLY_FAILED: 3 } as const;

const OPEN_CODES: readonly number[] = STEP_STATUSES.flatMap((status, code) =>
  isOpen(status) ? [code] : [],
);

function mayFollow(before: StepRecord, after: StepRecord): boolean {
  const isNext = after.attempt === before.attempt + 1;
  return isNext && (before.attempt === 0 || isRetryable(before.status));
}

/** No counts yet. */
export const NO_COUNTS: readonly number[] = STEP_STATUSES.map(() => 0);
