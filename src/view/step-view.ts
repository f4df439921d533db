// Attempts of steps as clients see them.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import { isJsonObject } from '../definition/json.ts';
import type { RetryPolicy } from '../definition/retry-policy.ts';
import { tagToJson } from '../definition/tag.ts';
import type { WorkflowDefinition, WorkflowStep } from '../definition/workflow-definition.ts';
import { traceOf } from '../effect.ts';
import { instanceFacts, stepFacts } from '../instance/instance-facts.ts';
import {
  type InstanceHead,
  modifiedAt,
  STAGE,
  STAGES,
  type StageTimes,
  type StepRecord,
} from '../instance/state.ts';
import { isComplete, type StepStatus } from '../instance/status.ts';
import { logEvent } from '../instance/timeline.ts';
import { DEFAULT_STEP_PARAMS } from '../param/default-params.ts';
import { NONE_FINISHED } from '../param/param-data.ts';
import { parametersToJson } from '../param/parameter.ts';
import { SystemParams } from '../param/system-params.ts';
import { unknownName } from '../param/workflow-scope.ts';
import { identityJson, inOrder, statusEvent } from './instance-view.ts';
import {
  type Attempt,
  attributeIn,
  decodeAttempts,
  decodeRun,
  stepParameters,
  type ViewSetting,
} from './run.ts';

export interface StepViewOptions extends ViewSetting {
  /** With the statuses it went through in its timeline. */
  readonly enriched: boolean;
}

/** All steps of a run that have an attempt, each with its latest, from the answer to the query `run`. */
export function stepsJson(
  found: PlainObject,
  definition: WorkflowDefinition,
  setting: StepViewOptions,
): readonly PlainObject[] {
  const { head, attempts } = decodeRun(found, definition);
  return attempts.flatMap((attempt) =>
    attempt === undefined ? [] : [attemptJson(head, definition, attempt, setting)],
  );
}

/** The attempts of one step in their order, from the answer to the query `step`. */
export function stepAttemptsJson(
  found: PlainObject,
  definition: WorkflowDefinition,
  setting: StepViewOptions,
): readonly PlainObject[] {
  const { head, attempts } = decodeAttempts(found, definition);
  return attempts.map((attempt) => attemptJson(head, definition, attempt, setting));
}

function attemptJson(
  head: InstanceHead,
  definition: WorkflowDefinition,
  attempt: Attempt,
  setting: StepViewOptions,
): PlainObject {
  const { index, step, record, details } = attempt;
  const { internal_id: _internal, ...identity } = identityJson(head);
  const run = {
    birth: head.birth,
    runId: head.runId,
    definition,
    environment: setting.environment,
  };
  const facts = stepFacts(run, index, record);
  return {
    ...identity,
    step_id: step.id,
    step_attempt_id: record.attempt,
    step_uuid: facts.stepInstanceUuid,
    step_instance_id: index + 1,
    owner: head.birth.run_properties['owner'],
    definition: definitionJson(step),
    tags: step.tags.map(tagToJson),
    params: paramsJson(head, definition, attempt, setting),
    transition: transitionJson(step, record),
    step_retry: retryJson(head, definition, attempt, setting),
    ...timeoutJson(head, definition, attempt, setting),
    runtime_state: stateJson(record),
    artifacts: { ...traceJson(facts.stepInstanceUuid), ...details?.artifacts },
    timeline: timelineJson(record, details?.timeline ?? [], setting.enriched),
  };
}

/** The trace under which the attempt calls others. A step is the first span of its trace. */
function traceJson(stepInstanceUuid: string): PlainObject {
  const { traceId, spanId } = traceOf(stepInstanceUuid);
  const number = (digits: string): bigint => BigInt.asIntN(64, BigInt(`0x${digits}`));
  const low = number(traceId.slice(16));
  const context = {
    sampled: false,
    span_id: number(spanId),
    trace_id_low: low,
    trace_id_high: number(traceId.slice(0, 16)),
    parent_span_id: low,
  };
  return { tracing_context: { context, tracing_id: traceId } };
}

function definitionJson(step: WorkflowStep): PlainObject {
  return { [step.shape.kind]: { ...step.json, failure_mode: step.failureMode } };
}

/** The parameters of every step, derived; then those of this one, as they were evaluated. */
function paramsJson(
  head: InstanceHead,
  definition: WorkflowDefinition,
  attempt: Attempt,
  setting: ViewSetting,
): PlainObject {
  const { index, record } = attempt;
  const own = stepParameters(attempt);
  const run = {
    birth: head.birth,
    runId: head.runId,
    definition,
    environment: setting.environment,
  };
  const startedAtMs = record.times[STAGE.EVALUATE_PARAM] ?? 0;
  const satisfied = {
    maestro_step_satisfied: {
      value: record.satisfied,
      type: 'BOOLEAN',
      evaluated_result: record.satisfied,
      evaluated_time: record.times[STAGE.INITIALIZE] || (record.times[STAGE.CREATE] ?? 0),
    },
  };
  if (startedAtMs === 0) return { ...satisfied, ...parametersToJson(own) };
  const instance = { ...instanceFacts(run), startedAtMs };
  const data = { instance, finished: NONE_FINISHED, step: stepFacts(run, index, record) };
  const system = new SystemParams(DEFAULT_STEP_PARAMS, data, setting.programs);
  const derived = new Map(system.parameters(unknownName, (name) => own.has(name)));
  derived.delete('maestro_step_satisfied');
  return { ...satisfied, ...parametersToJson(derived), ...parametersToJson(own) };
}

function transitionJson(step: WorkflowStep, record: StepRecord): PlainObject {
  if (step.successors.length === 0) return {};
  const ended = isComplete(record.status) ? (record.times[STAGE.END] ?? 0) : 0;
  const successors: { [step: string]: Plain } = {};
  step.successors.forEach(({ stepId, condition }, position) => {
    const taken = record.taken === undefined ? record.satisfied : record.taken.includes(position);
    successors[stepId] = {
      expression: condition,
      type: 'BOOLEAN',
      ...(ended === 0 ? {} : { evaluated_result: taken, evaluated_time: ended }),
    };
  });
  return { successors };
}

function retryJson(
  head: InstanceHead,
  definition: WorkflowDefinition,
  { step, record }: Attempt,
  setting: ViewSetting,
): PlainObject {
  const { retries } = record;
  const policy = policyOf(head, definition, step, setting);
  return {
    error_retries: retries.error,
    error_retry_limit: policy?.error.limit ?? 0,
    platform_retries: retries.platform,
    platform_retry_limit: policy?.platform.limit ?? 0,
    timeout_retries: retries.timeout,
    timeout_retry_limit: policy?.timeout.limit ?? 0,
    manual_retries: retries.manual,
    retryable: !FINAL_FAILURES.has(record.status),
    ...(policy === undefined ? {} : { backoff: backoffJson(policy, asksFixedBackoff(step)) }),
  };
}

function asksFixedBackoff({ json }: WorkflowStep): boolean {
  const policy = json['retry_policy'];
  const backoff = isJsonObject(policy) ? policy['backoff'] : undefined;
  return isJsonObject(backoff) && backoff['type'] === 'FIXED_BACKOFF';
}

/** @param fixed the definition asks for a fixed back-off; a policy that stands in for one that came to nothing is none */
function backoffJson({ error, platform, timeout }: RetryPolicy, fixed: boolean): PlainObject {
  const seconds = (ms: number): number => Math.round(ms / 1_000);
  if (fixed && error.exponent === 1 && platform.exponent === 1 && timeout.exponent === 1) {
    return {
      error_retry_backoff_in_secs: seconds(error.backoffMs),
      platform_retry_backoff_in_secs: seconds(platform.backoffMs),
      timeout_retry_backoff_in_secs: seconds(timeout.backoffMs),
      type: 'FIXED_BACKOFF',
    };
  }
  return {
    error_retry_backoff_in_secs: seconds(error.backoffMs),
    error_retry_exponent: error.exponent,
    error_retry_limit_in_secs: seconds(error.delayLimitMs),
    platform_retry_backoff_in_secs: seconds(platform.backoffMs),
    platform_retry_exponent: platform.exponent,
    platform_retry_limit_in_secs: seconds(platform.delayLimitMs),
    timeout_retry_backoff_in_secs: seconds(timeout.backoffMs),
    timeout_retry_exponent: timeout.exponent,
    timeout_retry_limit_in_secs: seconds(timeout.delayLimitMs),
    type: 'EXPONENTIAL_BACKOFF',
  };
}

/** The retry policy in this run; undefined when its names came to nothing. */
function policyOf(
  head: InstanceHead,
  definition: WorkflowDefinition,
  step: WorkflowStep,
  setting: ViewSetting,
): RetryPolicy | undefined {
  return attributeIn(step.retryPolicy, { head, definition }, setting);
}

/** The timeout of a step that was given one. */
function timeoutJson(
  head: InstanceHead,
  definition: WorkflowDefinition,
  { step, record }: Attempt,
  setting: ViewSetting,
): PlainObject {
  if (step.json['timeout'] === undefined || record.status === 'UNSATISFIED') return {};
  return { timeout_in_millis: attributeIn(step.timeout, { head, definition }, setting) };
}

function stateJson(record: StepRecord): PlainObject {
  const state: { [name: string]: Plain | undefined } = { status: record.status };
  STAGES.forEach((stage, at) => {
    const time = record.times[at] ?? 0;
    if (time > 0) state[`${stage}_time`] = time;
  });
  state['modify_time'] = modifiedAt(record.times);
  return state;
}

/** Ends behind which nothing goes on, and which no policy tries again. */
const FINAL_FAILURES: ReadonlySet<StepStatus> = new Set([
  'FATALLY_FAILED',
  'INTERNALLY_FAILED',
  'STOPPED',
  'TIMED_OUT',
]);

/** The status each stage shows. */
const STAGE_STATUS: readonly StepStatus[] = [
  'CREATED',
  'INITIALIZED',
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'STARTING',
  'RUNNING',
  'FINISHING',
];

/** What happened to an attempt. Why a step is UNSATISFIED needs no row: there is but one reason. */
function timelineJson(
  { status, times }: StepRecord,
  stored: readonly PlainObject[],
  enriched: boolean,
): readonly PlainObject[] {
  const end = times[STAGE.END] ?? 0;
  const told = status === 'UNSATISFIED' ? [logEvent(end, UNREACHED), ...stored] : stored;
  if (!enriched) return told;
  const statuses = passed(times).map(([time, name]) => statusEvent(time, name));
  const ended = end === 0 ? [] : [statusEvent(end, status)];
  return inOrder([...statuses, ...told, ...ended]);
}

const UNREACHED = 'No transition into the step was met';

function passed(times: StageTimes): readonly (readonly [number, StepStatus])[] {
  return STAGE_STATUS.flatMap((status, stage) => {
    const time = times[stage] ?? 0;
    return time === 0 ? [] : [[time, status] as const];
  });
}
