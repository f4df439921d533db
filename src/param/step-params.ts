// The merge order of step parameters.

import {
  NO_PARAMS,
  type ParamDefinition,
  type ParamDefinitions,
} from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import { DEFAULT_STEP_PARAMS, pickDefaults, stepTypeParams } from './default-params.ts';
import { type MergeStage, mergeParams, settleParams } from './merge.ts';
import type { ParamSource } from './source.ts';
import type { MergeOutcome } from './workflow-params.ts';

export interface StepMerge {
  /** NoOp, Sleep, foreach …, in any case. */
  readonly stepType: string;
  /** The step's own parameters. */
  readonly definition: ParamDefinitions;
  /** Given to this step with the run; NO_PARAMS when nothing was. */
  readonly runParams?: ParamDefinitions;
  /** Given to this step with a restart. */
  readonly restartParams?: ParamDefinitions;
  /** Who gave them: LAUNCH, RESTART or an upstream source. */
  readonly source?: ParamSource;
  /** The run is not a fresh one. */
  readonly restart?: boolean;
}

const NOTHING: MergeOutcome = { kind: 'merged', params: NO_PARAMS };

/**
 * Merges the parameters of one attempt of a step. Without run and restart params the outcome is the same object for every
 * attempt. System defaults take part only where somebody names one.
 */
export function mergeStep(merge: StepMerge): MergeOutcome {
  const { runParams = NO_PARAMS, restartParams = NO_PARAMS } = merge;
  if (runParams.size === 0 && restartParams.size === 0) return definedStep(merge);
  return mergeStages(merge, runParams, restartParams);
}

/** Definitions are parsed once and shared by all their attempts, so this is computed once for each, by step type. */
const definedBefore = new WeakMap<ParamDefinitions, Map<string, MergeOutcome>>();

function definedStep(merge: StepMerge): MergeOutcome {
  const { stepType, definition } = merge;
  if (definition.size === 0 && stepTypeParams(stepType).size === 0) return NOTHING;
  let byType = definedBefore.get(definition);
  if (byType === undefined) {
    byType = new Map();
    definedBefore.set(definition, byType);
  }
  const known = byType.get(stepType);
  if (known !== undefined) return known;
  const outcome = mergeStages(merge, NO_PARAMS, NO_PARAMS);
  byType.set(stepType, outcome);
  return outcome;
}

/** What a step's parameters are before a run adds anything: the part of an attempt's definitions that is not stored. */
export function definedStepParams(
  stepType: string,
  definition: ParamDefinitions,
): ParamDefinitions {
  const outcome = definedStep({ stepType, definition });
  return outcome.kind === 'merged' ? outcome.params : NO_PARAMS;
}

function mergeStages(
  merge: StepMerge,
  runParams: ParamDefinitions,
  restartParams: ParamDefinitions,
): MergeOutcome {
  const { definition } = merge;
  const problems: Problem[] = [];
  const given: MergeStage = { source: merge.source ?? 'LAUNCH', restart: merge.restart === true };
  const run = { path: 'run_params', problems };
  const undeclared = new Map<string, ParamDefinition>();
  for (const [name, param] of [...restartParams, ...runParams]) {
    if (!definition.has(name)) undeclared.set(name, param);
  }
  const typed = stepTypeParams(merge.stepType);
  const named = pickDefaults(DEFAULT_STEP_PARAMS, definition, runParams, restartParams);
  const defaults = named.size === 0 ? typed : new Map([...named, ...typed]);
  const extended = mergeParams(defaults, undeclared, given, run);
  const defined = mergeParams(
    extended,
    definition,
    { source: 'DEFINITION' },
    { path: 'params', problems },
  );
  const started = mergeParams(defined, runParams, given, run);
  const merged = mergeParams(started, restartParams, given, run);
  const params = settleParams(merged, { path: 'params', problems });
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'merged', params };
}
