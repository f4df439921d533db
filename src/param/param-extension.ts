// The functions an expression may call on `params`: params.getFromInstance('owner') and its kin.

import { type Evaluated, scalarText } from './evaluated.ts';
import {
  type FinishedStep,
  type ParamData,
  type RemoteRead,
  type SignalParams,
  type SignalValue,
  type StepFacts,
  remoteKey,
} from './param-data.ts';

export type Answer =
  | { readonly kind: 'value'; readonly value: Evaluated }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'later'; readonly read: RemoteRead };

/**
 * Calls a function of `params` by name. Every argument is a STRING.
 * @param uuid a new one each time, of version 4
 */
export function callParams(
  data: ParamData,
  name: string,
  args: readonly Evaluated[],
  uuid: () => string,
): Answer {
  const texts: string[] = [];
  for (const arg of args) {
    if (arg.type !== 'STRING') return refused(`params.${name} takes STRINGs, not ${arg.type}`);
    texts.push(arg.value);
  }
  const [one, two, three] = texts;
  const answer = PARAM_FUNCTIONS[`${name}/${texts.length}`]?.(
    data,
    one ?? '',
    two ?? '',
    three ?? '',
    uuid,
  );
  return answer ?? refused(`params has no function ${name} with ${texts.length} arguments`);
}

type ParamFunction = (
  data: ParamData,
  one: string,
  two: string,
  three: string,
  uuid: () => string,
) => Answer;

/** By name and how many arguments they take: `getFromStep/2`. */
export const PARAM_FUNCTIONS: { readonly [nameAndCount: string]: ParamFunction | undefined } = {
  'nextUniqueId/0': (_data, _one, _two, _three, uuid) => uniqueId(uuid()),
  'getExecutionEnvironment/0': (data) => text(data.instance.environment),
  'getFromInstance/1': getFromInstance,
  'getFromStep/1': getFromOwnStep,
  'getFromStep/2': getFromStep,
  'getFromSignal/1': (data, param) => signalValue(ofInitiator(data, param), param),
  'getFromSignal/2': (data, signal, param) =>
    signalValue(ofSignal(data, signal, param), `${signal}.${param}`),
  'getFromSignalOrDefault/3': (data, signal, param, otherwise) =>
    signalValue(ofSignal(data, signal, param) ?? otherwise, param),
  'getFromSignalDependency/2': getFromDependency,
  'getFromForeach/3': (data, stepId, innerStepId, param) =>
    getRemote(data, { kind: 'foreach', stepId, innerStepId, param }),
  'getFromSubworkflow/3': (data, stepId, innerStepId, param) =>
    getRemote(data, { kind: 'subworkflow', stepId, innerStepId, param }),
};

function getFromInstance(data: ParamData, field: string): Answer {
  const { instance } = data;
  switch (field) {
    case 'INITIATOR_TIMEZONE':
      return text(instance.initiator.timezone ?? '');
    case 'INITIATOR_TYPE':
      return text(instance.initiator.type);
    case 'INITIATOR_RUNNER_NAME':
      return instance.initiator.type === 'MANUAL' || instance.initiator.type === 'VALIDATION'
        ? text(instance.initiator.runnerName ?? '')
        : refused(`only a MANUAL run has a runner, not one by ${instance.initiator.type}`);
    case 'RUN_POLICY':
      return text(instance.runPolicy);
    case 'owner':
    case 'FIRST_TIME_TRIGGER_TIMEZONE':
      if (data.step !== undefined) {
        return refused(`getFromInstance('${field}') belongs in a workflow parameter`);
      }
      return text(field === 'owner' ? instance.owner : (instance.firstTriggerTimezone ?? ''));
    case 'workflow_id':
      return text(instance.workflowId);
    case 'workflow_instance_id':
      return long(instance.instanceId);
    case 'workflow_run_id':
      return long(instance.runId);
    default:
      return refused(`an instance has no field '${field}'`);
  }
}

function getFromOwnStep(data: ParamData, field: string): Answer {
  if (data.step === undefined)
    return refused(`getFromStep('${field}') belongs in a step parameter`);
  return stepField(data.step, field) ?? refused(`a step has no field '${field}'`);
}

function stepField(step: StepFacts, field: string): Answer | undefined {
  switch (field) {
    case 'step_id':
      return text(step.stepId);
    case 'step_instance_id':
      return long(step.stepInstanceId);
    case 'step_instance_uuid':
      return text(step.stepInstanceUuid);
    case 'step_attempt_id':
      return long(step.attemptId);
    case 'step_type_info':
      return text(step.typeInfo);
    case 'MAESTRO_STEP_ERROR_RETRIES':
      return long(step.errorRetries);
    default:
      return undefined;
  }
}

function getFromStep(data: ParamData, stepId: string, param: string): Answer {
  const step = data.finished.get(stepId);
  if (step === undefined) return refused(`no step '${stepId}' has finished`);
  if (param === 'MAESTRO_STEP_STATUS') return text(step.status);
  if (param === 'MAESTRO_STEP_END_TIME') {
    return step.endTimeMs === undefined
      ? refused(`step '${stepId}' has no end time`)
      : long(step.endTimeMs);
  }
  const value = finishedParam(step, data, param);
  return value === undefined
    ? refused(`step '${stepId}' has no parameter '${param}'`)
    : { kind: 'value', value };
}

/** A parameter of a finished step, the ones every step has included. */
export function finishedParam(
  step: FinishedStep,
  data: ParamData,
  param: string,
): Evaluated | undefined {
  const own = step.params.get(param);
  if (own !== undefined) return own.evaluated;
  switch (param) {
    case 'step_id':
    case 'step_instance_uuid':
    case 'step_attempt_id': {
      const answer = stepField(step.facts, param);
      return answer?.kind === 'value' ? answer.value : undefined;
    }
    case 'workflow_instance_id':
      return { type: 'LONG', value: BigInt(data.instance.instanceId) };
    case 'maestro_step_satisfied':
      return { type: 'BOOLEAN', value: step.status !== 'UNSATISFIED' };
    default:
      return undefined;
  }
}

/** What any parameter of any signal is in a dry run. */
const DRY_RUN_VALUE = 20220101n;

function ofInitiator(data: ParamData, param: string): SignalValue | undefined {
  const { signals } = data;
  if (signals === undefined || signals === 'any') return signals && DRY_RUN_VALUE;
  return Object.values(signals.initiator)
    .map((params) => ownValue(params, param))
    .find((value) => value !== undefined);
}

function ofSignal(data: ParamData, signal: string, param: string): SignalValue | undefined {
  const { signals } = data;
  if (signals === undefined || signals === 'any') return signals && DRY_RUN_VALUE;
  return ownValue(Object.hasOwn(signals.initiator, signal) ? signals.initiator[signal] : {}, param);
}

function ofDependency(data: ParamData, index: number, param: string): SignalValue | undefined {
  const { signals } = data;
  if (signals === undefined || signals === 'any') return signals && DRY_RUN_VALUE;
  return ownValue(signals.dependencies[index], param);
}

function ownValue(params: SignalParams | undefined, param: string): SignalValue | undefined {
  return params !== undefined && Object.hasOwn(params, param) ? params[param] : undefined;
}

function getFromDependency(data: ParamData, index: string, param: string): Answer {
  if (!/^\d{1,9}$/.test(index)) return refused(`'${index}' is no index of a signal dependency`);
  const value = ofDependency(data, Number(index), param);
  return signalValue(value, `dependency ${index}, ${param}`);
}

function getRemote(data: ParamData, read: RemoteRead): Answer {
  if (data.finished.get(read.stepId) === undefined) {
    return refused(`no step '${read.stepId}' has finished`);
  }
  const answer = data.remote?.get(remoteKey(read));
  if (answer === undefined) return { kind: 'later', read };
  if (answer !== 'unknown') return { kind: 'value', value: answer };
  return refused(`step '${read.stepId}' has no '${read.param}' of '${read.innerStepId}' to give`);
}

/** The first 48 and the last 15 of a UUID's bits, all of them chance: a LONG of 0 or more that hardly comes twice. */
function uniqueId(uuid: string): Answer {
  const digits = uuid.replaceAll('-', '');
  const first = BigInt(`0x${digits.slice(0, 12)}`);
  const last = BigInt(`0x${digits.slice(-4)}`) & 0x7fffn;
  return { kind: 'value', value: { type: 'LONG', value: (first << 15n) | last } };
}

function signalValue(value: SignalValue | undefined, what: string): Answer {
  if (value === undefined) return refused(`no signal has ${what}`);
  return typeof value === 'string' ? text(value) : long(value);
}

function text(value: string): Answer {
  return { kind: 'value', value: { type: 'STRING', value } };
}

function long(value: number | bigint): Answer {
  return { kind: 'value', value: { type: 'LONG', value: BigInt(value) } };
}

function refused(message: string): Answer {
  return { kind: 'refused', message };
}

/** The value of a signal parameter as an expression sees it, for reference by `signal__param`. */
export function readSignal(data: ParamData, signal: string, param: string): Answer {
  return signalValue(ofSignal(data, signal, param), `${signal}__${param}`);
}

/** Short text of a value, for messages. */
export function shown(value: Evaluated): string {
  const text = scalarText(value);
  return text === undefined || text.length > 60 ? value.type : `${value.type} ${text}`;
}
