// Push requests: a workflow and what is kept beside it.

import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import { type Problem, problemText } from '../../../src/definition/problem.ts';
import { parseProperties, parsePropertiesUpdate } from '../../../src/definition/properties.ts';
import { parsePushRequest } from '../../../src/definition/push-request.ts';
import { noop, workflow } from './compiled.ts';

const push = (json: unknown) => parsePushRequest(json, DEFAULT_DEFINITION_LIMITS);

function problemsOfPush(json: unknown): readonly string[] {
  const parsed = push(json);
  return parsed.kind === 'valid' ? [] : parsed.problems.map(problemText);
}

describe('a push', () => {
  it('is active and without properties unless it says otherwise', () => {
    const parsed = push({ workflow: workflow() });
    expect(parsed).toMatchObject({
      kind: 'valid',
      request: { workflowId: 'w', properties: null, isActive: true, metadata: {} },
    });
    expect(push({ workflow: workflow(), is_active: false })).toMatchObject({
      request: { isActive: false },
    });
  });

  it('keeps git_info and keys of its own as metadata', () => {
    const git_info = { branch: 'main', uncommitted_changes: true, timestamp: 1 };
    expect(push({ workflow: workflow(), git_info, team: 'blue' })).toMatchObject({
      request: { metadata: { git_info, team: 'blue' } },
    });
    expect(problemsOfPush({ workflow: workflow(), create_time: 1 })).toHaveLength(1);
    expect(problemsOfPush({ workflow: workflow(), git_info: { colour: 'red' } })).toHaveLength(1);
  });

  it('reports problems of all its parts', () => {
    const json = { workflow: workflow({ id: '' }), properties: { colour: 'red' }, is_active: 'no' };
    expect(problemsOfPush(json).map((line) => line.split(' ')[0])).toEqual([
      'properties.colour',
      'is_active',
      'workflow.id',
    ]);
  });

  it('is refused when it is no request', () => {
    for (const json of [null, [], 'x', {}, { workflow: null }, { workflow: [] }]) {
      expect(problemsOfPush(json)).toHaveLength(1);
    }
  });

  it('is refused when it is too large or too deep', () => {
    const filler = 'ü'.repeat(131_072);
    expect(problemsOfPush({ workflow: workflow(), filler })[0]).toContain('at most 262144 bytes');
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(problemsOfPush({ workflow: workflow(), deep })[0]).toContain('at most 256 objects');
    expect(problemsOfPush({ workflow: workflow(), whole: 2n ** 60n })).toEqual([]);
  });

  it('holds a definition that its own canonical form gives again', () => {
    const parsed = push({ workflow: workflow({ steps: [noop('a', { timeout: '1h' })] }) });
    if (parsed.kind === 'invalid') throw new Error('the push is valid');
    const again = push({ workflow: parsed.request.workflow });
    expect(again).toMatchObject({ request: { workflow: parsed.request.workflow } });
  });
});

describe('properties', () => {
  function read(json: JsonValue, update = false) {
    const problems: Problem[] = [];
    const parse = update ? parsePropertiesUpdate : parseProperties;
    return { properties: parse(json, 'properties', problems), problems: problems.map(problemText) };
  }

  it('are kept as given, a run strategy as its rule and its concurrency', () => {
    const shapes: readonly (readonly [JsonValue, JsonObject])[] = [
      ['sequential', { rule: 'SEQUENTIAL', workflow_concurrency: 1 }],
      ['Parallel', { rule: 'PARALLEL', workflow_concurrency: 20 }],
      [7, { rule: 'PARALLEL', workflow_concurrency: 7 }],
      [
        { rule: 'parallel', workflow_concurrency: 1000 },
        { rule: 'PARALLEL', workflow_concurrency: 1000 },
      ],
    ];
    for (const [given, run_strategy] of shapes) {
      const owner = { name: 'you', team: 'blue' };
      expect(read({ owner, run_strategy: given, step_concurrency: 3, description: null })).toEqual({
        properties: { owner, run_strategy, step_concurrency: 3 },
        problems: [],
      });
    }
  });

  it('are refused field by field', () => {
    for (const json of [
      { owner: '' },
      { owner: { team: 'blue' } },
      { run_strategy: 'RANDOM' },
      { run_strategy: {} },
      { run_strategy: 0 },
      { run_strategy: 1_001 },
      { run_strategy: { rule: 'SEQUENTIAL', workflow_concurrency: 2 } },
      { step_concurrency: 0 },
      { step_concurrency: 1_001 },
      { alerting_disabled: 'yes' },
      { retention: 'soon' },
      { retention: 5 },
      { retention: '0s' },
      { tags: ['gold'] },
      { alerting: { tct: { duration_minutes: 1, completed_by_hour: 2 } } },
      { alerting: { emails: 'a@b' } },
      { description: 'x'.repeat(16_385) },
      { reset_step_concurrency: true },
    ] satisfies JsonObject[]) {
      expect(read(json).problems).toHaveLength(1);
    }
  });

  it('are told a wrong rule as such, and which rule more instances at a time need', () => {
    const strategy = (rule: JsonValue) =>
      read({ run_strategy: { rule, workflow_concurrency: 5 } }).problems;
    expect(strategy('RANDOM')).toEqual([
      expect.stringMatching(/^properties\.run_strategy\.rule must be one of SEQUENTIAL/),
    ]);
    expect(strategy(null)).toEqual([expect.stringMatching(/^properties\.run_strategy\.rule must/)]);
    expect(strategy('sequential')).toEqual([
      'properties.run_strategy.workflow_concurrency must be 1 or be left out, as with every rule but PARALLEL, but is number 5',
    ]);
  });

  it('may be reset by an update', () => {
    const json = { reset_step_concurrency: true, description: 'new' };
    expect(read(json, true)).toEqual({
      properties: { description: 'new', reset_step_concurrency: true },
      problems: [],
    });
    expect(read({ reset_run_strategy_rule: 1 }, true).problems).toHaveLength(1);
    expect(read([], true).problems).toHaveLength(1);
  });
});
