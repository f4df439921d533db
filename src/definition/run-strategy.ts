// Run strategies as people write them: which of a workflow's instances may run at a time. What follows from one is the
// business of workflow/run-strategy.ts.

import { Fields } from './fields.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { Problem } from './problem.ts';

export const RUN_RULES = [
  'SEQUENTIAL',
  'STRICT_SEQUENTIAL',
  'FIRST_ONLY',
  'LAST_ONLY',
  'PARALLEL',
  'SERIAL_LATEST_ONLY',
] as const;

export type RunRule = (typeof RUN_RULES)[number];

export interface RunStrategy {
  readonly rule: RunRule;
  /** Instances that may run at a time, 1 to 1,000; 1 for every rule but PARALLEL. */
  readonly concurrency: number;
}

/** The strategy of a workflow that names none. */
export const DEFAULT_RUN_STRATEGY: RunStrategy = { rule: 'SEQUENTIAL', concurrency: 1 };

/** Concurrency of PARALLEL when none is given. */
const PARALLEL_CONCURRENCY = 20;
const CONCURRENCY_LIMIT = 1_000;

/**
 * Reads a strategy: the name of a rule in any case, a number (PARALLEL with that concurrency), or an object with `rule`
 * and perhaps `workflow_concurrency`. Reports to `problems` and returns undefined when it is none.
 */
export function parseRunStrategy(
  json: unknown,
  path: string,
  problems: Problem[],
): RunStrategy | undefined {
  const before = problems.length;
  const fields = new Fields(strategyObject(json), path, problems);
  const rule = fields.word('rule', RUN_RULES);
  if (fields.read('rule') === undefined) {
    fields.refuse('rule', `be one of ${RUN_RULES.join(', ')}`);
  }
  const isParallel = rule === 'PARALLEL';
  const concurrency = fields.whole('workflow_concurrency', 1, CONCURRENCY_LIMIT);
  // A wrong rule is reported as such: what it should have been is not known.
  if (rule !== undefined && !isParallel && (concurrency ?? 1) > 1) {
    const only = 'be 1 or be left out, as with every rule but PARALLEL';
    fields.refuse('workflow_concurrency', only);
  }
  fields.close();
  if (rule === undefined || problems.length > before) return undefined;
  return { rule, concurrency: concurrency ?? (isParallel ? PARALLEL_CONCURRENCY : 1) };
}

function strategyObject(given: unknown): JsonObject {
  if (isJsonObject(given)) return given;
  if (typeof given === 'number') return { rule: 'PARALLEL', workflow_concurrency: given };
  return typeof given === 'string' || typeof given === 'boolean' ? { rule: given } : {};
}

/** A strategy as answers show it. */
export function strategyJson({ rule, concurrency }: RunStrategy): JsonObject {
  return { rule, workflow_concurrency: concurrency };
}
