// Steps as they are written: an object with one key that says which kind of step it is, and the step under it.

import type { Attribute } from './attribute.ts';
import { checkExpression } from './condition.ts';
import { DEFAULT_TIMEOUT, timeoutAttribute } from './duration.ts';
import { Fields } from './fields.ts';
import { type LooseStep, linkGraph, parseTransition } from './graph.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { DefinitionLimits } from './limits.ts';
import {
  NO_PARAMS,
  type ParamDefinitions,
  paramDefinitionsToJson,
  parseParamDefinitions,
  referenceIdRule,
} from './param-definition.ts';
import { type Problem, problem } from './problem.ts';
import { DEFAULT_RETRY_POLICY, parseRetryPolicy, type RetryPolicy } from './retry-policy.ts';
import { parseSignalDependencies, parseSignalOutputs } from './step-signal.ts';
import { type StepType, TYPED_STEP_TYPES } from './step-type.ts';
import { parseTags, type Tag, tagToJson } from './tag.ts';
import {
  FAILURE_MODES,
  type StepGraph,
  type StepShape,
  type WorkflowStep,
} from './workflow-definition.ts';

export const NAME_LENGTH = 256;
export const DESCRIPTION_LENGTH = 16_384;

const KINDS = ['step', 'subworkflow', 'foreach', 'while', 'template'] as const;

type Kind = (typeof KINDS)[number];

/** What the steps of a definition share while it is read. */
export interface StepScope {
  readonly limits: DefinitionLimits;
  readonly problems: Problem[];
  /** Where each step id was first used, over all levels. */
  readonly idPaths: Map<string, string>;
  /** Names of the loop parameters around. */
  readonly loopParams: ReadonlySet<string>;
  /** Loops around. */
  readonly depth: number;
}

/** A list of steps, and the same as answers show it. */
export interface ParsedSteps {
  readonly graph: StepGraph;
  readonly json: readonly JsonObject[];
}

/** Loops inside one another, at most. */
const LOOP_DEPTH = 32;

const NO_STEPS: ParsedSteps = { graph: { steps: [], roots: [], indexes: new Map() }, json: [] };

/** The field steps: required and not empty. */
export function parseSteps(fields: Fields, scope: StepScope): ParsedSteps {
  if (scope.depth > LOOP_DEPTH) {
    fields.refuse('steps', `lie in at most ${LOOP_DEPTH} loops`);
    return NO_STEPS;
  }
  const list = fields.list('steps');
  const path = fields.pathOf('steps');
  if (list === undefined || list.length === 0) {
    const isReported = list === undefined && fields.read('steps') !== undefined;
    if (!isReported) fields.refuse('steps', 'hold at least one step');
    return NO_STEPS;
  }
  const loose: LooseStep[] = [];
  const json: JsonObject[] = [];
  list.forEach((item, index) => {
    const parsed = parseWrapper(item, `${path}[${index}]`, scope);
    if (parsed === undefined) return;
    loose.push(parsed.loose);
    json.push({ [parsed.kind]: parsed.loose.step.json });
  });
  // Steps that could not be read would be missed by those that lead to them.
  if (loose.length < list.length) return NO_STEPS;
  fields.keep('steps', json);
  return { graph: linkGraph(loose, path, scope.problems), json };
}

function parseWrapper(
  json: JsonValue,
  path: string,
  scope: StepScope,
): { readonly kind: Kind; readonly loose: LooseStep } | undefined {
  const wrapper = Fields.of(json, path, scope.problems);
  if (wrapper === undefined) return undefined;
  const given = KINDS.filter((kind) => wrapper.read(kind) !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const rule = `have exactly one of the keys ${KINDS.join(', ')}`;
    scope.problems.push(problem(path, rule, given.length > 1 ? given.join(', ') : undefined));
    return undefined;
  }
  wrapper.close();
  const fields = Fields.of(wrapper.read(kind), wrapper.pathOf(kind), scope.problems);
  if (fields === undefined) return undefined;
  const loose = parseStep(kind, fields, scope);
  return loose === undefined ? undefined : { kind, loose };
}

function parseStep(kind: Kind, fields: Fields, scope: StepScope): LooseStep | undefined {
  const id = parseStepId(fields, scope);
  const name = fields.text('name', NAME_LENGTH);
  const description = fields.text('description', DESCRIPTION_LENGTH);
  const transition = parseTransition(fields);
  const failureMode = fields.word('failure_mode', FAILURE_MODES) ?? 'FAIL_AFTER_RUNNING';
  const tags = parseTagList(fields);
  const timeout = parseTimeout(fields);
  const signalDependencies = parseSignalDependencies(fields);
  const signalOutputs = parseSignalOutputs(fields);
  const typing = parseTyping(kind, fields);
  const params = parseParams(fields);
  const shape = parseShape(kind, fields, params, scope);
  const json = fields.close();
  if (id === undefined || typing === undefined) return undefined;
  const step: LooseStep['step'] = {
    id,
    name: name ?? id,
    ...(description === undefined ? {} : { description }),
    ...typing,
    typeInfo: typing.subType ?? typing.type,
    shape,
    tags,
    params,
    failureMode,
    timeout,
    signalDependencies,
    signalOutputs,
    json,
  };
  return { path: fields.path, step, transition };
}

function parseStepId(fields: Fields, scope: StepScope): string | undefined {
  const id = fields.requiredText('id');
  if (id === undefined) return undefined;
  const rule = referenceIdRule(id);
  if (rule !== undefined) fields.refuse('id', rule);
  const first = scope.idPaths.get(id);
  if (first !== undefined) fields.refuse('id', `differ from that of ${first}`);
  else scope.idPaths.set(id, fields.path);
  return id;
}

type Typing = Pick<WorkflowStep, 'type' | 'subType' | 'subTypeVersion' | 'retryPolicy'>;

function parseTyping(kind: Kind, fields: Fields): Typing | undefined {
  const type = kind === 'step' ? parseType(fields) : kind;
  const isTemplated = kind === 'step' || kind === 'template';
  const subType = isTemplated ? fields.text('sub_type', NAME_LENGTH) : undefined;
  const subTypeVersion = kind === 'step' ? fields.text('sub_type_version', NAME_LENGTH) : undefined;
  const retryPolicy = kind === 'step' ? parsePolicy(fields) : DEFAULT_RETRY_POLICY;
  if (type === undefined) return undefined;
  return {
    type,
    ...(subType === undefined ? {} : { subType }),
    ...(subTypeVersion === undefined ? {} : { subTypeVersion }),
    retryPolicy,
  };
}

function parseType(fields: Fields): StepType | undefined {
  if (fields.read('type') === undefined) {
    fields.refuse('type', `be one of ${TYPED_STEP_TYPES.join(', ')}`);
  }
  return fields.word('type', TYPED_STEP_TYPES);
}

function parsePolicy(fields: Fields): Attribute<RetryPolicy> {
  const json = fields.read('retry_policy');
  if (json === undefined) return DEFAULT_RETRY_POLICY;
  const parsed = parseRetryPolicy(json, fields.pathOf('retry_policy'), fields.problems);
  fields.keep('retry_policy', parsed?.json);
  return parsed?.policy ?? DEFAULT_RETRY_POLICY;
}

function parseShape(
  kind: Kind,
  fields: Fields,
  params: ParamDefinitions,
  scope: StepScope,
): StepShape {
  switch (kind) {
    case 'step':
    case 'template':
      return { kind };
    case 'subworkflow': {
      const sync = fields.truth('sync') ?? true;
      const explicitParams = fields.truth('explicit_params') ?? false;
      if (!params.has('subworkflow_id')) {
        fields.refuse('params', 'name the workflow to start in subworkflow_id');
      }
      return { kind, sync, explicitParams };
    }
    case 'foreach': {
      const inner = withLoopParams(fields, params, scope);
      const concurrency = fields.whole('concurrency', 1, scope.limits.foreachConcurrency);
      const strictOrdering = fields.truth('strict_ordering') ?? false;
      const body = parseSteps(fields, inner).graph;
      const limit = concurrency === undefined ? {} : { concurrency };
      return { kind, ...limit, strictOrdering, body };
    }
    case 'while': {
      const inner = withLoopParams(fields, params, scope);
      const condition = fields.requiredText('condition') ?? 'false';
      checkExpression(condition, fields.pathOf('condition'), fields.problems);
      return { kind, condition, body: parseSteps(fields, inner).graph };
    }
  }
}

/** The scope inside a loop. The loop's parameters must be there and differ from those around. */
function withLoopParams(fields: Fields, params: ParamDefinitions, scope: StepScope): StepScope {
  const loop = params.get('loop_params');
  const isMap = loop?.type === 'MAP' || loop?.type === 'STRING_MAP';
  if (loop === undefined || !isMap) {
    fields.refuse('params', 'hold loop_params, a MAP of the parameters of the loop');
    return { ...scope, depth: scope.depth + 1 };
  }
  const loopParams = new Set(scope.loopParams);
  const names = loop.kind === 'literal' && loop.type === 'MAP' ? [...loop.value.keys()] : [];
  for (const name of names) {
    if (loopParams.has(name)) {
      const path = `${fields.pathOf('params')}.loop_params.value.${name}`;
      fields.problems.push(problem(path, 'have a name that no loop around has', name));
    }
    loopParams.add(name);
  }
  return { ...scope, loopParams, depth: scope.depth + 1 };
}

/** The field timeout. */
export function parseTimeout(fields: Fields): Attribute<number> {
  const json = fields.read('timeout');
  if (json === undefined) return DEFAULT_TIMEOUT;
  fields.keep('timeout', json);
  const timeout = timeoutAttribute(json, fields.pathOf('timeout'));
  if (timeout.kind !== 'refused') return timeout;
  fields.problems.push(timeout.problem);
  return DEFAULT_TIMEOUT;
}

/** The field tags. */
export function parseTagList(fields: Fields): readonly Tag[] {
  const tags = parseTags(fields.read('tags'), fields.pathOf('tags'), fields.problems);
  fields.keep('tags', tags.length === 0 ? undefined : tags.map(tagToJson));
  return tags;
}

/** The field params. */
export function parseParams(fields: Fields): ParamDefinitions {
  const json = fields.read('params');
  if (json === undefined) return NO_PARAMS;
  const params = parseParamDefinitions(json, fields.pathOf('params'), fields.problems);
  fields.keep('params', paramDefinitionsToJson(params));
  return params;
}
