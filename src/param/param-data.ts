// What an evaluation may ask beside parameters: facts about the instance and the step, finished steps, signals, and
// results of children. The caller supplies it; nothing here performs I/O.

import type { Evaluated } from './evaluated.ts';
import type { Parameters } from './parameter.ts';

/** Facts about the run whose parameters are evaluated. */
export interface InstanceFacts {
  readonly workflowId: string;
  readonly instanceId: number;
  readonly runId: number;
  readonly owner: string;
  /** START_FRESH_NEW_RUN, RESTART_FROM_INCOMPLETE, … */
  readonly runPolicy: string;
  readonly initiator: {
    /** MANUAL, TIME, SIGNAL, SUBWORKFLOW, …; VALIDATION in a dry run. */
    readonly type: string;
    /** Of a time trigger. */
    readonly timezone?: string;
    /** Who started a MANUAL run. */
    readonly runnerName?: string;
  };
  /** Zone of the first time trigger in the definition. */
  readonly firstTriggerTimezone?: string;
  /** When the first run was created, in milliseconds since 1970: RUN_TS, and the origin of the date parameters. */
  readonly startedAtMs: number;
  /** The name the server's configuration gives to this environment. */
  readonly environment: string;
  /**
   * Of a child that was given its parent's parameters: the facts that the parent's system parameters follow from, which
   * are the parent's own or its origin. The child's system parameters follow from them too.
   */
  readonly origin?: InstanceFacts;
}

/** Facts about one attempt of a step. */
export interface StepFacts {
  readonly stepId: string;
  readonly stepInstanceId: number;
  readonly stepInstanceUuid: string;
  readonly attemptId: number;
  /** The sub type where the step has one, else the type. */
  readonly typeInfo: string;
  readonly errorRetries: number;
}

/** A step that ended in a complete status: what other steps may read of it. */
export interface FinishedStep {
  readonly facts: StepFacts;
  readonly status: string;
  readonly endTimeMs: number | undefined;
  readonly params: Parameters;
}

/** A value of a signal. */
export type SignalValue = string | bigint | number;

/** Parameters of one signal by name. */
export type SignalParams = { readonly [param: string]: SignalValue };

/** Signals of a run and a step; `any` is a dry run's: every signal has every parameter. */
export type SignalFacts =
  | 'any'
  | {
      /** The signals that started the run, by name. */
      readonly initiator: { readonly [signal: string]: SignalParams };
      /** The signals that met the step's dependencies, in the order of the dependencies. */
      readonly dependencies: readonly SignalParams[];
    };

/** A result that lives with another actor. */
export interface RemoteRead {
  /** `foreach`: an array with one item per iteration. `subworkflow`: the value in the latest run of the child. */
  readonly kind: 'foreach' | 'subworkflow';
  /** The foreach or subworkflow step of this instance. */
  readonly stepId: string;
  /** The step inside. */
  readonly innerStepId: string;
  readonly param: string;
}

/** `unknown`: there is no such parameter. */
export type RemoteAnswer = Evaluated | 'unknown';

/** A text that names a remote read: the key of its answer. */
export function remoteKey(read: RemoteRead): string {
  return [read.kind, read.stepId, read.innerStepId, read.param].join(' ');
}

/** Finished steps by id; a Map is one. */
export interface FinishedSteps {
  get(stepId: string): FinishedStep | undefined;
  keys(): Iterable<string>;
}

export interface ParamData {
  readonly instance: InstanceFacts;
  /** Present in the scope of a step. */
  readonly step?: StepFacts;
  readonly finished: FinishedSteps;
  readonly signals?: SignalFacts;
  /** Answers of other actors so far, by remoteKey. A read without one stops the evaluation and is named by it. */
  readonly remote?: ReadonlyMap<string, RemoteAnswer>;
}

/** No finished steps. */
export const NONE_FINISHED: FinishedSteps = new Map();
