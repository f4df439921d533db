// Run strategies: which of a workflow's instances may run, and what becomes of a new one.
//
// A pure machine over counts. It decides; rows and messages are the business of admission.ts and queue.ts.
//
//   R1  No decision lets more instances run than the strategy's concurrency.
//   R2  A new instance never overtakes a queued one: it runs at once only while nothing is queued.
//   R3  STRICT_SEQUENTIAL lets nothing run while a failure blocks.

import { unreachable } from '../../cluster/core/errors.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { isJsonObject } from '../definition/json.ts';
import { type Problem, problem } from '../definition/problem.ts';

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
  const given = isJsonObject(json) ? json : shorthand(json);
  const text = typeof given['rule'] === 'string' ? given['rule'].toUpperCase() : undefined;
  const rule = RUN_RULES.find((known) => known === text);
  if (rule === undefined) {
    problems.push(problem(`${path}.rule`, `be one of ${RUN_RULES.join(', ')}`, given['rule']));
    return undefined;
  }
  const concurrency =
    given['workflow_concurrency'] ?? (rule === 'PARALLEL' ? PARALLEL_CONCURRENCY : 1);
  const most = rule === 'PARALLEL' ? CONCURRENCY_LIMIT : 1;
  if (typeof concurrency === 'number' && Number.isInteger(concurrency)) {
    if (concurrency >= 1 && concurrency <= most) return { rule, concurrency };
  }
  const at = `${path}.workflow_concurrency`;
  problems.push(problem(at, `be a whole number from 1 to ${most} with ${rule}`, concurrency));
  return undefined;
}

function shorthand(json: unknown): { readonly [key: string]: unknown } {
  return typeof json === 'number'
    ? { rule: 'PARALLEL', workflow_concurrency: json }
    : { rule: json };
}

/** A strategy as answers show it. */
export function strategyJson({ rule, concurrency }: RunStrategy): PlainObject {
  return { rule, workflow_concurrency: concurrency };
}

/** How many instances a workflow has that have not ended, and how many failures block it. */
export interface Occupancy {
  readonly running: number;
  /** Waiting for their turn; those that are about to be stopped are not among them. */
  readonly queued: number;
  /** Failed instances that were neither unblocked nor restarted. */
  readonly failures: number;
}

/** What becomes of a new instance, and what its arrival does to those before it. */
export type Admission =
  | { readonly kind: 'run' }
  | { readonly kind: 'queue' }
  /** The new instance is stored as stopped. */
  | { readonly kind: 'stop' }
  /** Queued instances are stopped, with `running` those that run too; then the new one runs or is queued. */
  | { readonly kind: 'replace'; readonly running: boolean; readonly thenRun: boolean };

const RUN: Admission = { kind: 'run' };
const QUEUE: Admission = { kind: 'queue' };
const STOP: Admission = { kind: 'stop' };

/** Decides about a new instance. */
export function admit(strategy: RunStrategy, occupancy: Occupancy): Admission {
  switch (strategy.rule) {
    case 'SEQUENTIAL':
    case 'STRICT_SEQUENTIAL':
    case 'PARALLEL':
      return occupancy.queued === 0 && vacancies(strategy, occupancy) > 0 ? RUN : QUEUE;
    case 'FIRST_ONLY':
      return occupancy.running + occupancy.queued > 0 ? STOP : RUN;
    case 'LAST_ONLY':
      return replace(occupancy, true);
    case 'SERIAL_LATEST_ONLY':
      return replace(occupancy, false);
    default:
      return unreachable(strategy.rule);
  }
}

function replace({ running, queued }: Occupancy, all: boolean): Admission {
  if (running === 0) return queued === 0 ? RUN : { kind: 'replace', running: false, thenRun: true };
  if (queued === 0 && !all) return QUEUE;
  return { kind: 'replace', running: all, thenRun: false };
}

/** How many queued instances may begin to run now; queued ones beyond what is there are counted too. */
export function vacancies(strategy: RunStrategy, { running, failures }: Occupancy): number {
  if (strategy.rule === 'STRICT_SEQUENTIAL' && failures > 0) return 0;
  return Math.max(0, strategy.concurrency - running);
}

/** Why a workflow cannot change to a rule now, or undefined when it can. Keeping the rule is always possible. */
export function switchRefusal(
  from: RunRule,
  to: RunRule,
  { running, queued, failures }: Occupancy,
): string | undefined {
  if (from === to) return undefined;
  const open = running + queued;
  if ((to === 'FIRST_ONLY' || to === 'LAST_ONLY') && open > 1) {
    return `a workflow with ${open} instances that have not ended cannot change to ${to}, which allows one`;
  }
  if (to === 'STRICT_SEQUENTIAL' && failures > 0) {
    return `a workflow with ${failures} failed instances cannot change to ${to} before it is unblocked`;
  }
  return undefined;
}
