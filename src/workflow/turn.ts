// One turn of a workflow actor while it is being decided: the rows as they become, and everything that follows.
//
// Leaves change it in place and `reduction` takes it apart; nothing of it outlives the turn.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type {
  EffectIntent,
  IndexChange,
  Reduction,
  Reply,
  ReplyTo,
  Send,
} from '../../cluster/core/reduction.ts';
import type { Table } from '../../cluster/core/table.ts';
import type { TurnContext } from '../../cluster/port/actor-kind.ts';
import type { InstanceMessage } from '../instance/message.ts';
import { instanceAddress } from '../instance/message.ts';
import { encodeInstanceMessage, encodeMessage, encodeReply } from './message-codec.ts';
import {
  WORKFLOW_LIST,
  type WorkflowJournalEntry,
  type WorkflowMessage,
  type WorkflowReply,
} from './message.ts';
import type {
  FailureRow,
  PendingRow,
  PermitRow,
  PropertiesRow,
  RequestRow,
  RunRow,
  TimelineRow,
  VersionRow,
  WaitingRow,
  WorkflowHead,
  WorkflowRows,
  WorkflowState,
} from './state.ts';

/** Most turns have none of most parts; shared. */
const NONE: readonly never[] = [];

export class Turn {
  readonly workflowId: string;
  readonly nowMs: number;
  /** Who waits for the answer that is being worked out. */
  asker: ReplyTo | undefined;
  head: WorkflowHead | undefined;
  versions: Table<VersionRow>;
  properties: Table<PropertiesRow>;
  requests: Table<RequestRow>;
  pending: Table<PendingRow>;
  queue: Table<RunRow>;
  running: Table<RunRow>;
  failures: Table<FailureRow>;
  permits: Table<PermitRow>;
  waiting: Table<WaitingRow>;
  timeline: Table<TimelineRow>;
  readonly #before: WorkflowState;
  readonly #context: TurnContext<unknown>;
  #sends: Send[] | undefined;
  #replies: Reply[] | undefined;
  #journal: PlainObject[] | undefined;
  #index: IndexChange[] | undefined;
  #open: EffectIntent[] | undefined;
  #settle: string[] | undefined;

  constructor(state: WorkflowState, context: TurnContext<unknown>, asker: ReplyTo | undefined) {
    const { tables } = state;
    this.#before = state;
    this.workflowId = context.self.key;
    this.nowMs = context.nowMs;
    this.head = state.head;
    this.versions = tables.versions;
    this.properties = tables.properties;
    this.requests = tables.requests;
    this.pending = tables.pending;
    this.queue = tables.queue;
    this.running = tables.running;
    this.failures = tables.failures;
    this.permits = tables.permits;
    this.waiting = tables.waiting;
    this.timeline = tables.timeline;
    this.#context = context;
    this.asker = asker;
  }

  /** Answers the asker, if anybody waits. */
  reply(value: WorkflowReply): void {
    if (this.asker === undefined) return;
    this.#replies ??= [];
    this.#replies.push({ to: this.asker, value: encodeReply(value) });
  }

  /** Tells an instance of this workflow. `birth`: it never existed. */
  tell(
    instanceId: number,
    message: InstanceMessage,
    options: { readonly birth?: true; readonly replyTo?: ReplyTo | undefined } = {},
  ): void {
    const to = instanceAddress(this.workflowId, instanceId);
    this.#sends ??= [];
    this.#sends.push({ to, message: encodeInstanceMessage(message), ...options });
  }

  tellSelf(message: WorkflowMessage): void {
    this.#sends ??= [];
    this.#sends.push({ to: this.#context.self, message: encodeMessage(message) });
  }

  record(entry: WorkflowJournalEntry): void {
    this.#journal ??= [];
    this.#journal.push({ ...entry });
  }

  /** Writes this workflow's entry in the list of all workflows; undefined removes it. */
  list(value: PlainObject | undefined): void {
    this.#index ??= [];
    this.#index.push({ list: WORKFLOW_LIST, key: this.workflowId, value });
  }

  open(id: string, effect: PlainObject): void {
    this.#open ??= [];
    this.#open.push({ id, effect });
  }

  settle(id: string): void {
    this.#settle ??= [];
    this.#settle.push(id);
  }

  reduction(): Reduction<WorkflowHead, WorkflowRows> {
    return {
      state: this.#state(),
      sends: this.#sends ?? NONE,
      replies: this.#replies ?? NONE,
      ...(this.#journal === undefined ? {} : { journal: this.#journal }),
      index: this.#index ?? NONE,
      open: this.#open ?? NONE,
      settle: this.#settle ?? NONE,
    };
  }

  /** The state as it became: the very one the turn began with when nothing changed, so that nothing is written. */
  #state(): WorkflowState {
    const { head, tables } = this.#before;
    if (
      this.head === head &&
      this.versions === tables.versions &&
      this.properties === tables.properties &&
      this.requests === tables.requests &&
      this.pending === tables.pending &&
      this.queue === tables.queue &&
      this.running === tables.running &&
      this.failures === tables.failures &&
      this.permits === tables.permits &&
      this.waiting === tables.waiting &&
      this.timeline === tables.timeline
    ) {
      return this.#before;
    }
    return {
      head: this.head,
      tables: {
        versions: this.versions,
        properties: this.properties,
        requests: this.requests,
        pending: this.pending,
        queue: this.queue,
        running: this.running,
        failures: this.failures,
        permits: this.permits,
        waiting: this.waiting,
        timeline: this.timeline,
      },
    };
  }
}
