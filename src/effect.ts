// The closed union of effects: what actors ask of the world outside, and what comes back.
//
// An effect is opened by a turn, leaves after that turn's commit, and stays open until a turn settles it. Settling an
// effect that is still running stops it. Everything here is plain data.

import { hash64 } from '../cluster/core/hash.ts';
import type { PlainObject } from '../cluster/core/plain.ts';

/** Names one attempt of one step for ever; the same for every launch of the attempt (promise P4). */
interface AttemptToken {
  readonly workflow_id: string;
  readonly workflow_instance_id: number;
  readonly workflow_run_id: number;
  readonly step_id: string;
  readonly step_attempt_id: number;
  readonly step_instance_uuid: string;
}

/** Where an attempt stands among the traces of those it calls (W3C Trace Context): 32 and 16 hexadecimal digits. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
}

/** The trace of an attempt: the same for every launch of it, and made of its UUID, so that nothing need be stored. */
export function traceOf(stepInstanceUuid: string): Trace {
  const { high, low } = hash64(stepInstanceUuid);
  const digits = (part: number): string => part.toString(16).padStart(8, '0');
  return { traceId: stepInstanceUuid.replaceAll('-', ''), spanId: digits(high) + digits(low) };
}

/** Runs one attempt of a step whose type does outside work. */
export interface LaunchEffect {
  readonly kind: 'launch';
  readonly step_type: 'Http' | 'Shell';
  readonly token: AttemptToken;
  /** The step's evaluated parameters by name, as plain JSON values (LONG as number or bigint). */
  readonly params: PlainObject;
}

/** Evaluates the parameters of a step (or of a start) with the full budget, away from the event loop. */
export interface EvaluateEffect {
  readonly kind: 'evaluate';
  /** What the pure evaluation needs, encoded by param; its answer is the recorded results. */
  readonly request: PlainObject;
}

export type Effect = LaunchEffect | EvaluateEffect;

/** How an attempt ended, in the words of the step runtime contract. */
export type LaunchState =
  | 'DONE'
  | 'USER_ERROR'
  | 'PLATFORM_ERROR'
  | 'FATAL_ERROR'
  | 'STOPPED'
  | 'TIMED_OUT';

/** What a step runtime reports of a launch. `started` may be left out; `ended` is reported once per run of the effect. */
export type LaunchOutcome =
  | { readonly kind: 'started' }
  | {
      readonly kind: 'ended';
      readonly state: LaunchState;
      /** Values for parameters the step declares, by name, as plain JSON values; merged by the output rules. */
      readonly output?: PlainObject;
      /** Artifacts by key, merged into the step's. */
      readonly artifacts?: PlainObject;
      /** Lines for the step's timeline, oldest first. */
      readonly messages?: readonly string[];
    };

/** The answer to an EvaluateEffect. */
export type EvaluateOutcome =
  | { readonly kind: 'evaluated'; readonly results: PlainObject }
  | { readonly kind: 'evaluation-failed'; readonly message: string };
