// The state of a workflow actor: a small head that is written once per batch, and rows.
//
//   W1  Instance and version numbers only grow; instance numbers go on after a deletion.
//   W2  `running` has one row per instance that runs, and head.running counts them.
//   W3  `queue` has one row per instance that was created and has not begun to run. Those at or above head.queueFrom
//       wait for a slot and are counted by head.queued; those below are being stopped, never run, and are counted by
//       head.withdrawn.
//   W4  `requests` has one row per instance for as long as it is kept: a request id never makes a second instance.
//   W5  A failure blocks if its row carries the head's blockEpoch; head.failures counts those.
//   W6  A waiting permit request is one that cannot be granted now: nothing is left waiting that has room (permit.ts).
//   W7  At most one `advance` message to itself is under way, and head.advancing says so.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { ActorState, ReplyTo } from '../../cluster/core/reduction.ts';
import type { RunStrategy } from '../definition/run-strategy.ts';

export interface LiveHead {
  readonly kind: 'live';
  /** Which life of this workflow id it is, from 1: a push after a deletion begins the next. */
  readonly life: number;
  readonly latestVersion: number;
  /** 0: none is active. */
  readonly activeVersion: number;
  /** 0: none yet. */
  readonly latestInstance: number;
  /** Of definition, properties or activation; milliseconds since 1970. */
  readonly modifyTimeMs: number;
  readonly strategy: RunStrategy;
  readonly running: number;
  readonly queued: number;
  readonly withdrawn: number;
  /** Instances with a lower number are never taken from the queue. */
  readonly queueFrom: number;
  readonly failures: number;
  readonly blockEpoch: number;
  /** Starts whose parameters are being evaluated elsewhere. */
  readonly pending: number;
  /** Number of the next timeline entry, from 0. */
  readonly timelineEnd: number;
  /** Stops under way, oldest first. */
  readonly sweeps: readonly Sweep[];
  readonly advancing: boolean;
  /** The property step_concurrency; 0: not set. */
  readonly stepConcurrency: number;
  /** Permits held by steps that are not limited by their instance. */
  readonly permitsHeld: number;
  /** Permit requests that wait. */
  readonly permitsWaiting: number;
  /** Number of the last permit request that had to wait. */
  readonly latestPermit: number;
}

/** Stops instances of a range of numbers: those in the queue first, then with `running` those that run. */
export interface Sweep {
  /** The next instance to look at. */
  readonly from: number;
  /** The last one. */
  readonly through: number;
  readonly phase: 'queued' | 'running';
  readonly running: boolean;
  readonly kill: boolean;
  readonly author: string;
  readonly reason: string;
}

/** Reads find nothing any more while instances, and then rows, are removed. */
export interface DeletingHead {
  readonly kind: 'deleting';
  readonly life: number;
  readonly latestVersion: number;
  readonly latestInstance: number;
  readonly timelineEnd: number;
  /** The next instance to be removed. */
  readonly nextInstance: number;
  /** Instances that were told to remove themselves and have not answered. */
  readonly outstanding: number;
  /** The next version row to be removed. */
  readonly nextVersion: number;
}

/** What stays of a deleted workflow, so that a new one under its id goes on counting. */
export interface DeletedHead {
  readonly kind: 'deleted';
  readonly life: number;
  readonly latestInstance: number;
}

export type WorkflowHead = LiveHead | DeletingHead | DeletedHead;

export interface VersionRow {
  /** Hash of the definition's fact. */
  readonly definition: string;
  /** git_info and the extra keys of the push. */
  readonly metadata: PlainObject;
  readonly createTimeMs: number;
  readonly author: string;
  /** The last activation, if there ever was one. */
  readonly activation: { readonly timeMs: number; readonly author: string } | undefined;
}

/** The newest properties. */
export interface PropertiesRow {
  /** As answers show it. */
  readonly snapshot: PlainObject;
  /** The part that an instance keeps; follows from the snapshot and is not stored. */
  readonly run: PlainObject;
}

/** The instance a request id made. */
export interface RequestRow {
  readonly instanceId: number;
  readonly runId: number;
  readonly version: number;
}

/** A run of an instance, in the queue or running. */
export interface RunRow {
  readonly runId: number;
}

export interface FailureRow {
  readonly runId: number;
  readonly blockEpoch: number;
}

/** A start whose parameters are being evaluated elsewhere. */
export interface PendingRow {
  /** The start message. */
  readonly start: PlainObject;
  readonly version: number;
  /** Who asked, with the first one's question carried over to the instance and the others told of a duplicate. */
  readonly askers: readonly { readonly replyTo: ReplyTo; readonly awaitEnd: boolean }[];
}

/** Permits of one step, or with an empty key of all steps that are limited by their instance. */
export interface PermitRow {
  readonly held: number;
  /** The first and the last request that wait; 0: none. */
  readonly first: number;
  readonly last: number;
}

/** A permit request that waits. */
export interface WaitingRow {
  readonly instanceId: number;
  readonly runId: number;
  readonly stepId: string;
  readonly attemptId: number;
  /** The next one of the same permit row; 0: none. */
  readonly next: number;
}

export interface TimelineRow {
  readonly timestampMs: number;
  readonly author: string;
  readonly log: string;
}

export type WorkflowRows = {
  readonly versions: VersionRow;
  readonly properties: PropertiesRow;
  readonly requests: RequestRow;
  readonly pending: PendingRow;
  readonly queue: RunRow;
  readonly running: RunRow;
  readonly failures: FailureRow;
  readonly permits: PermitRow;
  readonly waiting: WaitingRow;
  readonly timeline: TimelineRow;
};

export type WorkflowState = ActorState<WorkflowHead, WorkflowRows>;

/** The key of the only row of `properties`. */
export const LATEST_PROPERTIES = 0;

/** The live head, or undefined before the first push and from the deletion on. */
export function liveHead({ head }: WorkflowState): LiveHead | undefined {
  return head?.kind === 'live' ? head : undefined;
}
