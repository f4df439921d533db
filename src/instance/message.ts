// What a workflow instance actor understands, what it answers, and what it can be asked to read. All plain data.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Address } from '../../cluster/core/address.ts';

/** The statuses in which a run has ended. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

/** Birth of an instance, from its workflow. */
export interface CreateMessage {
  readonly kind: 'create';
  readonly workflow_id: string;
  readonly instance_id: number;
  readonly run_id: number;
  readonly workflow_uuid: string;
  readonly version_id: number;
  /** Hash of the definition's fact. */
  readonly definition: string;
  readonly correlation_id: string;
  readonly internal_id: number;
  readonly request_id: string;
  readonly request_time: number;
  readonly initiator: PlainObject;
  readonly run_params: PlainObject;
  /**
   * Evaluated workflow parameters, as `encodeParameters` of param writes them beside `definedParams` of the definition.
   * The system's are not among them.
   */
  readonly params: PlainObject;
  /** The properties an instance keeps: owner, create_time, step_concurrency, alerting, tags. */
  readonly run_properties: PlainObject;
  readonly runtime_tags: readonly PlainObject[];
  readonly artifacts: PlainObject;
  readonly create_time: number;
  /** First entry of the timeline. */
  readonly timeline_event: PlainObject;
  /** Present when the instance ends before it runs: stopped by its run strategy, or failed on its parameters. */
  readonly ends_as?: { readonly status: EndStatus; readonly message: string };
  /** Run at once: no `run` message follows. */
  readonly run: boolean;
  /** Answer this create with `ended` at the end of the run, instead of with `started` now. */
  readonly await_end: boolean;
}

export type InstanceMessage =
  | CreateMessage
  /** Leaves the queue: the run strategy lets the run begin. */
  | { readonly kind: 'run'; readonly run_id: number }
  /** Reply with `ended` (at once when the latest run has ended already). */
  | { readonly kind: 'await-end' }
  /** Stop (steps STOPPED) or kill (steps FATALLY_FAILED) a run; run_id left out is the latest. Answered with `acted` or `refused`. */
  | {
      readonly kind: 'stop';
      readonly kill: boolean;
      readonly run_id?: number;
      readonly author: string;
      /** For the timeline: who else was stopped with it, or what replaced it. */
      readonly reason?: string;
    }
  /**
   * From its workflow: the attempt that sent `permit-request` may do its outside work. Exactly one `permit-release`
   * follows: when the work has ended, or at once if the attempt wants it no more.
   */
  | {
      readonly kind: 'permit-granted';
      readonly run_id: number;
      readonly step_id: string;
      readonly attempt_id: number;
    }
  /** The workflow is deleted: remove everything. */
  | { readonly kind: 'remove' }
  /** From itself: more steps can advance than one turn may (ADVANCE_LIMIT). */
  | { readonly kind: 'advance' };

/** Reads. Answered with `found` (rows as instance/state.ts encodes them, for src/view to decode) or `refused`. */
export type InstanceQuery =
  /** The run's head and all step rows; run left out is the latest. */
  | { readonly kind: 'run'; readonly run_id?: number }
  /** One step's rows: all attempts, or one. */
  | {
      readonly kind: 'step';
      readonly run_id?: number;
      readonly step_id: string;
      readonly attempt_id?: number;
    };

/** The address of an instance. */
export function instanceAddress(workflowId: string, instanceId: number): Address {
  return { kind: 'instance', key: `${workflowId}:${instanceId}` };
}

/** Takes an instance's key apart. Workflow ids hold no colon. */
export function parseInstanceKey(key: string): {
  readonly workflowId: string;
  readonly instanceId: number;
} {
  const colon = key.lastIndexOf(':');
  return { workflowId: key.slice(0, colon), instanceId: Number(key.slice(colon + 1)) };
}

/**
 * The affinity of an instance: its workflow, or with more than one lane the workflow and the instance's lane.
 * @param lanes 1 to 64, a constant of the store
 */
export function instanceAffinity(key: string, lanes: number): string {
  const { workflowId, instanceId } = parseInstanceKey(key);
  const lane = instanceId % lanes;
  return lane === 0 ? workflowId : `${workflowId}/${lane}`;
}
