// What this build cannot run is named, and the examples are none of it.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import { problemText } from '../../../src/definition/problem.ts';
import { parsePushRequest } from '../../../src/definition/push-request.ts';
import { unsupported } from '../../../src/definition/supported.ts';
import { compiled, noop, workflow } from './compiled.ts';

const lines = (fields: JsonObject): readonly string[] =>
  unsupported(compiled(workflow(fields))).map(problemText);

describe('a definition this build cannot run', () => {
  const params = { loop_params: { value: { i: { value: [1] } }, type: 'MAP' } };
  const body = [noop('b')];

  it.each([
    ['foreach', { foreach: { id: 'x', params, steps: body } }],
    ['while', { while: { id: 'x', params, condition: 'false', steps: body } }],
    ['subworkflow', { subworkflow: { id: 'x', params: { subworkflow_id: { value: 'w' } } } }],
    ['template', { template: { id: 'x', sub_type: 't' } }],
    ['Kubernetes', noop('x', { type: 'Kubernetes' })],
    ['Notebook', noop('x', { type: 'Notebook' })],
    ['Titus', noop('x', { type: 'Titus' })],
  ])('has a step of type %s', (type, step) => {
    expect(lines({ steps: [step] })).toEqual([
      expect.stringContaining(
        `this build runs no steps of other types, but is step x of type ${type}`,
      ),
    ]);
  });

  it('has signals or triggers', () => {
    const signals = { signal_dependencies: [{ name: 's' }], signal_outputs: [{ name: 's' }] };
    expect(
      lines({
        steps: [noop('a', signals)],
        time_triggers: [{ type: 'CRON', cron: '0 3 * * *' }],
        signal_triggers: [{ definitions: { s: {} } }],
      }),
    ).toEqual([
      'workflow.time_triggers must be left out, because this build has no time triggers, but is array of 1',
      'workflow.signal_triggers must be left out, because this build has no signal triggers, but is array of 1',
      'workflow.steps[0].step.signal_dependencies must be left out, because this build has no signal dependencies, but is array of 1',
      'workflow.steps[0].step.signal_outputs must be left out, because this build has no signal outputs, but is array of 1',
    ]);
  });
});

it('NoOp, Sleep, Http and Shell steps can be run', () => {
  const steps = ['NoOp', 'Sleep', 'Http', 'Shell'].map((type) => noop(type, { type }));
  expect(lines({ steps })).toEqual([]);
});

describe('the examples', () => {
  const folder = new URL('../../../examples/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  it.each(files)('%s can be pushed and run', (name) => {
    const json: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const parsed = parsePushRequest(json, DEFAULT_DEFINITION_LIMITS);
    if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(problemText).join('\n'));
    expect(unsupported(parsed.request.definition)).toEqual([]);
  });
});
