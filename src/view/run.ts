// A run as its actor answered it, decoded: what the views are made from.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { Attribute } from '../definition/attribute.ts';
import type { WorkflowDefinition, WorkflowStep } from '../definition/workflow-definition.ts';
import { decodeRecord, instanceCodec } from '../instance/codec.ts';
import { instanceFacts } from '../instance/instance-facts.ts';
import {
  attemptKey,
  BLOCK_SIZE,
  type DetailsRow,
  type InstanceHead,
  type StepRecord,
} from '../instance/state.ts';
import { type AttributeRun, resolveAttribute } from '../param/attribute.ts';
import { decodeParameters } from '../param/codec.ts';
import { Allowance } from '../param/allowance.ts';
import { NONE_FINISHED } from '../param/param-data.ts';
import { NO_PARAMETERS, type Parameters } from '../param/parameter.ts';
import type { ProgramCache } from '../param/program-cache.ts';
import { definedStepParams } from '../param/step-params.ts';
import { definedParams } from '../param/workflow-params.ts';
import { WorkflowParams } from '../param/workflow-scope.ts';

/** What views share that rows do not say. */
export interface ViewSetting {
  readonly environment: string;
  readonly programs: ProgramCache;
}

/** An attempt of a step. */
export interface Attempt {
  readonly index: number;
  readonly step: WorkflowStep;
  readonly record: StepRecord;
  readonly details: DetailsRow | undefined;
}

/** A run: its head, and the latest attempt of each step; undefined where none was made. */
export interface Run {
  readonly definition: WorkflowDefinition;
  readonly head: InstanceHead;
  readonly attempts: readonly (Attempt | undefined)[];
}

const { schemaVersion, tables } = instanceCodec;

/** Decodes the answer to the query `run`. */
export function decodeRun(found: PlainObject, definition: WorkflowDefinition): Run {
  const head = decodeHead(found);
  const details = new Map<number, DetailsRow>();
  for (const [key, row] of pairs(found['details'])) {
    details.set(Number(key), tables.details.decode(row, schemaVersion));
  }
  const records: (StepRecord | undefined)[] = [];
  for (const [block, row] of pairs(found['blocks'])) {
    tables.steps.decode(row, schemaVersion).forEach((record, offset) => {
      records[Number(block) * BLOCK_SIZE + offset] = record;
    });
  }
  const attempts = definition.steps.map((step, index): Attempt | undefined => {
    const record = records[index];
    if (record === undefined || record.attempt === 0) return undefined;
    const key = attemptKey(head.runId, index, record.attempt);
    return { index, step, record, details: details.get(key) };
  });
  return { definition, head, attempts };
}

/** Decodes the answer to the query `step`: one step's attempts, the latest last. */
export function decodeAttempts(
  found: PlainObject,
  definition: WorkflowDefinition,
): { readonly head: InstanceHead; readonly attempts: readonly Attempt[] } {
  const index = Number(found['index']);
  const step = definition.steps[index];
  const attempts: Attempt[] = [];
  for (const row of list(found['attempts'])) {
    const [, record = null, details = null] = list(row);
    if (step === undefined) continue;
    attempts.push({
      index,
      step,
      record: decodeRecord(record),
      details: details === null ? undefined : tables.details.decode(details, schemaVersion),
    });
  }
  return { head: decodeHead(found), attempts };
}

function decodeHead({ head }: PlainObject): InstanceHead {
  return instanceCodec.decodeHead(head ?? null, schemaVersion);
}

function list(plain: Plain | undefined): readonly Plain[] {
  return Array.isArray(plain) ? plain : [];
}

function pairs(plain: Plain | undefined): readonly (readonly [Plain, Plain])[] {
  return list(plain).map((pair) => {
    const [key = null, value = null] = list(pair);
    return [key, value];
  });
}

/** The parameters of the run, the system's among them. */
export function runParameters(
  head: InstanceHead,
  definition: WorkflowDefinition,
  { environment, programs }: ViewSetting,
): WorkflowParams {
  const user = decodeParameters(head.birth.params, definedParams(definition.params));
  const facts = instanceFacts({ birth: head.birth, runId: head.runId, definition, environment });
  return new WorkflowParams(user, facts, programs);
}

/** The evaluated parameters of an attempt, without those that every step has. */
export function stepParameters({ step, details }: Attempt): Parameters {
  if (details?.params === undefined) return NO_PARAMETERS;
  return decodeParameters(details.params, definedStepParams(step.type, step.params));
}

/** What an attribute is in this run; undefined when its names came to nothing. */
export function attributeIn<Value>(
  attribute: Attribute<Value>,
  { head, definition }: Pick<Run, 'head' | 'definition'>,
  setting: ViewSetting,
): Value | undefined {
  const { environment, programs } = setting;
  const run = (): AttributeRun => ({
    workflow: runParameters(head, definition, setting),
    data: {
      instance: instanceFacts({ birth: head.birth, runId: head.runId, definition, environment }),
      finished: NONE_FINISHED,
    },
  });
  const value = resolveAttribute(attribute, run, {
    nowMs: head.birth.create_time,
    random: () => 0,
    uuid: () => '',
    // An attribute inserts parameters, and runs no expression.
    allowance: Allowance.whole(),
    programs,
  });
  return value.kind === 'value' ? value.value : undefined;
}
