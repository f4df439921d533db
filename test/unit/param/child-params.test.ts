import { describe, expect, it } from 'vitest';
import { NO_PARAMS, paramDefinitionsToJson } from '../../../src/definition/param-definition.ts';
import { passDown } from '../../../src/param/child-params.ts';
import { NO_PARAMETERS, parametersToJson } from '../../../src/param/parameter.ts';
import { mergeFreshRun } from '../../../src/param/workflow-params.ts';
import { WorkflowParams, evaluateWorkflowParams } from '../../../src/param/workflow-scope.ts';
import { definitions } from './definitions.ts';
import {
  INSTANCE,
  PROGRAMS,
  context,
  dataOf,
  evaluateWorkflow,
  mergedParams,
  seen,
} from './evaluations.ts';

const WORKFLOW = evaluateWorkflow({
  env: { value: 'prod' },
  text: { value: 'plain $$env' },
  fixed: { expression: '1 + 1', type: 'LONG', mode: 'IMMUTABLE' },
}).parameters;

const STEP = evaluateWorkflow({
  env: { value: 'step' },
  loop_params: { value: { i: { value: [1] } } },
  loop_index: { value: 1 },
}).parameters;

const GIVEN = passDown({
  workflow: WORKFLOW,
  step: STEP,
  declared: ['env', 'loop_params'],
  except: new Set(['loop_params']),
});

describe('passDown', () => {
  it('gives results, the declared ones of the step over those of the workflow', () => {
    expect(paramDefinitionsToJson(GIVEN)).toMatchObject({
      env: { value: 'step', source: 'DEFINITION' },
      text: { value: 'plain $env' },
      fixed: { expression: '1 + 1', mode: 'IMMUTABLE' },
    });
    expect([...GIVEN.keys()]).toEqual(['env', 'text', 'fixed']);
  });

  it('lets a child interpolate a text again', () => {
    const merged = mergeFreshRun({ definition: NO_PARAMS, runParams: GIVEN, source: 'FOREACH' });
    const child = evaluateWorkflowParams(mergedParams(merged), dataOf({}), context());
    expect(seen(child).values).toEqual({ env: 'step', text: 'plain step', fixed: 2 });
  });

  it('gives a child its own value where it defines the name otherwise', () => {
    const definition = definitions({ env: { value: 7 }, size: { value: 1 } });
    const merged = mergeFreshRun({ definition, runParams: GIVEN, source: 'SUBWORKFLOW' });
    expect(merged).toMatchObject({ kind: 'refused', problems: [{ path: 'run_params.env' }] });
  });
});

describe('system parameters of a child', () => {
  const child = {
    ...INSTANCE,
    workflowId: 'child',
    owner: 'other',
    startedAtMs: 5,
    origin: INSTANCE,
  };

  it('are those of its origin, as literals', () => {
    const shown = parametersToJson(new WorkflowParams(NO_PARAMETERS, child, PROGRAMS).all());
    expect(shown['workflow_id']).toMatchObject({ value: 'w', evaluated_result: 'w' });
    expect(shown['owner']).toMatchObject({ value: 'tester', source: 'SYSTEM_DEFAULT' });
    expect(shown['RUN_TS']).toMatchObject({ evaluated_result: INSTANCE.startedAtMs });
  });

  it('leave the facts to its own expressions', () => {
    const id = { expression: "params.getFromInstance('workflow_id')" };
    const { values } = evaluateWorkflow(
      { id, text: { value: '$workflow_id' } },
      { instance: child },
    );
    expect(values).toEqual({ id: 'child', text: 'w' });
  });
});
