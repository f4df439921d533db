// The YAML form of a definition, as people write it and Maestro's clients for Python send it: short keys instead of
// nested definitions, and every key that has no meaning of its own is a parameter.
//
// It is translated into the request that JSON would make, and what it means is checked there; only what has no
// counterpart in that request is checked here.

import { isJsonObject, type JsonObject, type JsonValue } from '../../definition/json.ts';
import { type Problem, problem } from '../../definition/problem.ts';
import { exactNumbers } from '../json.ts';
import { refuseProblems } from '../workflow-handlers.ts';
import { paramsOf } from './dsl-param.ts';
import { successorsOf } from './dsl-transition.ts';

/** Translates a document. @param document whole numbers as bigint */
export function requestOf(document: JsonValue): JsonObject {
  const problems: Problem[] = [];
  const request = translate(document, problems);
  refuseProblems('the definition is not valid', problems);
  return request;
}

function translate(document: JsonValue, problems: Problem[]): JsonObject {
  const [[key, workflow = null] = ['', null], ...others] = isJsonObject(document)
    ? Object.entries(document)
    : [];
  if (!/^workflow$/i.test(key) || !isJsonObject(workflow) || others.length > 0) {
    problems.push(problem('document', 'be an object with one key, workflow', document));
    return {};
  }
  const written = new Written(workflow, key, problems);
  const rule = written.take('run_strategy');
  const concurrency = written.take('workflow_concurrency');
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
  readonly path: string;
  readonly problems: Problem[];
  readonly #left: Map<string, JsonValue>;

  constructor(json: JsonObject, path: string, problems: Problem[]) {
    this.path = path;
    this.problems = problems;
    this.#left = new Map(Object.entries(json));
  }

  /** The value of a key, by whichever of its names was used; undefined where there is none. */
  take(...names: readonly string[]): JsonValue | undefined {
    const values = names.map((name) => {
      const value = this.#left.get(name) ?? undefined;
      this.#left.delete(name);
      return value;
    });
    return values.find((value) => value !== undefined);
  }

  takeAll(...names: readonly string[]): JsonObject {
    return given(Object.fromEntries(names.map((name) => [name, this.take(name)])));
  }

  /** An object under a key. */
  takeObject(...names: readonly string[]): JsonObject | undefined {
    const value = this.take(...names);
    if (value === undefined || isJsonObject(value)) return value;
    this.problems.push(problem(`${this.path}.${names[0]}`, 'be an object', value));
    return undefined;
  }

  /** Everything that was not taken, and the parameters under a key. Takes it all. */
  params(...names: readonly string[]): JsonObject {
    const under = Object.entries(this.takeObject(...names) ?? {});
    const entries = [...this.#left, ...under];
    this.#left.clear();
    return paramsOf(entries, this.path, this.problems);
  }
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
  readonly transition: JsonValue | undefined;
}

/** The steps of one level, with what its dag says of their order. */
function stepsOf(level: Written): readonly JsonValue[] {
  const { path, problems } = level;
  const list = level.take('jobs') ?? [];
  const order = orderOf(level);
  if (!Array.isArray(list)) {
    problems.push(problem(`${path}.jobs`, 'be a list of steps', list));
    return [];
  }
  const steps = list.flatMap((json: JsonValue, index): readonly WrittenStep[] =>
    readStep(json, `${path}.jobs[${index}]`, problems),
  );
  for (const id of order.named.keys()) {
    if (!steps.some((step) => step.id === id)) {
      problems.push(problem(`${path}.dag.${id}`, 'name a step', id));
    }
  }
  return steps.map((step, index) => {
    const next = order.isSequential ? steps[index + 1]?.id : undefined;
    const follows = typeof next === 'string' ? [next] : undefined;
    const transition = step.transition ?? order.named.get(String(step.id)) ?? follows;
    return { [step.kind]: stepOf(step, transition) };
  });
}

interface Order {
  readonly isSequential: boolean;
  /** Transitions by the id of the step they leave. */
  readonly named: ReadonlyMap<string, JsonValue>;
}

function orderOf(level: Written): Order {
  const { path, problems } = level;
  const dag = level.take('dag');
  const word = typeof dag === 'string' ? dag.toLowerCase() : undefined;
  const named = isJsonObject(dag) ? Object.entries(dag) : [];
  if (dag !== undefined && !isJsonObject(dag) && word !== 'sequential' && word !== 'parallel') {
    const rule = 'be sequential, parallel, or an object of transitions by step';
    problems.push(problem(`${path}.dag`, rule, dag));
  }
  return { isSequential: word === 'sequential', named: new Map(named) };
}

function readStep(json: JsonValue, path: string, problems: Problem[]): readonly WrittenStep[] {
  const [[key, step = null] = ['', null], ...others] = isJsonObject(json)
    ? Object.entries(json)
    : [];
  const kind = KINDS.get(key);
  if (kind === undefined || !isJsonObject(step) || others.length > 0) {
    const rule = `be an object with one key of ${[...KINDS.keys()].join(', ')}`;
    problems.push(problem(path, rule, json));
    return [];
  }
  const written = new Written(step, `${path}.${key}`, problems);
  const transition = written.take('transition');
  // An empty list says no more than none.
  const isEmpty = Array.isArray(transition) && transition.length === 0;
  const id = written.take('id') ?? null;
  return [{ kind, id, written, transition: isEmpty ? undefined : transition }];
}

function stepOf({ kind, id, written }: WrittenStep, transition: JsonValue | undefined): JsonObject {
  const { path, problems } = written;
  const base = written.takeAll('name', 'description', 'failure_mode', 'tags', 'timeout');
  const own = ownFields(kind, id, written);
  const params = { ...written.params(), ...own.params };
  const successors =
    transition === undefined ? undefined : successorsOf(transition, `${path}.transition`, problems);
  return {
    ...given({ id }),
    ...base,
    ...(successors === undefined ? {} : { transition: { successors } }),
    ...own.fields,
    params,
  };
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
      const workflowId = written.take('workflow_id', 'subworkflow_id') ?? id;
      const version = written.take('version', 'subworkflow_version');
      const params = { subworkflow_id: textParam(workflowId) };
      if (version === undefined) return { fields, params };
      return { fields, params: { ...params, subworkflow_version: textParam(version) } };
    }
    case 'foreach': {
      const concurrency = written.take('concurrency', 'job_concurrency');
      const loop = { ...loopParams(written), ...rangeParams(written) };
      const fields = { ...given({ concurrency }), steps: stepsOf(written) };
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

const textParam = (value: JsonValue): JsonObject => ({ value: String(value), type: 'STRING' });

function loopParams(written: Written): JsonObject | undefined {
  const { path, problems } = written;
  const params = written.takeObject('loop_params', 'params');
  if (params === undefined) return undefined;
  return paramsOf(Object.entries(params), `${path}.loop_params`, problems);
}

/** Loop parameters that count: {from, to, increment} each. */
function rangeParams(written: Written): JsonObject {
  const { path, problems } = written;
  const ranges = Object.entries(written.takeObject('ranges') ?? {});
  return Object.fromEntries(
    ranges.map(([name, range]) => {
      const at = `${path}.ranges.${name}`;
      const { from = 0n, to = null, increment = 1n } = isJsonObject(range) ? range : {};
      const bounds = [from, to, increment];
      if (bounds.some((bound) => typeof bound !== 'bigint')) {
        problems.push(problem(at, 'have whole numbers: to, and perhaps from and increment', range));
      }
      const expression = `Util.intsBetween(${bounds.join(', ')});`;
      return [name, { expression, type: 'LONG_ARRAY' }];
    }),
  );
}
