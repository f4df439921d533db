// A workflow as it is written to its definition. The same reading serves a push, which may be wrong, and what is stored,
// which is not.

import { Fields } from './fields.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { DefinitionLimits } from './limits.ts';
import type { Problem } from './problem.ts';
import { parseSignalTrigger, type SignalTrigger } from './signal-trigger.ts';
import {
  DESCRIPTION_LENGTH,
  NAME_LENGTH,
  parseParams,
  parseSteps,
  parseTagList,
  parseTimeout,
} from './step.ts';
import { parseTimeTrigger, type TimeTrigger } from './time-trigger.ts';
import { CRITICALITIES, type WorkflowDefinition } from './workflow-definition.ts';
import { workflowIdRule } from './workflow-id.ts';

export type Compiled =
  | { readonly kind: 'compiled'; readonly definition: WorkflowDefinition }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Steps of an instance that may work at a time, at most. */
const INSTANCE_STEP_CONCURRENCY = 999;

/** Triggers of one kind, at most. */
const TRIGGERS = 100;

/** Reads a workflow and reports everything that is wrong with it. @param path where the workflow stands */
export function compileWorkflow(
  workflow: JsonObject,
  limits: DefinitionLimits,
  path = 'workflow',
): Compiled {
  const problems: Problem[] = [];
  const definition = parseWorkflow(new Fields(workflow, path, problems), limits);
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'compiled', definition };
}

function parseWorkflow(fields: Fields, limits: DefinitionLimits): WorkflowDefinition {
  const id = parseId(fields);
  const name = fields.text('name', NAME_LENGTH) ?? id;
  const description = fields.text('description', DESCRIPTION_LENGTH);
  const tags = parseTagList(fields);
  const timeout = parseTimeout(fields);
  const timeTriggers = parseTimeTriggers(fields);
  const signalTriggers = parseSignalTriggers(fields);
  const criticality = fields.word('criticality', CRITICALITIES);
  const instanceStepConcurrency = fields.whole(
    'instance_step_concurrency',
    1,
    INSTANCE_STEP_CONCURRENCY,
  );
  const params = parseParams(fields);
  const idPaths = new Map<string, string>();
  const { problems } = fields;
  const scope = { limits, problems, idPaths, loopParams: new Set<string>(), depth: 0 };
  const { graph } = parseSteps(fields, scope);
  checkStepCount(fields, idPaths.size, limits);
  const firstTriggerTimezone = timeTriggers[0]?.timezone;
  return {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    tags,
    timeout,
    timeTriggers,
    ...(firstTriggerTimezone === undefined ? {} : { firstTriggerTimezone }),
    signalTriggers,
    ...(criticality === undefined ? {} : { criticality }),
    ...(instanceStepConcurrency === undefined ? {} : { instanceStepConcurrency }),
    params,
    ...graph,
    json: fields.close(),
  };
}

function parseId(fields: Fields): string {
  const id = fields.requiredText('id');
  const rule = id === undefined ? undefined : workflowIdRule(id);
  if (rule !== undefined) fields.refuse('id', rule);
  return id ?? '';
}

function checkStepCount(fields: Fields, count: number, limits: DefinitionLimits): void {
  if (count <= limits.steps) return;
  const rule = `hold at most ${limits.steps} steps, those inside loops included`;
  fields.problems.push({ path: fields.pathOf('steps'), rule, found: `${count} steps` });
}

function triggerList(fields: Fields, name: string): readonly JsonValue[] {
  const list = fields.list(name) ?? [];
  if (list.length <= TRIGGERS) return list;
  fields.refuse(name, `hold at most ${TRIGGERS} triggers`);
  return [];
}

function keepTriggers(
  fields: Fields,
  name: string,
  triggers: readonly { readonly json: JsonObject }[],
): void {
  const json = triggers.map((trigger) => trigger.json);
  fields.keep(name, json.length === 0 ? undefined : json);
}

function parseTimeTriggers(fields: Fields): readonly TimeTrigger[] {
  const list = triggerList(fields, 'time_triggers');
  const path = fields.pathOf('time_triggers');
  const parsed = list.flatMap(
    (item, index) => parseTimeTrigger(item, `${path}[${index}]`, fields.problems) ?? [],
  );
  keepTriggers(fields, 'time_triggers', parsed);
  return parsed.flatMap(({ trigger }) => trigger ?? []);
}

function parseSignalTriggers(fields: Fields): readonly SignalTrigger[] {
  const list = triggerList(fields, 'signal_triggers');
  const path = fields.pathOf('signal_triggers');
  const parsed = list.flatMap(
    (item, index) => parseSignalTrigger(item, `${path}[${index}]`, fields.problems) ?? [],
  );
  keepTriggers(fields, 'signal_triggers', parsed);
  return parsed.map(({ trigger }) => trigger);
}
