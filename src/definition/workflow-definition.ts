// A workflow's definition once it has been read: what runs, views and triggers know of it. Plain but for attributes, which
// hold functions; what is stored is the JSON it was read from.
//
//   D1  Steps are known by their index in their graph; the ordinal of answers is one more.
//   D2  Every index of a transition is that of a step of the same graph, and there is no cycle.
//   D3  Step ids differ over the whole definition, loop bodies included.

import type { Attribute } from './attribute.ts';
import type { JsonObject } from './json.ts';
import type { ParamDefinitions } from './param-definition.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { SignalTrigger } from './signal-trigger.ts';
import type { SignalDependency, SignalOutput } from './step-signal.ts';
import type { StepType } from './step-type.ts';
import type { Tag } from './tag.ts';
import type { TimeTrigger } from './time-trigger.ts';

export const FAILURE_MODES = ['FAIL_AFTER_RUNNING', 'FAIL_IMMEDIATELY', 'IGNORE_FAILURE'] as const;

type FailureMode = (typeof FAILURE_MODES)[number];

export const CRITICALITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

type Criticality = (typeof CRITICALITIES)[number];

/** An edge of the graph. */
export interface Transition {
  /** The step it leads to, as an index. */
  readonly index: number;
  readonly stepId: string;
  /** A BOOLEAN expression. */
  readonly condition: string;
  /** The condition is constantly true and never evaluated. */
  readonly always: boolean;
}

/** What a kind of step has beside what all steps have. */
export type StepShape =
  | { readonly kind: 'step' }
  | {
      readonly kind: 'subworkflow';
      /** The step waits for the end of the instance it starts. */
      readonly sync: boolean;
      /** Only the step's own parameters are handed down. */
      readonly explicitParams: boolean;
    }
  | {
      readonly kind: 'foreach';
      /** Iterations at a time. */
      readonly concurrency?: number;
      readonly strictOrdering: boolean;
      readonly body: StepGraph;
    }
  | {
      readonly kind: 'while';
      /** A BOOLEAN expression, asked before every iteration. */
      readonly condition: string;
      readonly body: StepGraph;
    }
  | { readonly kind: 'template' };

/** A step of the graph. */
export interface WorkflowStep {
  readonly id: string;
  /** The id where none was given. */
  readonly name: string;
  readonly description?: string;
  readonly type: StepType;
  readonly subType?: string;
  readonly subTypeVersion?: string;
  /** The sub type where the step has one, else the type. */
  readonly typeInfo: string;
  readonly shape: StepShape;
  readonly tags: readonly Tag[];
  readonly params: ParamDefinitions;
  readonly failureMode: FailureMode;
  /** In milliseconds. */
  readonly timeout: Attribute<number>;
  readonly retryPolicy: Attribute<RetryPolicy>;
  readonly signalDependencies: readonly SignalDependency[];
  readonly signalOutputs: readonly SignalOutput[];
  /** Number of steps that lead to it. */
  readonly predecessors: number;
  readonly successors: readonly Transition[];
  /** The step as answers show it, without the wrapper that names its kind. */
  readonly json: JsonObject;
}

/** Steps and how they follow one another. */
export interface StepGraph {
  readonly steps: readonly WorkflowStep[];
  /** Indexes of the steps without predecessors. */
  readonly roots: readonly number[];
  /** The index of each step by id. */
  readonly indexes: ReadonlyMap<string, number>;
}

export interface WorkflowDefinition extends StepGraph {
  readonly id: string;
  /** The id where none was given. */
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly criticality?: Criticality;
  readonly params: ParamDefinitions;
  readonly timeTriggers: readonly TimeTrigger[];
  readonly signalTriggers: readonly SignalTrigger[];
  /** Zone of the first time trigger. */
  readonly firstTriggerTimezone?: string;
  readonly instanceStepConcurrency?: number;
  /** In milliseconds. */
  readonly timeout: Attribute<number>;
  /** The workflow as answers show it: reading it again gives this definition. */
  readonly json: JsonObject;
}
