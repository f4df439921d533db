// Definitions against a naive reading of graphs, and against values that nobody foresaw.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../src/definition/compile.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../src/definition/limits.ts';
import { everyStep } from '../support/every-step.ts';

type Edge = readonly [from: string, to: string];

/** Steps in an order of their own, with edges that lead from lower to higher numbers. */
const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
    pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 }),
  }),
);

const stepId = (number: number): string => `s${number}`;

function edgesOf(pairs: readonly (readonly [number, number])[]): readonly Edge[] {
  const rising = pairs.filter(([a, b]) => a !== b);
  const texts = new Set(rising.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`));
  return [...texts].map((text): Edge => {
    const [from, to] = text.split(' ').map((number) => stepId(Number(number)));
    return [from ?? '', to ?? ''];
  });
}

function workflowOf(ids: readonly string[], edges: readonly Edge[]): JsonObject {
  const steps = ids.map((id) => {
    const targets = edges.filter(([from]) => from === id).map(([, to]) => [to, 'true']);
    return { step: { id, type: 'NoOp', transition: { successors: Object.fromEntries(targets) } } };
  });
  return { id: 'w', steps };
}

const compile = (workflow: JsonObject) => compileWorkflow(workflow, DEFAULT_DEFINITION_LIMITS);

test('a graph without cycles is known by its edges', () => {
  fc.assert(
    fc.property(graphs, ({ order, pairs }) => {
      const ids = order.map(stepId);
      const edges = edgesOf(pairs);
      const result = compile(workflowOf(ids, edges));
      if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
      const { steps, roots, indexes, json } = result.definition;
      const found = steps.flatMap(({ id, successors }) =>
        successors.map(({ index }) => `${id} ${steps[index]?.id}`),
      );
      expect(found.sort()).toEqual(edges.map(([from, to]) => `${from} ${to}`).sort());
      for (const step of steps) {
        expect(step.predecessors).toBe(edges.filter(([, to]) => to === step.id).length);
        expect(roots.includes(indexes.get(step.id) ?? -1)).toBe(step.predecessors === 0);
      }
      const again = compile(json);
      expect(again.kind === 'compiled' && again.definition.json).toEqual(json);
    }),
  );
});

test('a way back makes a cycle, and the problem names one that is there', () => {
  fc.assert(
    fc.property(graphs, fc.nat(), ({ order, pairs }, pick) => {
      const rising = edgesOf(pairs);
      const back = rising[pick % Math.max(1, rising.length)];
      fc.pre(back !== undefined);
      const edges: readonly Edge[] = [...rising, [back[1], back[0]]];
      const result = compile(workflowOf(order.map(stepId), edges));
      if (result.kind === 'compiled') throw new Error('a cycle was not seen');
      expect(result.problems).toHaveLength(1);
      const cycle = result.problems[0]?.found.split(' -> ') ?? [];
      expect(cycle.length).toBeGreaterThan(1);
      expect(cycle.at(-1)).toBe(cycle[0]);
      for (const [at, from] of cycle.slice(0, -1).entries()) {
        expect(edges.some((edge) => edge[0] === from && edge[1] === cycle[at + 1])).toBe(true);
      }
    }),
  );
});

/** A definition with a bit of everything. */
const RICH: JsonObject = {
  id: 'rich',
  name: 'Rich',
  tags: ['t', { name: 'u', namespace: 'USER_DEFINED' }],
  timeout: '${n}h',
  criticality: 'LOW',
  instance_step_concurrency: 4,
  time_triggers: [{ type: 'CRON', cron: '0 3 * * *', timezone: 'Asia/Tokyo', fuzzy_max_delay: 5 }],
  signal_triggers: [
    { definitions: { a: { join_keys: ['k'], match_params: { m: { value: 1, operator: '>' } } } } },
  ],
  params: { n: { value: 2, type: 'LONG' }, m: { value: { x: { expression: '1' } }, type: 'MAP' } },
  steps: [
    {
      step: {
        id: 'a',
        type: 'Sleep',
        timeout: 60,
        retry_policy: { error_retry_limit: '$n', backoff: { type: 'FIXED_BACKOFF' } },
        transition: { successors: { f: 'n > 1' } },
        signal_dependencies: [
          { name: 's', match_params: { p: { param: { value: 1 }, operator: '<' } } },
        ],
      },
    },
    {
      foreach: {
        id: 'f',
        concurrency: 3,
        params: { loop_params: { value: { i: { value: [1, 2] } }, type: 'MAP' } },
        steps: [{ step: { id: 'b', type: 'NoOp' } }],
        transition: { predecessors: ['a'], successors: { s: 'true' } },
      },
    },
    { subworkflow: { id: 's', sync: false, params: { subworkflow_id: { value: 'w' } } } },
  ],
};

/** The ways to all values inside a value. */
function waysInto(value: JsonValue): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    waysInto(item).map((way) => [key, ...way]),
  );
  return [[], ...inner];
}

/** The value with another one put in at the end of a way. */
function replaced(value: JsonValue, way: readonly string[], by: JsonValue): JsonValue {
  const [key, ...rest] = way;
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value).map(([name, item]): readonly [string, JsonValue] => [
    name,
    name === key ? replaced(item, rest, by) : item,
  ]);
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const WAYS = waysInto(RICH).filter((way) => way.length > 0);

/** Any JSON, and texts that mean something somewhere. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '$',
    '${x}',
    'true',
    '1h',
    'FIXED_BACKOFF',
    'foreach',
    '0 0 30 2 *',
    'a',
    's',
  ),
  fc.constantFrom(-1, 0, 1, 1e300, 2 ** 53, 0.5),
);

test('whatever stands in a definition, it is refused with a path or read to something stable', () => {
  expect(compile(RICH).kind).toBe('compiled');
  fc.assert(
    fc.property(fc.constantFrom(...WAYS), values, (way, value) => {
      const json: unknown = JSON.parse(JSON.stringify(value));
      const broken = replaced(RICH, way, isJsonObject(json) ? json : toJson(json));
      if (!isJsonObject(broken)) return;
      const result = compile(broken);
      if (result.kind === 'invalid') {
        expect(result.problems.length).toBeGreaterThan(0);
        expect(result.problems.every(({ path }) => path.startsWith('workflow.'))).toBe(true);
        return;
      }
      const { definition } = result;
      const ids = [...everyStep(definition)].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const again = compile(definition.json);
      expect(again.kind === 'compiled' && again.definition.json).toEqual(definition.json);
    }),
    { numRuns: 500 },
  );
});

/** A value that came out of JSON.parse, as the type that says so. */
function toJson(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return Array.isArray(value) ? value.map(toJson) : isJsonObject(value) ? value : null;
}
