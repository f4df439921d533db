// Run strategies: which of a workflow's instances may run, and what becomes of a new one.
//
// A pure machine over counts. It decides; rows and messages are the business of birth.ts and queue.ts.
//
//   R1  No decision lets more instances run than the strategy's concurrency.
//   R2  A new instance never overtakes a queued one: it runs at once only while nothing is queued.
//   R3  STRICT_SEQUENTIAL lets nothing run while a failure blocks.

import { unreachable } from '../../cluster/core/errors.ts';
import type { RunRule, RunStrategy } from '../definition/run-strategy.ts';

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
