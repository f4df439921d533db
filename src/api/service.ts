// What every door offers: one set of handlers, asked in plain objects and answered in the JSON of the REST API.
//
//   A1  A door maps and nothing more: what is allowed, and what it means, is decided behind this interface.
//   A2  A call that fails throws an ApiError and has changed nothing, unless its code says that the outcome is unknown.

import type { ClusterErrorCode } from '../../cluster/core/errors.ts';
import type { Member } from '../../cluster/core/membership.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { ShardPlace } from '../../cluster/port/administration.ts';
import type { JsonValue } from '../definition/json.ts';
import { type Problem, problemText } from '../definition/problem.ts';
import type { EngineErrorCode } from '../errors.ts';

export type ApiErrorCode = ClusterErrorCode | EngineErrorCode;

/** A call that was refused or failed. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** All that is wrong, one line each: of the problems, where there are any; empty when the message says it. */
  readonly errors: readonly string[];
  /** When the same call may succeed, in milliseconds from now; undefined: it will not without a change. */
  readonly retryAfterMs: number | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: ApiErrorCode,
    message: string,
    more: {
      readonly errors?: readonly string[];
      readonly problems?: readonly Problem[];
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ApiError';
    this.code = code;
    this.problems = more.problems ?? [];
    this.errors = more.errors ?? this.problems.map(problemText);
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** What comes with every call. */
export interface Call {
  /** Who calls. */
  readonly caller: string;
  /** The caller gives up at this time of the monotonic clock. */
  readonly deadlineMs: number;
  /** Repeats of a change with the same id are answered like the first one. */
  readonly requestId?: string | undefined;
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  /** Where to begin: the cursor of the last entry seen. Left out: at the end that is listed first. */
  readonly cursor?: string | undefined;
  /** Backwards, from the entry before the cursor. */
  readonly backwards?: boolean;
}

export interface Page {
  readonly elements: readonly PlainObject[];
  /** Cursors of the first and the last element; undefined on an empty page. */
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  readonly total: number;
}

/** A start. */
export interface StartRequest {
  readonly workflowId: string;
  /** active, latest, default or a number. */
  readonly version: string;
  /** Starts with the same id give the same instance. Left out: one is made. */
  readonly requestId?: string | undefined;
  /** When the request was made, in milliseconds since 1970; left out: now. */
  readonly requestTimeMs?: number | undefined;
  /** {type, user, …}; left out: the caller, by hand. */
  readonly initiator?: PlainObject | undefined;
  /** Parameter definitions by name. */
  readonly runParams: PlainObject;
  readonly runtimeTags: readonly PlainObject[];
  readonly artifacts: PlainObject;
  readonly persistFailedRun: boolean;
}

export interface Started {
  readonly workflowId: string;
  readonly versionId: number;
  readonly instanceId: number;
  readonly runId: number;
  readonly uuid: string;
  /** CREATED, DUPLICATED or STOPPED; of a run its end, or at the deadline the status it is in. */
  readonly status: string;
  /** What the instance's timeline begins with; {} of a run. */
  readonly timelineEvent: PlainObject;
}

/** A run of an instance. */
export interface RunName {
  readonly workflowId: string;
  readonly instanceId: number;
  /** Left out: the latest. */
  readonly runId?: number | undefined;
}

interface StepName extends RunName {
  readonly stepId: string;
  /** Left out: the latest. */
  readonly attemptId?: number | undefined;
}

/** What happened to an instance in one commit. */
export interface Change {
  /** Grows, with gaps; pass it on as `afterSeq` to go on later. */
  readonly seq: number;
  readonly entries: readonly PlainObject[];
  /** The run has ended with this commit. */
  readonly ended: boolean;
}

export interface WorkflowServices {
  /** A new version. @param body a create request as JSON @returns {workflow_id, workflow_version_id, …} as REST shows it */
  push(call: Call, body: unknown): Promise<PlainObject>;
  /** Everything that is wrong with a create request; nothing if it could be pushed. */
  validate(call: Call, body: unknown): Promise<readonly Problem[]>;
  version(workflowId: string, version: string, enriched: boolean): Promise<PlainObject>;
  /** Newest first. Cursors are version numbers. */
  versions(workflowId: string, page: PageRequest): Promise<Page>;
  /** All workflows by id. */
  list(page: PageRequest): Promise<Page>;
  overview(workflowId: string): Promise<PlainObject>;
  timeline(workflowId: string): Promise<PlainObject>;
  properties(workflowId: string): Promise<PlainObject>;
  updateProperties(call: Call, workflowId: string, body: unknown): Promise<PlainObject>;
  addTag(call: Call, workflowId: string, body: unknown): Promise<PlainObject>;
  deleteTag(call: Call, workflowId: string, name: string): Promise<PlainObject>;
  activate(call: Call, workflowId: string, version: string): Promise<PlainObject>;
  deactivate(call: Call, workflowId: string): Promise<PlainObject>;
  /** Begins the deletion of everything the workflow has. */
  delete(call: Call, workflowId: string): Promise<PlainObject>;
  /** Stops or kills everything that has not ended. */
  stopAll(call: Call, workflowId: string, kill: boolean): Promise<PlainObject>;
  /** Clears failures that block a STRICT_SEQUENTIAL workflow; all of them, or that of one instance. */
  unblock(
    call: Call,
    run: { readonly workflowId: string } & Partial<RunName>,
  ): Promise<PlainObject>;
}

export interface InstanceServices {
  start(call: Call, request: StartRequest): Promise<Started>;
  /** Starts, and answers when the run has ended or with its state at the deadline. */
  run(call: Call, request: StartRequest): Promise<Started>;
  stop(call: Call, run: RunName, kill: boolean): Promise<PlainObject>;
  get(
    run: RunName,
    view: { readonly enriched: boolean; readonly aggregated: boolean },
  ): Promise<PlainObject>;
  /**
   * The latest runs of a workflow's instances, newest first. Cursors are instance numbers.
   * @param aggregated with what all runs of an instance come to; left out: yes
   */
  list(workflowId: string, page: PageRequest, aggregated?: boolean): Promise<Page>;
  /** The runs of an instance, newest first. Cursors are run numbers. */
  runs(instance: Omit<RunName, 'runId'>, page: PageRequest): Promise<Page>;
  /**
   * Calls back with every committed change after `afterSeq`, in order and without gaps, until the returned function is
   * called. `onEnd`: the stream broke; watch again from the last seq.
   */
  watch(
    run: RunName,
    afterSeq: number,
    onChange: (change: Change) => void,
    onEnd: (error: ApiError) => void,
  ): () => void;
}

export interface StepServices {
  /** All steps of a run, each with its latest attempt. */
  list(run: RunName): Promise<readonly PlainObject[]>;
  /** One attempt; enriched with the statuses it went through. */
  get(step: StepName, enriched: boolean): Promise<PlainObject>;
}

/** What can be said of an expression. */
export interface CheckedExpression {
  /** Names it reads and does not set. */
  readonly references: readonly string[];
  /** What it gives; undefined when a name it needs was not given, or it fails. */
  readonly value: { readonly type: string; readonly json: JsonValue } | undefined;
  readonly problem:
    | {
        readonly class: string;
        readonly message: string;
        readonly line: number;
        readonly column: number;
      }
    | undefined;
}

interface ExpressionServices {
  /** @param params parameter definitions by name, as JSON */
  check(source: string, params: unknown): Promise<CheckedExpression>;
}

/** A node of the cluster. */
interface NodeView extends Omit<Member, 'id' | 'leaseEndsMs'> {
  readonly member: string;
  readonly node: string;
  /** Shards it owns. */
  readonly shards: number;
}

export interface ClusterServices {
  nodes(): Promise<readonly NodeView[]>;
  /** @param node a node or a member; empty: the one that is asked */
  inspect(node: string): Promise<PlainObject>;
  drain(node: string): Promise<void>;
  shards(): Promise<readonly ShardPlace[]>;
}

export interface Services {
  readonly cluster: ClusterServices;
  readonly workflow: WorkflowServices;
  readonly instance: InstanceServices;
  readonly step: StepServices;
  readonly expression: ExpressionServices;
  /** Time by which deadlines are told, in milliseconds. */
  monotonicMs(): number;
  /** Milliseconds since 1970. */
  wallMs(): number;
}
