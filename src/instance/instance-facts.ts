// What parameters may ask about an instance and about an attempt of a step.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { isJsonObject } from '../definition/json.ts';
import type { InstanceFacts, SignalFacts, SignalParams, StepFacts } from '../param/param-data.ts';
import type { CreateMessage } from './message.ts';
import type { RunDefinition } from './run-definition.ts';
import type { StepRecord } from './state.ts';
import { stepUuid } from './step-uuid.ts';

/** The run whose parameters are asked for. */
export interface RunName {
  readonly birth: CreateMessage;
  readonly runId: number;
  readonly definition: RunDefinition;
  readonly environment: string;
}

/** Facts about a run. */
export function instanceFacts({ birth, runId, definition, environment }: RunName): InstanceFacts {
  const { type, timezone, user } = birth.initiator;
  const { firstTriggerTimezone } = definition;
  return {
    workflowId: birth.workflow_id,
    instanceId: birth.instance_id,
    runId,
    owner: String(birth.run_properties['owner']),
    runPolicy: 'START_FRESH_NEW_RUN',
    initiator: {
      type: String(type),
      ...(typeof timezone === 'string' ? { timezone } : {}),
      ...(typeof user === 'string' ? { runnerName: user } : {}),
    },
    startedAtMs: birth.create_time,
    environment,
    ...(firstTriggerTimezone === undefined ? {} : { firstTriggerTimezone }),
  };
}

/** Facts about an attempt of a step. @param index of the step */
export function stepFacts(run: RunName, index: number, record: StepRecord): StepFacts {
  const step = run.definition.steps[index];
  const stepId = step?.id ?? '';
  const { attempt, retries } = record;
  return {
    stepId,
    stepInstanceId: index + 1,
    stepInstanceUuid: stepUuid({
      workflowUuid: run.birth.workflow_uuid,
      runId: run.runId,
      stepId,
      attempt,
    }),
    attemptId: attempt,
    typeInfo: step?.typeInfo ?? '',
    errorRetries: retries.error,
  };
}

/** The signals that started the run, by name; undefined when none did. */
export function signalFacts({ type, params }: PlainObject): SignalFacts | undefined {
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
