// The parameters of a start: merged and evaluated, and encoded for the instance.

import type { PlainObject } from '../../cluster/core/plain.ts';
import type { TurnRandom } from '../../cluster/port/actor-kind.ts';
import type { Attribute } from '../definition/attribute.ts';
import { isJsonObject } from '../definition/json.ts';
import {
  NO_PARAMS,
  type ParamDefinitions,
  parseParamDefinitions,
} from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import type { Tag } from '../definition/tag.ts';
import type { EvaluateOutcome } from '../effect.ts';
import { resolveAttribute } from '../param/attribute.ts';
import { encodeParameters } from '../param/codec.ts';
import { Allowance } from '../param/allowance.ts';
import type { EvaluationContext } from '../param/evaluation.ts';
import { decodeEvaluation, workflowRequest } from '../param/evaluation-request.ts';
import type { Evaluation } from '../param/own-params.ts';
import {
  NONE_FINISHED,
  type ParamData,
  type SignalFacts,
  type SignalParams,
} from '../param/param-data.ts';
import { NO_PARAMETERS, type Parameters } from '../param/parameter.ts';
import type { ProgramCache } from '../param/program-cache.ts';
import { parseRunParams } from '../param/run-params.ts';
import { definedParams, isUpstreamSource, mergeFreshRun } from '../param/workflow-params.ts';
import { evaluateWorkflowParams, WorkflowParams } from '../param/workflow-scope.ts';
import { paramSourceOf } from './initiator.ts';
import type { StartMessage } from './message.ts';

/** What a start reads of a definition. */
export interface StartDefinition {
  readonly params: ParamDefinitions;
  readonly tags: readonly Tag[];
  /** How long a run may take, in milliseconds. */
  readonly timeout: Attribute<number>;
  /** Zone of the first time trigger. */
  readonly firstTriggerTimezone?: string;
}

/** What evaluations of a node share. */
export interface RunParamsSetting {
  /** The name the server's configuration gives to this environment. */
  readonly environment: string;
  readonly programs: ProgramCache;
  /** Milliseconds from anywhere, for the time that evaluations of a turn may take; without it only counts decide. */
  readonly monotonicMs?: () => number;
}

/** A start whose parameters are wanted. */
export interface RunParamsRequest {
  readonly definition: StartDefinition;
  readonly workflowId: string;
  /** The number the instance gets, if no other start comes in between. */
  readonly instanceId: number;
  readonly owner: string;
  readonly start: StartMessage;
  readonly nowMs: number;
  readonly random: TurnRandom;
}

export type RunParams =
  /** Evaluated parameters, encoded beside `definedParams` of the definition. */
  | { readonly kind: 'ready'; readonly params: PlainObject }
  /** The parameters are wrong or cannot be evaluated. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** More than one turn may spend: the request of an EvaluateEffect. */
  | { readonly kind: 'later'; readonly request: PlainObject };

const NOTHING: RunParams = { kind: 'ready', params: {} };

/** Merges and evaluates the parameters of a start, within the budget of a turn. */
export function prepareRunParams(request: RunParamsRequest, setting: RunParamsSetting): RunParams {
  const { definition, start } = request;
  const source = paramSourceOf(start.initiator);
  const problems: Problem[] = [];
  const runParams = parseGiven(start.run_params, isUpstreamSource(source), problems);
  if (problems.length > 0) return { kind: 'refused', problems };
  const merged = mergeFreshRun({ definition: definition.params, runParams, source });
  if (merged.kind === 'refused') return merged;
  if (merged.params.size === 0) return ready(NO_PARAMETERS, request, setting);
  const data = dataOf(request, setting.environment);
  const evaluation = evaluateWorkflowParams(merged.params, data, contextOf(request, setting));
  if (evaluation.kind !== 'over-budget') return settled(evaluation, request, setting);
  return { kind: 'later', request: { ...workflowRequest(merged.params, data) } };
}

function contextOf({ nowMs, random }: RunParamsRequest, setting: RunParamsSetting) {
  return {
    nowMs,
    random: () => random.next(),
    uuid: () => random.uuid(),
    allowance: Allowance.ofTurn(setting.monotonicMs),
    programs: setting.programs,
  } satisfies EvaluationContext;
}

/** What an evaluation elsewhere came to. */
export function runParamsOf(
  outcome: EvaluateOutcome,
  request: RunParamsRequest,
  setting: RunParamsSetting,
): RunParams {
  if (outcome.kind !== 'evaluated') return unevaluable(outcome.message);
  return settled(decodeEvaluation(outcome.results), request, setting);
}

function settled(
  evaluation: Evaluation,
  request: RunParamsRequest,
  setting: RunParamsSetting,
): RunParams {
  switch (evaluation.kind) {
    case 'evaluated':
      return ready(evaluation.params, request, setting);
    case 'failed':
      return { kind: 'refused', problems: evaluation.problems };
    case 'needs':
      return unevaluable('a result of a step, which a workflow parameter cannot read');
    case 'over-budget':
      return unevaluable('more than an evaluation may visit');
  }
}

/** A run whose timeout names parameters that make none of it does not begin: it is refused as they would be. */
function ready(
  params: Parameters,
  request: RunParamsRequest,
  setting: RunParamsSetting,
): RunParams {
  const { timeout, params: defined } = request.definition;
  const run = () => {
    const data = dataOf(request, setting.environment);
    return { workflow: new WorkflowParams(params, data.instance, setting.programs), data };
  };
  const resolved = resolveAttribute(timeout, run, contextOf(request, setting));
  if (resolved.kind === 'refused') return { kind: 'refused', problems: [resolved.problem] };
  if (params.size === 0) return NOTHING;
  return { kind: 'ready', params: { ...encodeParameters(params, definedParams(defined)) } };
}

function unevaluable(found: string): RunParams {
  return { kind: 'refused', problems: [{ path: 'params', rule: 'be evaluable', found }] };
}

/** People may not say where a parameter comes from; a parent workflow must. */
function parseGiven(json: PlainObject, upstream: boolean, problems: Problem[]): ParamDefinitions {
  for (const _ in json) {
    return upstream
      ? parseParamDefinitions(json, 'run_params', problems)
      : parseRunParams(json, 'run_params', problems);
  }
  return NO_PARAMS;
}

function dataOf(request: RunParamsRequest, environment: string): ParamData {
  const { definition, start, workflowId, instanceId, owner, nowMs } = request;
  const { type, timezone, user } = start.initiator;
  const { firstTriggerTimezone } = definition;
  const signals = signalsOf(start.initiator);
  return {
    instance: {
      workflowId,
      instanceId,
      runId: 1,
      owner,
      runPolicy: 'START_FRESH_NEW_RUN',
      initiator: {
        type: String(type),
        ...(typeof timezone === 'string' ? { timezone } : {}),
        ...(typeof user === 'string' ? { runnerName: user } : {}),
      },
      startedAtMs: nowMs,
      environment,
      ...(firstTriggerTimezone === undefined ? {} : { firstTriggerTimezone }),
    },
    finished: NONE_FINISHED,
    ...(signals === undefined ? {} : { signals }),
  };
}

/** The signals that started the run: `params` of a signal's initiator, by signal and name. */
function signalsOf({ type, params }: PlainObject): SignalFacts | undefined {
  if (type !== 'SIGNAL' || !isJsonObject(params)) return undefined;
  const initiator: { [signal: string]: SignalParams } = {};
  for (const [signal, values] of Object.entries(params)) {
    if (isSignalParams(values)) initiator[signal] = values;
  }
  return { initiator, dependencies: [] };
}

function isSignalParams(values: unknown): values is SignalParams {
  const isValue = (value: unknown): boolean =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isJsonObject(values) && Object.values(values).every(isValue);
}
