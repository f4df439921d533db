// What a workflow actor understands, what it answers, and what it can be asked to read. All plain data.
//
// Doors validate: a definition that reaches this actor has been parsed and checked, and is stored as a fact.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { EngineErrorCode } from '../errors.ts';
import type { EndStatus } from '../instance/message.ts';

/** `active`, `latest`, `default`, or a version number, as in a request's path; matched without regard to case. */
export type VersionSelector = string;

/** A new version of the definition. Answered with `pushed`. */
export interface PushMessage {
  readonly kind: 'push';
  /** Hash of the fact that holds the definition's canonical text. */
  readonly definition: string;
  /** The properties object as pushed, or null when the request had none. */
  readonly properties: PlainObject | null;
  readonly is_active: boolean;
  /** git_info and the request's extra keys. */
  readonly metadata: PlainObject;
  readonly author: string;
}

/** A start. Answered with `started`, or with `ended` when `await_end` is set and the instance has ended. */
export interface StartMessage {
  readonly kind: 'start';
  readonly version: VersionSelector;
  /** Starts with the same request id give the same instance, for as long as the instance is kept. */
  readonly request_id: string;
  readonly request_time: number;
  /** {type, caller: {name}, …} as shown in answers. */
  readonly initiator: PlainObject;
  /** Run parameter definitions by name, as pushed. */
  readonly run_params: PlainObject;
  readonly runtime_tags: readonly PlainObject[];
  readonly artifacts: PlainObject;
  /** Store an instance that failed when its parameters cannot be evaluated, instead of refusing. */
  readonly persist_failed_run: boolean;
  /** Reply when the instance has ended, not when it is created. */
  readonly await_end: boolean;
  /** Of the parent, for a child; left out it names the new instance itself. */
  readonly correlation_id?: string;
}

/**
 * An attempt of a step that is about to do outside work. Each request is granted exactly once, at once or when there is
 * room, and is never taken back: an attempt that wants it no more releases it when it comes.
 */
export interface PermitRequest {
  readonly kind: 'permit-request';
  readonly instance_id: number;
  readonly run_id: number;
  readonly step_id: string;
  readonly attempt_id: number;
  /**
   * The definition sets instance_step_concurrency, which the instance keeps by itself. Then only the workflow's
   * step_concurrency holds beside it; without that one no request is needed.
   */
  readonly instance_limited: boolean;
}

/** Gives a granted permit back. Told in the words of its request. */
export interface PermitRelease {
  readonly kind: 'permit-release';
  readonly step_id: string;
  readonly instance_limited: boolean;
}

/** What only a workflow that exists can take; refused with `not-found` otherwise. */
export type WorkflowCommand =
  | StartMessage
  | PermitRequest
  | PermitRelease
  /** A properties update request (fields and reset flags). Answered with `properties`. */
  | { readonly kind: 'update-properties'; readonly update: PlainObject; readonly author: string }
  | { readonly kind: 'add-tag'; readonly tag: PlainObject; readonly author: string }
  | { readonly kind: 'delete-tag'; readonly name: string; readonly author: string }
  /** Answered with `acted`. */
  | { readonly kind: 'activate'; readonly version: VersionSelector; readonly author: string }
  | { readonly kind: 'deactivate'; readonly author: string }
  /** Stops or kills every instance that has not ended. Answered with `acted`. */
  | { readonly kind: 'stop-all'; readonly kill: boolean; readonly author: string }
  /** Clears the failures that block a STRICT_SEQUENTIAL workflow: all of them, or that of one instance. */
  | {
      readonly kind: 'unblock';
      readonly instance_id?: number;
      readonly run_id?: number;
      readonly author: string;
    }
  | { readonly kind: 'delete'; readonly author: string }
  /** From an instance: a run has ended. Exactly once per run, also of one that ended as it was created. */
  | {
      readonly kind: 'ended';
      readonly instance_id: number;
      readonly run_id: number;
      readonly status: EndStatus;
    };

export type WorkflowMessage =
  | PushMessage
  | WorkflowCommand
  /**
   * From an instance that was removed, after its retention or because it was told to: forget its request id. An instance
   * that does not exist answers `remove` too, with an empty request id.
   */
  | { readonly kind: 'removed'; readonly instance_id: number; readonly request_id: string }
  /** From itself: more is to be done than one turn may do. */
  | { readonly kind: 'advance' };

/** Statuses of a start's answer. */
type StartStatus = 'CREATED' | 'DUPLICATED' | 'STOPPED';

export type WorkflowReply =
  | { readonly kind: 'pushed'; readonly version_id: number }
  | {
      readonly kind: 'started';
      readonly workflow_id: string;
      readonly workflow_version_id: number;
      readonly workflow_instance_id: number;
      readonly workflow_run_id: number;
      readonly workflow_uuid: string;
      readonly status: StartStatus;
      readonly timeline_event: PlainObject;
    }
  | {
      readonly kind: 'ended';
      readonly workflow_id: string;
      readonly workflow_version_id: number;
      readonly workflow_instance_id: number;
      readonly workflow_run_id: number;
      readonly workflow_uuid: string;
      readonly status: EndStatus;
    }
  | { readonly kind: 'properties'; readonly snapshot: PlainObject }
  | { readonly kind: 'acted'; readonly message: string; readonly details: PlainObject }
  | Refusal;

/** A command that the state or its values do not allow: nothing was changed. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly errors: readonly string[];
}

/** Reads. Each is answered with `found` or `refused`. */
export type WorkflowQuery =
  /** → {version_id, definition (fact hash), metadata, is_active, is_latest, is_default, activate_time, activated_by, modify_time, properties_snapshot, internal_id} */
  | { readonly kind: 'definition'; readonly version: VersionSelector }
  /** → {versions: the same, newest first, total} */
  | { readonly kind: 'versions'; readonly before?: number; readonly limit: number }
  | { readonly kind: 'properties' }
  /** → counts by status, active, latest and default version, latest instance */
  | { readonly kind: 'overview' }
  /** → {events: definition-level timeline, oldest first} */
  | { readonly kind: 'timeline' };

/** What changed about a workflow as a whole, for watchers and publishers. Versions are 0 when there is none. */
export type WorkflowJournalEntry =
  | {
      readonly kind: 'version-pushed';
      readonly version_id: number;
      readonly active_version_id: number;
      readonly previous_active_version_id: number;
      readonly author: string;
      readonly time: number;
    }
  | { readonly kind: 'properties-changed'; readonly author: string; readonly time: number }
  | {
      readonly kind: 'activated' | 'deactivated';
      readonly active_version_id: number;
      readonly previous_active_version_id: number;
      readonly author: string;
      readonly time: number;
    }
  | {
      readonly kind: 'deleted';
      readonly internal_id: number;
      readonly author: string;
      readonly time: number;
    };

export type WorkflowAnswer = { readonly kind: 'found'; readonly value: PlainObject } | Refusal;

/** The ordered list in which every workflow has one entry under its id, spread over all shards. */
export const WORKFLOW_LIST = 'workflows';

/** The ordered list of a workflow's instances by number. Each entry is in the shard of its instance. */
export function instanceList(workflowId: string): string {
  return `instances/${workflowId}`;
}
