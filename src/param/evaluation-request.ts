// An evaluation as plain data, so that it can be done in another thread with the full budget: everything it may read goes
// out with it, its outcome comes back.

import { type JsonObject, type JsonValue, isJsonObject } from '../definition/json.ts';
import {
  type ParamDefinition,
  type ParamDefinitions,
  paramDefinitionsToJson,
  parseParamDefinitions,
} from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import { decodeEvaluated, decodeParameters, encodeEvaluated, encodeParameters } from './codec.ts';
import { type CheckedExpression, checkExpression } from './check-expression.ts';
import type { EvaluationContext, Stop } from './evaluation.ts';
import type { Evaluation } from './own-params.ts';
import type {
  FinishedStep,
  InstanceFacts,
  ParamData,
  RemoteAnswer,
  RemoteRead,
  SignalFacts,
  StepFacts,
} from './param-data.ts';
import type { Parameters } from './parameter.ts';
import {
  type ExpressionText,
  type StepSight,
  type TextResult,
  evaluateCondition,
  evaluateStepParams,
  evaluateText,
} from './step-scope.ts';
import { WorkflowParams, evaluateWorkflowParams } from './workflow-scope.ts';

/** The evaluation of a run's parameters, as plain data. */
export function workflowRequest(definitions: ParamDefinitions, data: ParamData): JsonObject {
  return { definitions: paramDefinitionsToJson(definitions), ...encodeData(definitions, data) };
}

/** The evaluation of a step's parameters, as plain data. */
export function stepRequest(definitions: ParamDefinitions, sight: StepSight): JsonObject {
  return {
    definitions: paramDefinitionsToJson(definitions),
    workflow: encodeParameters(sight.workflow.user),
    ...encodeData(definitions, sight.data),
  };
}

/** The evaluation of conditions beside a step's evaluated parameters, as plain data. */
export function conditionsRequest(
  conditions: readonly ExpressionText[],
  step: StepSight & { readonly params: Parameters },
): JsonObject {
  const texts = conditions.map(({ path, expression }) => {
    const definition: ParamDefinition = { kind: 'expression', type: 'BOOLEAN', expression };
    return [path, definition] as const;
  });
  return {
    conditions: conditions.map(({ path, expression }) => [path, expression]),
    ...encodeStep(step, new Map(texts)),
  };
}

/**
 * The evaluation of a STRING expression beside a step's evaluated parameters, as plain data.
 * @param kept what comes back beside the answer
 */
export function textRequest(
  { path, expression }: ExpressionText,
  step: StepSight & { readonly params: Parameters },
  kept: JsonObject,
): JsonObject {
  const definition: ParamDefinition = { kind: 'expression', type: 'STRING', expression };
  return { text: [path, expression], kept, ...encodeStep(step, new Map([[path, definition]])) };
}

/** A step with its evaluated parameters, as far as definitions beside it may read. */
function encodeStep(
  { workflow, data, params }: StepSight & { readonly params: Parameters },
  definitions: ParamDefinitions,
): JsonObject {
  return {
    workflow: encodeParameters(workflow.user),
    beside: encodeParameters(params),
    ...encodeData(definitions, data),
  };
}

/** What can be said of an expression with parameters beside it, as plain data. */
export const checkRequest = (expression: string, params: ParamDefinitions): JsonObject => ({
  check: expression,
  definitions: paramDefinitionsToJson(params),
});

/** Does what a request asks for, and answers with what decodeEvaluation, decodeDecision, decodeText or decodeChecked reads. */
export function answerRequest(
  request: { readonly [key: string]: unknown },
  context: EvaluationContext,
): JsonObject {
  const { conditions, text } = request;
  if (Array.isArray(conditions)) return answerConditions(conditions, request, context);
  if (Array.isArray(text)) return answerText(text, request, context);
  const definitions = parseParamDefinitions(request['definitions'], 'params', []);
  const { check } = request;
  if (typeof check === 'string') return encodeChecked(checkExpression(check, definitions, context));
  const data = decodeData(request);
  const { workflow } = request;
  if (!isJsonObject(workflow)) {
    return encodeEvaluation(evaluateWorkflowParams(definitions, data, context));
  }
  const user = decodeParameters(workflow);
  const params = new WorkflowParams(user, data.instance, context.programs);
  return encodeEvaluation(evaluateStepParams(definitions, { workflow: params, data }, context));
}

function answerConditions(
  conditions: readonly JsonValue[],
  request: { readonly [key: string]: unknown },
  context: EvaluationContext,
): JsonObject {
  const step = decodeStep(request, context);
  const met: boolean[] = [];
  for (const condition of conditions) {
    const [path, expression] = Array.isArray(condition) ? condition : [];
    const result = evaluateCondition(String(expression), String(path), step, context);
    if (result.kind !== 'condition') return encodeStop(result);
    met.push(result.met);
  }
  return { kind: 'decided', met };
}

function answerText(
  [path, expression]: readonly JsonValue[],
  request: { readonly [key: string]: unknown },
  context: EvaluationContext,
): JsonObject {
  const asked = { path: String(path), expression: String(expression) };
  const result = evaluateText(asked, decodeStep(request, context), context);
  const { kept } = request;
  const answer = result.kind === 'text' ? { ...result } : encodeStop(result);
  return { ...answer, kept: isJsonObject(kept) ? kept : {} };
}

function decodeStep(
  request: { readonly [key: string]: unknown },
  { programs }: EvaluationContext,
): StepSight & { readonly params: Parameters } {
  const { workflow, beside } = request;
  const data = decodeData(request);
  const user = decodeParameters(isJsonObject(workflow) ? workflow : {});
  return {
    workflow: new WorkflowParams(user, data.instance, programs),
    data,
    params: decodeParameters(isJsonObject(beside) ? beside : {}),
  };
}

/** Reads the answer to a text back, and what was to come back beside it. Throws on anything answerRequest does not write. */
export function decodeText(plain: { readonly [key: string]: unknown }): {
  readonly text: TextResult;
  readonly kept: JsonObject;
} {
  const { kind, text, kept, ...rest } = plain;
  if (!isJsonObject(kept)) throw new TypeError('not an encoded text');
  if (kind === 'text' && typeof text === 'string') return { text: { kind, text }, kept };
  return { text: decodeStop({ kind, ...rest }), kept };
}

function encodeChecked({ references, value, problem }: CheckedExpression): JsonObject {
  return {
    kind: 'checked',
    references,
    ...(value === undefined ? {} : { value }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Reads the answer to a check back. Throws on anything answerRequest does not write. */
export function decodeChecked(plain: { readonly [key: string]: unknown }): CheckedExpression {
  const { kind, references, value, problem } = plain;
  if (kind !== 'checked') throw new TypeError('not an encoded check');
  return { references, value, problem } as CheckedExpression;
}

/** Which conditions are met, in the order in which they were asked about. */
export type Decision = { readonly kind: 'decided'; readonly met: readonly boolean[] } | Stop;

function encodeStop(stop: Stop): JsonObject {
  switch (stop.kind) {
    case 'failed':
      return { kind: stop.kind, problem: { ...stop.problem } };
    case 'needs':
      return { kind: stop.kind, read: { ...stop.read } };
    case 'over-budget':
      return { kind: stop.kind };
  }
}

/** Reads the answer to conditions back. Throws on anything answerRequest does not write. */
export function decodeDecision(plain: { readonly [key: string]: unknown }): Decision {
  const { kind, met } = plain;
  if (kind === 'decided' && Array.isArray(met)) return { kind, met };
  return decodeStop(plain);
}

function decodeStop(plain: { readonly [key: string]: unknown }): Stop {
  const { kind } = plain;
  if (kind === 'failed' || kind === 'needs' || kind === 'over-budget')
    return plain as unknown as Stop;
  throw new TypeError('not an encoded stop');
}

/** An outcome as plain data. */
export function encodeEvaluation(evaluation: Evaluation): JsonObject {
  switch (evaluation.kind) {
    case 'evaluated':
      return { kind: evaluation.kind, params: encodeParameters(evaluation.params) };
    case 'failed':
      return { kind: evaluation.kind, problems: evaluation.problems.map((one) => ({ ...one })) };
    case 'needs':
      return { kind: evaluation.kind, reads: evaluation.reads.map((read) => ({ ...read })) };
    case 'over-budget':
      return { kind: evaluation.kind };
  }
}

/** Reads an outcome back. Throws on anything encodeEvaluation does not write. */
export function decodeEvaluation(plain: { readonly [key: string]: unknown }): Evaluation {
  const { kind, params, problems, reads } = plain;
  if (kind === 'evaluated' && isJsonObject(params))
    return { kind, params: decodeParameters(params) };
  if (kind === 'failed') return { kind, problems: problems as readonly Problem[] };
  if (kind === 'needs') return { kind, reads: reads as readonly RemoteRead[] };
  if (kind === 'over-budget') return { kind };
  throw new TypeError('not an encoded evaluation');
}

function encodeData(definitions: ParamDefinitions, data: ParamData): JsonObject {
  const { step, signals, remote } = data;
  return {
    instance: encodeFacts(data.instance),
    finished: encodeFinished(definitions, data),
    ...(step === undefined ? {} : { step: { ...step } }),
    ...(signals === undefined ? {} : { signals }),
    ...(remote === undefined ? {} : { remote: encodeRemote(remote) }),
  };
}

function encodeFacts(facts: InstanceFacts): JsonObject {
  const { origin, ...own } = facts;
  return {
    ...own,
    initiator: { ...facts.initiator },
    ...(origin === undefined ? {} : { origin: encodeFacts(origin) }),
  };
}

function encodeRemote(remote: ReadonlyMap<string, RemoteAnswer>): JsonValue {
  return [...remote].map(([key, answer]) =>
    answer === 'unknown' ? [key] : [key, encodeEvaluated(answer)],
  );
}

/** Only the finished steps that the definitions may ask for: those whose id they contain, all when it is computed. */
function encodeFinished(definitions: ParamDefinitions, data: ParamData): JsonObject {
  const texts = [...textsOf(definitions)];
  const any = texts.some((text) => text.includes('getFrom'));
  const steps: [string, JsonObject][] = [];
  for (const stepId of data.finished.keys()) {
    if (!any && !texts.some((text) => text.includes(stepId))) continue;
    const step = data.finished.get(stepId);
    if (step !== undefined) steps.push([stepId, encodeFinishedStep(step)]);
  }
  return Object.fromEntries(steps);
}

function encodeFinishedStep(step: FinishedStep): JsonObject {
  return {
    facts: { ...step.facts },
    status: step.status,
    end: step.endTimeMs ?? null,
    params: encodeParameters(step.params),
  };
}

function* textsOf(definitions: ParamDefinitions): Generator<string> {
  for (const definition of definitions.values()) yield* textsOfOne(definition);
}

function* textsOfOne(definition: ParamDefinition): Generator<string> {
  if (definition.kind === 'expression') yield definition.expression;
  if (definition.kind !== 'literal') return;
  switch (definition.type) {
    case 'STRING':
      yield definition.value;
      return;
    case 'STRING_ARRAY':
      yield* definition.value;
      return;
    case 'STRING_MAP':
      for (const entry of definition.value) yield* entry;
      return;
    case 'MAP':
      yield* textsOf(definition.value);
      return;
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return;
  }
}

function decodeData(request: { readonly [key: string]: unknown }): ParamData {
  const { instance, step, signals, remote, finished } = request;
  return {
    instance: instance as InstanceFacts,
    finished: decodeFinished(finished),
    ...(step === undefined ? {} : { step: step as StepFacts }),
    ...(signals === undefined ? {} : { signals: signals as SignalFacts }),
    ...(Array.isArray(remote) ? { remote: decodeRemote(remote) } : {}),
  };
}

function decodeFinished(plain: unknown): ReadonlyMap<string, FinishedStep> {
  const steps = new Map<string, FinishedStep>();
  for (const [stepId, step] of Object.entries(isJsonObject(plain) ? plain : {})) {
    if (!isJsonObject(step)) continue;
    const { facts, status, end, params } = step;
    steps.set(stepId, {
      facts: facts as unknown as StepFacts,
      status: String(status),
      endTimeMs: typeof end === 'number' ? end : undefined,
      params: decodeParameters(isJsonObject(params) ? params : {}),
    });
  }
  return steps;
}

function decodeRemote(plain: readonly JsonValue[]): ReadonlyMap<string, RemoteAnswer> {
  const answers = new Map<string, RemoteAnswer>();
  for (const entry of plain) {
    const [key, value]: readonly JsonValue[] = Array.isArray(entry) ? entry : [];
    answers.set(String(key), value === undefined ? 'unknown' : decodeEvaluated(value));
  }
  return answers;
}
