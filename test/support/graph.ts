// Graphs of steps for tests, written by hand: steps by id in the order of their ordinals.

import { type Attribute, fixed } from '../../src/definition/attribute.ts';
import { NO_PARAMS, type ParamDefinitions } from '../../src/definition/param-definition.ts';
import type {
  FailureMode,
  RetryPolicy,
  RetryRule,
  RunDefinition,
  StepDefinition,
} from '../../src/instance/run-definition.ts';

const DAY_MS = 86_400_000;

export interface StepText {
  readonly type?: string;
  /** Ids of the steps it leads to, perhaps with a condition: `b`, `c if n > 1`. */
  readonly to?: readonly string[];
  readonly params?: ParamDefinitions;
  readonly failureMode?: FailureMode;
  readonly timeoutMs?: number;
  readonly timeout?: Attribute<number>;
  readonly retryPolicy?: Attribute<RetryPolicy>;
  /** Limits of retries after errors, platform errors and timeouts. */
  readonly retries?: readonly [number, number, number];
}

export interface GraphOptions {
  readonly params?: ParamDefinitions;
  readonly timeoutMs?: number;
  readonly timeout?: Attribute<number>;
  readonly instanceStepConcurrency?: number;
}

/** A rule of 60 s, doubling, up to ten minutes. */
function rule(limit: number): RetryRule {
  return { limit, backoffMs: 60_000, exponent: 2, delayLimitMs: 600_000 };
}

/** A policy with such rules. */
export function retryPolicy(error: number, platform: number, timeout: number): RetryPolicy {
  return { error: rule(error), platform: rule(platform), timeout: rule(timeout) };
}

/** The definition of a graph. */
export function graph(
  texts: { readonly [id: string]: StepText },
  options: GraphOptions = {},
): RunDefinition {
  const ids = Object.keys(texts);
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const predecessors = ids.map(() => 0);
  const edges = ids.map((id) =>
    (texts[id]?.to ?? []).map((text) => {
      const [stepId = '', condition = 'true'] = text.split(' if ');
      const index = indexes.get(stepId) ?? -1;
      predecessors[index] = (predecessors[index] ?? 0) + 1;
      return { index, stepId, condition, always: condition === 'true' };
    }),
  );
  const steps = ids.map((id, index): StepDefinition => {
    const text = texts[id] ?? {};
    return {
      id,
      type: text.type ?? 'NoOp',
      typeInfo: text.type ?? 'NoOp',
      params: text.params ?? NO_PARAMS,
      failureMode: text.failureMode ?? 'FAIL_AFTER_RUNNING',
      timeout: text.timeout ?? fixed(text.timeoutMs ?? 10 * DAY_MS),
      retryPolicy: text.retryPolicy ?? fixed(retryPolicy(...(text.retries ?? [2, 10, 0]))),
      predecessors: predecessors[index] ?? 0,
      successors: edges[index] ?? [],
    };
  });
  return {
    params: options.params ?? NO_PARAMS,
    timeout: options.timeout ?? fixed(options.timeoutMs ?? 10 * DAY_MS),
    steps,
    roots: steps.flatMap((step, index) => (step.predecessors === 0 ? [index] : [])),
    indexes,
    ...(options.instanceStepConcurrency === undefined
      ? {}
      : { instanceStepConcurrency: options.instanceStepConcurrency }),
  };
}
