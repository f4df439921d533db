// The YAML form of a definition, as people write it and Maestro's clients for Python send it: short keys instead of
// nested definitions, and every key that has no meaning of its own is a parameter.
//
// It is translated into the request that JSON would make, and what it means is checked there; only what has no
// counterpart in that request is checked here.

import { isJsonObject, type JsonObject, type JsonValue } from '../../definition/json.ts';
import { exactNumbers } from '../json.ts';
import { refuseProblems } from '../workflow-handlers.ts';
import { noteParam, paramsOf, type WrittenParam } from './dsl-param.ts';
import { type Place, Translation } from './dsl-place.ts';
import { successorsOf } from './dsl-transition.ts';

/** Translates a document. Throws `invalid` with all that is wrong with it. @param document whole numbers as bigint */
export function requestOf(document: JsonValue, translation = new Translation()): JsonObject {
  const request = translate(document, translation);
  refuseProblems('the definition is not valid', translation.problems);
  return request;
}

/** Does something with the request of a document. What is refused then is refused with the places of the document. */
export async function withRequestOf<Result>(
  document: JsonValue,
  act: (request: JsonObject) => Promise<Result>,
): Promise<Result> {
  const translation = new Translation();
  const request = requestOf(document, translation);
  try {
    return await act(request);
  } catch (error) {
    throw translation.translated(error);
  }
}

function translate(document: JsonValue, translation: Translation): JsonObject {
  const [[key, workflow = null] = ['', null], ...others] = isJsonObject(document)
    ? Object.entries(document)
    : [];
  if (!/^workflow$/i.test(key) || !isJsonObject(workflow) || others.length > 0) {
    translation.refuse('document', 'be an object with one key, workflow', document);
    return {};
  }
  const written = new Written(workflow, { written: key, becomes: 'workflow' }, translation);
  translation.note({ written: 'document', becomes: 'request' });
  translation.note({ written: key, becomes: 'properties' });
  translation.note({ written: `${key}.run_strategy`, becomes: 'properties.run_strategy.rule' });
  const limit = 'workflow_concurrency';
  translation.note({ written: `${key}.${limit}`, becomes: `properties.run_strategy.${limit}` });
  const rule = written.take('run_strategy');
  const concurrency = written.take(limit);
  const strategy = given({ rule: rule ?? 'SEQUENTIAL', workflow_concurrency: concurrency });
  return {
    properties: given({ owner: written.take('owner'), run_strategy: strategy }),
    workflow: {
      ...written.takeAll('id', 'name', 'description', 'tags', 'timeout', 'criticality'),
      steps: stepsOf(written),
      params: written.params('workflow_params'),
    },
    is_active: true,
  };
}

/** An object whose keys are taken one by one; what is left are parameters. */
class Written {
  /** Where it stands in the document. */
  readonly path: string;
  /** Where it stands in the request. */
  readonly becomes: string;
  readonly translation: Translation;
  readonly #left: Map<string, JsonValue>;

  constructor(json: JsonObject, { written, becomes }: Place, translation: Translation) {
    this.path = written;
    this.becomes = becomes;
    this.translation = translation;
    this.#left = new Map(Object.entries(json));
    translation.note({ written, becomes });
    translation.note({ written, becomes: `${becomes}.params` });
  }

  /** The value of a key; undefined where there is none. */
  take(name: string): JsonValue | undefined {
    return this.takeNamed(name)?.value;
  }

  /** The value of a key, by whichever of its names was used. */
  takeNamed(
    ...names: readonly string[]
  ): { readonly value: JsonValue; readonly path: string } | undefined {
    const found = names.flatMap((name) => {
      const value = this.#left.get(name) ?? undefined;
      this.#left.delete(name);
      return value === undefined ? [] : [{ value, path: `${this.path}.${name}` }];
    });
    return found[0];
  }

  takeAll(...names: readonly string[]): JsonObject {
    return given(Object.fromEntries(names.map((name) => [name, this.take(name)])));
  }

  /** The entries of an object under a key; undefined where there is none. */
  takeEntries(...names: readonly string[]): readonly WrittenParam[] | undefined {
    const found = this.takeNamed(...names);
    if (found === undefined) return undefined;
    const { value, path } = found;
    if (isJsonObject(value)) return entriesOf(Object.entries(value), path);
    this.translation.refuse(path, 'be an object', value);
    return undefined;
  }

  /** Everything that was not taken, and the parameters under a key. Takes it all. */
  params(...names: readonly string[]): JsonObject {
    const under = this.takeEntries(...names) ?? [];
    const entries = [...entriesOf([...this.#left], this.path), ...under];
    this.#left.clear();
    return paramsOf(entries, `${this.becomes}.params`, this.translation);
  }
}

function entriesOf(
  entries: readonly (readonly [string, JsonValue])[],
  path: string,
): readonly WrittenParam[] {
  return entries.map(([key, value]) => ({ key, value, written: `${path}.${key}` }));
}

/** Fields that have a value, their numbers as JSON has them. */
function given(fields: { readonly [name: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, exactNumbers(value)]],
    ),
  );
}

/** The kinds of steps: what they are called here, and there. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['job', 'step'],
  ['subworkflow', 'subworkflow'],
  ['foreach', 'foreach'],
  ['while', 'while'],
]);

interface WrittenStep {
  readonly kind: string;
  readonly id: JsonValue;
  readonly written: Written;
  readonly transition: WrittenTransition | undefined;
}

/** What follows a step, by a list in the step or in the dag, or by the order of a sequential dag. */
type WrittenTransition =
  | { readonly kind: 'list'; readonly list: JsonValue; readonly path: string }
  | { readonly kind: 'next'; readonly id: string; readonly path: string };

/** The steps of one level, with what its dag says of their order. */
function stepsOf(level: Written): readonly JsonValue[] {
  const { path, translation } = level;
  const becomes = `${level.becomes}.steps`;
  translation.note({ written: `${path}.jobs`, becomes });
  const list = level.take('jobs') ?? [];
  const order = orderOf(level);
  if (!Array.isArray(list)) {
    translation.refuse(`${path}.jobs`, 'be a list of steps', list);
    return [];
  }
  const steps = list.flatMap((json: JsonValue, index): readonly WrittenStep[] => {
    const place = { written: `${path}.jobs[${index}]`, becomes: `${becomes}[${index}]` };
    return readStep(json, place, translation);
  });
  for (const id of order.named.keys()) {
    if (!steps.some((step) => step.id === id)) {
      translation.refuse(`${path}.dag.${id}`, 'name a step', id);
    }
  }
  return steps.map((step, index) => {
    const next = order.isSequential ? steps[index + 1]?.id : undefined;
    const transition =
      step.transition ??
      order.named.get(String(step.id)) ??
      (typeof next === 'string' ? { kind: 'next', id: next, path: `${path}.dag` } : undefined);
    return { [KINDS.get(step.kind) ?? step.kind]: stepOf(step, transition) };
  });
}

interface Order {
  readonly isSequential: boolean;
  /** Transitions by the id of the step they leave. */
  readonly named: ReadonlyMap<string, WrittenTransition>;
}

function orderOf(level: Written): Order {
  const path = `${level.path}.dag`;
  const dag = level.take('dag');
  const word = typeof dag === 'string' ? dag.toLowerCase() : undefined;
  const named = isJsonObject(dag) ? Object.entries(dag) : [];
  if (dag !== undefined && !isJsonObject(dag) && word !== 'sequential' && word !== 'parallel') {
    const rule = 'be sequential, parallel, or an object of transitions by step';
    level.translation.refuse(path, rule, dag);
  }
  return {
    isSequential: word === 'sequential',
    named: new Map(named.map(([id, list]) => [id, { kind: 'list', list, path: `${path}.${id}` }])),
  };
}

function readStep(json: JsonValue, place: Place, translation: Translation): readonly WrittenStep[] {
  const [[key, step = null] = ['', null], ...others] = isJsonObject(json)
    ? Object.entries(json)
    : [];
  const kind = KINDS.get(key);
  if (kind === undefined || !isJsonObject(step) || others.length > 0) {
    const rule = `be an object with one key of ${[...KINDS.keys()].join(', ')}`;
    translation.refuse(place.written, rule, json);
    return [];
  }
  const inner = { written: `${place.written}.${key}`, becomes: `${place.becomes}.${kind}` };
  const written = new Written(step, inner, translation);
  const list = written.take('transition');
  // An empty list says no more than none.
  const isEmpty = list === undefined || (Array.isArray(list) && list.length === 0);
  const transition = {
    kind: 'list',
    list: list ?? null,
    path: `${inner.written}.transition`,
  } as const;
  const id = written.take('id') ?? null;
  return [{ kind: key, id, written, transition: isEmpty ? undefined : transition }];
}

function stepOf(
  { kind, id, written }: WrittenStep,
  transition: WrittenTransition | undefined,
): JsonObject {
  const base = written.takeAll('name', 'description', 'failure_mode', 'tags', 'timeout');
  const own = ownFields(kind, id, written);
  const params = { ...written.params(), ...own.params };
  const successors = transition === undefined ? undefined : successorsIn(transition, written);
  return {
    ...given({ id }),
    ...base,
    ...(successors === undefined ? {} : { transition: { successors } }),
    ...own.fields,
    params,
  };
}

function successorsIn(
  transition: WrittenTransition,
  { becomes, translation }: Written,
): JsonObject {
  const place = { written: transition.path, becomes: `${becomes}.transition` };
  if (transition.kind === 'list') return successorsOf(transition.list, place, translation);
  translation.note({ ...place, becomes: `${place.becomes}.successors.${transition.id}` });
  return { [transition.id]: 'true' };
}

interface OwnFields {
  readonly fields: JsonObject;
  /** Parameters that are written as fields here. */
  readonly params: JsonObject;
}

/** What only steps of one kind have. */
function ownFields(kind: string, id: JsonValue, written: Written): OwnFields {
  switch (kind) {
    case 'subworkflow': {
      const fields = written.takeAll('sync', 'explicit_params');
      const workflow = written.takeNamed('workflow_id', 'subworkflow_id');
      const version = written.takeNamed('version', 'subworkflow_version');
      const own = { value: id, path: `${written.path}.id` };
      return {
        fields,
        params: {
          ...textParam('subworkflow_id', workflow ?? own, written),
          ...(version === undefined ? {} : textParam('subworkflow_version', version, written)),
        },
      };
    }
    case 'foreach': {
      const concurrency = written.takeNamed('concurrency', 'job_concurrency');
      if (concurrency !== undefined) {
        const becomes = `${written.becomes}.concurrency`;
        written.translation.note({ written: concurrency.path, becomes });
      }
      const loop = { ...loopParams(written), ...rangeParams(written) };
      const fields = { ...given({ concurrency: concurrency?.value }), steps: stepsOf(written) };
      return { fields, params: { loop_params: { value: loop, type: 'MAP' } } };
    }
    case 'while': {
      const loop = loopParams(written);
      const fields = { ...written.takeAll('condition'), steps: stepsOf(written) };
      const params = loop === undefined ? {} : { loop_params: { value: loop, type: 'MAP' } };
      return { fields, params };
    }
    default:
      // A version only chooses a template of a type, and there are none.
      written.take('type_version');
      return { fields: written.takeAll('type'), params: {} };
  }
}

/** A field that becomes a parameter. */
function textParam(
  name: string,
  { value, path }: { readonly value: JsonValue; readonly path: string },
  { becomes, translation }: Written,
): JsonObject {
  noteParam({ written: path, becomes: `${becomes}.params.${name}` }, translation);
  return { [name]: { value: String(value), type: 'STRING' } };
}

/** Where the parameters of a loop come to stand. */
const loopPath = ({ becomes }: Written): string => `${becomes}.params.loop_params.value`;

function loopParams(written: Written): JsonObject | undefined {
  const entries = written.takeEntries('loop_params', 'params');
  return entries === undefined
    ? undefined
    : paramsOf(entries, loopPath(written), written.translation);
}

/** Loop parameters that count: {from, to, increment} each. */
function rangeParams(written: Written): JsonObject {
  const { translation } = written;
  const ranges = written.takeEntries('ranges') ?? [];
  return Object.fromEntries(
    ranges.map(({ key, value, written: at }) => {
      noteParam({ written: at, becomes: `${loopPath(written)}.${key}` }, translation);
      const { from = 0n, to = null, increment = 1n } = isJsonObject(value) ? value : {};
      const bounds = [from, to, increment];
      if (bounds.some((bound) => typeof bound !== 'bigint')) {
        translation.refuse(at, 'have whole numbers: to, and perhaps from and increment', value);
      }
      const expression = `Util.intsBetween(${bounds.join(', ')});`;
      return [key, { expression, type: 'LONG_ARRAY' }];
    }),
  );
}
