// What a run reads of its workflow's definition. The parsed fact has all of this and more; an instance asks for nothing
// else, so that a test can write a graph by hand.

import type { Attribute } from '../definition/attribute.ts';
import type { ParamDefinitions } from '../definition/param-definition.ts';

export type FailureMode = 'FAIL_IMMEDIATELY' | 'FAIL_AFTER_RUNNING' | 'IGNORE_FAILURE';

/** How often failures of one class are tried again, and when. */
export interface RetryRule {
  readonly limit: number;
  readonly backoffMs: number;
  /** Each delay is the one before times this; 1: all are alike. */
  readonly exponent: number;
  readonly delayLimitMs: number;
}

export interface RetryPolicy {
  readonly error: RetryRule;
  readonly platform: RetryRule;
  readonly timeout: RetryRule;
}

/** An edge of the graph. */
export interface TransitionDefinition {
  /** The step it leads to, as an index. */
  readonly index: number;
  readonly stepId: string;
  /** A BOOLEAN expression. */
  readonly condition: string;
  /** The condition is constantly true and never evaluated. */
  readonly always: boolean;
}

/** A step of the graph. */
export interface StepDefinition {
  readonly id: string;
  /** NoOp, Sleep, Http, Shell, … */
  readonly type: string;
  /** The sub type where the step has one, else the type. */
  readonly typeInfo: string;
  readonly params: ParamDefinitions;
  readonly failureMode: FailureMode;
  /** In milliseconds. */
  readonly timeout: Attribute<number>;
  readonly retryPolicy: Attribute<RetryPolicy>;
  /** Number of steps that lead to it. */
  readonly predecessors: number;
  readonly successors: readonly TransitionDefinition[];
}

/** The definition of a workflow. Steps are known by their index; the ordinal of answers is one more. */
export interface RunDefinition {
  readonly params: ParamDefinitions;
  /** Zone of the first time trigger. */
  readonly firstTriggerTimezone?: string;
  readonly instanceStepConcurrency?: number;
  /** In milliseconds. */
  readonly timeout: Attribute<number>;
  readonly steps: readonly StepDefinition[];
  /** Indexes of the steps without predecessors. */
  readonly roots: readonly number[];
  /** The index of each step by id. */
  readonly indexes: ReadonlyMap<string, number>;
}
