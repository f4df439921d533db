// What a start needs of the parameter language: the run's parameters, merged and evaluated.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Problem } from '../definition/problem.ts';
import type { StartMessage } from './message.ts';

/** A start whose parameters are wanted. */
export interface RunParamsRequest<Fact> {
  readonly definition: Fact;
  readonly workflowId: string;
  readonly instanceId: number;
  readonly owner: string;
  readonly start: StartMessage;
  readonly nowMs: number;
}

export type RunParams =
  /** Evaluated parameters, encoded. */
  | { readonly kind: 'ready'; readonly params: PlainObject }
  /** The parameters are wrong or cannot be evaluated. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** More than one turn may spend: the request of an EvaluateEffect. */
  | { readonly kind: 'later'; readonly request: PlainObject };

/** Merges and evaluates run parameters. Pure. */
export interface RunParamsPreparer<Fact> {
  prepare(request: RunParamsRequest<Fact>): RunParams;
  /** Reads what an EvaluateEffect answered. */
  evaluated(results: PlainObject): RunParams;
}
