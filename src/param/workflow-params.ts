// The merge order of workflow parameters, of a fresh run and of a restart.
//
// System defaults take part only where somebody names one: the others are neither merged nor stored
// (system-params.ts evaluates them when asked).

import {
  NO_PARAMS,
  type ParamDefinition,
  type ParamDefinitions,
} from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import { DEFAULT_WORKFLOW_PARAMS, pickDefaults } from './default-params.ts';
import { type MergeStage, mergeParams, settleParams } from './merge.ts';
import { type Parameter, type Parameters, toDefinition, toDefinitions } from './parameter.ts';
import { RESERVED_PARAM_NAMES } from './run-params.ts';
import type { ParamSource } from './source.ts';

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly params: ParamDefinitions }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const NOTHING: MergeOutcome = { kind: 'merged', params: NO_PARAMS };

export interface FreshRun {
  /** The workflow's own parameters. */
  readonly definition: ParamDefinitions;
  readonly runParams: ParamDefinitions;
  /** LAUNCH for a start by people; SIGNAL, TIME_TRIGGER, SUBWORKFLOW, FOREACH, WHILE, TEMPLATE otherwise. */
  readonly source: ParamSource;
}

/**
 * Merges the parameters of a first run. Problems stand under `params` or `run_params`. Definitions that no run param
 * touches are the very objects of `definedParams(definition)`.
 */
export function mergeFreshRun(run: FreshRun): MergeOutcome {
  if (run.runParams.size === 0)
    return run.definition.size === 0 ? NOTHING : defined(run.definition);
  const below = defined(run.definition);
  if (below.kind === 'refused') return below;
  const problems: Problem[] = [];
  const missing = pickDefaults(DEFAULT_WORKFLOW_PARAMS, run.runParams);
  const baseline = missing.size === 0 ? below.params : new Map([...missing, ...below.params]);
  const merged = mergeParams(
    baseline,
    run.runParams,
    { source: run.source, upstream: isUpstreamSource(run.source) },
    { path: 'run_params', problems },
  );
  return settled(merged, problems);
}

/** What a definition's parameters are before a run adds anything: the part of a run's definitions that is not stored. */
export function definedParams(definition: ParamDefinitions): ParamDefinitions {
  const outcome = definition.size === 0 ? NOTHING : defined(definition);
  return outcome.kind === 'merged' ? outcome.params : NO_PARAMS;
}

/** Definitions are parsed once and shared by all their instances, so this is computed once for each. */
const definedBefore = new WeakMap<ParamDefinitions, MergeOutcome>();

function defined(definition: ParamDefinitions): MergeOutcome {
  const known = definedBefore.get(definition);
  if (known !== undefined) return known;
  const problems: Problem[] = [];
  const merged = mergeParams(
    pickDefaults(DEFAULT_WORKFLOW_PARAMS, definition),
    definition,
    { source: 'DEFINITION' },
    { path: 'params', problems },
  );
  const outcome = settled(merged, problems);
  definedBefore.set(definition, outcome);
  return outcome;
}

export interface Restart {
  /** The parameters of the run before, without those that only the system has. */
  readonly previous: Parameters;
  /** A system parameter of the run before, by name. */
  readonly system: (name: string) => Parameter | undefined;
  /** What the parent passes down again, for a child; none otherwise. */
  readonly runParams: ParamDefinitions;
  /** What the person who restarts gives. */
  readonly restartParams: ParamDefinitions;
  /** RESTART, or the upstream source of a child that its parent restarts. */
  readonly source: ParamSource;
}

/** Merges the parameters of a restart: results of the run before, then what is given now. */
export function mergeRestart(run: Restart): MergeOutcome {
  const problems: Problem[] = [];
  const stage: MergeStage = {
    source: run.source,
    upstream: isUpstreamSource(run.source),
    restart: true,
  };
  const baseline = mergeParams(
    NO_PARAMS,
    previousDefinitions(run),
    { source: 'SYSTEM' },
    { path: 'params', problems },
  );
  const passed = mergeParams(baseline, run.runParams, stage, { path: 'run_params', problems });
  const merged = mergeParams(passed, run.restartParams, stage, { path: 'run_params', problems });
  return settled(merged, problems);
}

function previousDefinitions(run: Restart): ParamDefinitions {
  const previous = new Map<string, ParamDefinition>();
  for (const given of [run.runParams, run.restartParams]) {
    for (const name of given.keys()) {
      const system = run.previous.has(name) ? undefined : run.system(name);
      if (system !== undefined) previous.set(name, toDefinition(system));
    }
  }
  for (const [name, definition] of toDefinitions(run.previous)) {
    if (!RESERVED_PARAM_NAMES.has(name)) previous.set(name, definition);
  }
  return previous;
}

function settled(merged: ParamDefinitions, problems: Problem[]): MergeOutcome {
  const params = settleParams(merged, { path: 'params', problems });
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'merged', params };
}

const UPSTREAM: ReadonlySet<ParamSource> = new Set(['SUBWORKFLOW', 'FOREACH', 'WHILE', 'TEMPLATE']);

/** True when a parent workflow speaks. */
export function isUpstreamSource(source: ParamSource): boolean {
  return UPSTREAM.has(source);
}
