// The examples, from their files to the end of a run.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isJsonObject } from '../../../src/definition/json.ts';
import { DEFAULT_DEFINITION_LIMITS } from '../../../src/definition/limits.ts';
import { problemText } from '../../../src/definition/problem.ts';
import { parsePushRequest } from '../../../src/definition/push-request.ts';
import { ProgramCache } from '../../../src/param/program-cache.ts';
import { selLanguage } from '../../../src/param/sel-language.ts';
import { prepareRunParams } from '../../../src/workflow/run-params.ts';
import { InstanceWorld } from '../../support/instance-world.ts';
import { startMessage } from '../workflow/actor.ts';

const PROGRAMS = new ProgramCache(selLanguage());

/** An instance of an example that was just started. */
function started(name: string): InstanceWorld {
  const file = new URL(`../../../examples/${name}.json`, import.meta.url);
  const parsed = parsePushRequest(
    JSON.parse(readFileSync(file, 'utf8')),
    DEFAULT_DEFINITION_LIMITS,
  );
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(problemText).join('\n'));
  const { definition, workflowId } = parsed.request;
  const request = {
    definition,
    workflowId,
    instanceId: 1,
    owner: 'ada',
    start: startMessage(),
    nowMs: 1_000_000,
    random: { next: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000000' },
  };
  const run = prepareRunParams(request, { environment: 'test', programs: PROGRAMS });
  if (run.kind !== 'ready') throw new Error(`the parameters are ${run.kind}`);
  return InstanceWorld.born(definition, { birth: { params: run.params }, programs: PROGRAMS });
}

/** Values of a step's parameters by name, as they were evaluated. */
function paramsOf(world: InstanceWorld, stepId: string): { readonly [name: string]: unknown } {
  const row = world.details(stepId)?.params ?? {};
  return Object.fromEntries(
    Object.entries(row).map(([name, param]) => [name, isJsonObject(param) ? param['r'] : param]),
  );
}

it('the conditional one takes one branch and joins again', () => {
  const world = started('conditional');
  world.runOut();
  expect(world.whole).toBe(
    'SUCCEEDED: weigh SUCCEEDED, review SUCCEEDED, accept UNSATISFIED, close SUCCEEDED',
  );
});

it('the pipeline hands parameters on from step to step', () => {
  const world = started('pipeline');
  world.runOut();
  expect(world.whole).toBe(
    'SUCCEEDED: extract SUCCEEDED, clean SUCCEEDED, count SUCCEEDED, publish SUCCEEDED',
  );
  expect(paramsOf(world, 'publish')).toMatchObject({ message: 'events_emea_clean: 500 rows' });
});

it('the one that calls a service reports when the service answers', () => {
  const world = started('http');
  world.report('probe', 'DONE', { output: { status_code: 503, response_body: '' } });
  expect(world.story()).toBe('probe USER_FAILED');
  world.fireNext();
  world.report('probe', 'DONE', { output: { status_code: 200, response_body: 'fine' } });
  expect(world.whole).toBe('SUCCEEDED: probe SUCCEEDED #2, report SUCCEEDED');
});
