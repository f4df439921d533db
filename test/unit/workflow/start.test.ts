import { expect, test } from 'vitest';
import type { PlainObject } from '../../../cluster/core/plain.ts';
import type { Send } from '../../../cluster/core/reduction.ts';
import { decodeParameters } from '../../../src/param/codec.ts';
import { answerRequest } from '../../../src/param/evaluation-request.ts';
import type { Parameters } from '../../../src/param/parameter.ts';
import { definedParams } from '../../../src/param/workflow-params.ts';
import { context } from '../param/evaluations.ts';
import {
  COMPUTED,
  costlyParams,
  startMessage,
  told,
  uuid,
  WORKFLOW,
  WorkflowActor,
} from './actor.ts';

const PARALLEL = { rule: 'PARALLEL', workflow_concurrency: 2 };

test('a start makes an instance that runs in its first turn and answers by itself', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const turns = actor.start({ run_params: { n: { value: 1, type: 'LONG' } } });
  expect(turns.answer).toBeUndefined();
  expect(turns.sends).toHaveLength(1);
  const [send] = turns.sends;
  expect(send?.to).toEqual({ kind: 'instance', key: `${WORKFLOW}:1` });
  expect(send?.birth).toBe(true);
  expect(send?.replyTo).toEqual({ node: 'test', ask: turns.ask });
  expect(send?.message).toMatchObject({
    kind: 'create',
    workflow_id: WORKFLOW,
    instance_id: 1,
    run_id: 1,
    workflow_uuid: uuid(1),
    version_id: 1,
    definition: 'd1',
    correlation_id: `${WORKFLOW}:1:1`,
    request_id: uuid(1),
    request_time: 900_000,
    initiator: { type: 'MANUAL', user: 'ada' },
    run_params: { n: { value: 1, type: 'LONG' } },
    params: { n: { r: 1n, t: 1_000_000, d: { value: 1, type: 'LONG' } } },
    run_properties: { owner: 'ada', create_time: 1_000_000 },
    create_time: 1_000_000,
    timeline_event: {
      timestamp: 1_000_000,
      type: 'LOG',
      level: 'INFO',
      message: 'Manually run a new workflow instance by a user [ada]',
    },
    run: true,
    await_end: false,
  });
});

test('a repeated request id answers the first instance and makes none', () => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.start({ request_id: uuid(7) });
  const again = actor.start({ request_id: uuid(7) });
  expect(again.sends).toEqual([]);
  expect(again.answer).toMatchObject({
    kind: 'started',
    workflow_id: WORKFLOW,
    workflow_version_id: 1,
    workflow_instance_id: 1,
    workflow_run_id: 1,
    workflow_uuid: uuid(7),
    status: 'DUPLICATED',
  });
  expect(actor.overview()['latest_instance_id']).toBe(1);
});

test('a repeated request that waits for the end is handed to the instance', () => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.start({ request_id: uuid(7) });
  const again = actor.start({ request_id: uuid(7), await_end: true });
  expect(again.answer).toBeUndefined();
  expect(again.sends).toEqual([
    {
      to: { kind: 'instance', key: `${WORKFLOW}:1` },
      message: { kind: 'await-end' },
      replyTo: { node: 'test', ask: again.ask },
    },
  ]);
});

test('a request id is known for as long as its instance is kept', () => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.start({ request_id: uuid(7) });
  actor.ended(1);
  actor.harness.tell({ kind: 'removed', instance_id: 1, request_id: uuid(7) });
  expect(told(actor.start({ request_id: uuid(7) }))).toEqual(['2 create+run']);
});

test('a start of a workflow nobody pushed is refused', () => {
  const actor = new WorkflowActor();
  expect(actor.start().answer).toMatchObject({ kind: 'refused', code: 'not-found' });
  expect(actor.harness.head).toBeUndefined();
});

test.each([
  ['latest', 2],
  ['LATEST', 2],
  ['active', 1],
  ['default', 1],
  ['2', 2],
])('a start of version %s takes version %i', (version, expected) => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.push({ definition: 'd2', is_active: false, properties: null });
  const [send] = actor.start({ version }).sends;
  expect(send?.message).toMatchObject({ version_id: expected, definition: `d${expected}` });
});

test.each([
  ['3', 'not-found'],
  ['0', 'invalid'],
  ['newest', 'invalid'],
  ['-1', 'invalid'],
  ['1.5', 'invalid'],
])('a start of version %s is refused as %s and changes nothing', (version, code) => {
  const actor = WorkflowActor.with(PARALLEL);
  const head = actor.harness.head;
  expect(actor.start({ version }).answer).toMatchObject({ kind: 'refused', code });
  expect(actor.harness.head).toEqual(head);
  expect(actor.harness.rows('requests').size).toBe(0);
});

function computed(): WorkflowActor {
  const actor = WorkflowActor.with(PARALLEL);
  actor.push({ definition: 'computed', properties: null });
  return actor;
}

/** Parameters of the instance a start made, as its `create` carries them. */
function paramsOf(turns: { readonly sends: readonly Send[] }): Parameters {
  const params = turns.sends[0]?.message['params'];
  return decodeParameters(params as PlainObject, definedParams(COMPUTED.params));
}

function results(parameters: Parameters): { [name: string]: unknown } {
  return Object.fromEntries(
    [...parameters].map(([name, { evaluated }]) => [name, evaluated.value]),
  );
}

test('the parameters of a definition are evaluated at the start', () => {
  expect(results(paramsOf(computed().start()))).toEqual({ n: 1n, twice: 2n, fixed: 'x' });
});

test('run parameters change those of the definition', () => {
  const run_params = {
    n: { value: '21', type: 'STRING' },
    more: { expression: 'twice + 1', type: 'LONG' },
  };
  const turns = computed().start({ run_params });
  expect(results(paramsOf(turns))).toEqual({ n: 21n, twice: 42n, fixed: 'x', more: 43n });
  expect(turns.sends[0]?.message['run_params']).toEqual(run_params);
});

test.each([
  ['a constant is changed', { fixed: { value: 'y', type: 'STRING' } }],
  ['an expression fails', { n: { expression: "throw 'no'", type: 'LONG' } }],
  ['a name is unknown', { n: { expression: 'nobody', type: 'LONG' } }],
  ['a type does not fit', { n: { value: 'many', type: 'STRING' } }],
  ['a name is reserved', { params: { value: 1, type: 'LONG' } }],
  ['a source is given', { n: { value: 1, type: 'LONG', source: 'SYSTEM' } }],
])('run parameters are refused and change nothing when %s', (_, run_params) => {
  const actor = computed();
  const head = actor.harness.head;
  const refused = actor.start({ run_params });
  expect(refused.answer).toMatchObject({ kind: 'refused', code: 'invalid' });
  expect(refused.answer?.['errors']).toHaveLength(1);
  expect(refused.sends).toEqual([]);
  expect(actor.harness.head).toEqual(head);
  expect(actor.harness.rows('requests').size).toBe(0);
});

test('wrong run parameters make a failed instance when the caller wants one', () => {
  const actor = computed();
  const run_params = { fixed: { value: 'y', type: 'STRING' } };
  const turns = actor.start({ run_params, persist_failed_run: true });
  expect(told(turns)).toEqual(['1 create FAILED']);
  expect(actor.overview()).toMatchObject({
    latest_instance_id: 1,
    nonterminal_instances: { CREATED: 0, IN_PROGRESS: 0 },
  });
  actor.ended(1, 'FAILED');
  expect(actor.overview()['failed_instances']).toBe(1);
});

test('a parent passes parameters that say where they come from', () => {
  const initiator = { type: 'SUBWORKFLOW' };
  const run_params = { n: { value: 5, type: 'LONG', source: 'DEFINITION' } };
  expect(results(paramsOf(computed().start({ initiator, run_params })))['twice']).toBe(10n);
});

test('runtime tags do not repeat those of the workflow', () => {
  const actor = computed();
  expect(
    actor.start({ runtime_tags: [{ name: 'other' }, { name: 'fixed' }] }).answer,
  ).toMatchObject({
    kind: 'refused',
    code: 'invalid',
    errors: ['runtime_tags[1] must not repeat a tag of the workflow, but is string "fixed"'],
  });
  expect(told(actor.start({ runtime_tags: [{ name: 'other' }] }))).toEqual(['1 create+run']);
});

/** What a worker answers to an evaluation. */
function evaluate(effect: PlainObject | undefined): PlainObject {
  const request = effect?.['request'] as PlainObject;
  return { kind: 'evaluated', results: answerRequest(request, context()) };
}

test('a costly evaluation leaves as an effect, and its outcome makes the instance', () => {
  const actor = computed();
  const first = actor.start({ request_id: uuid(7), run_params: costlyParams() });
  expect(first.sends).toEqual([]);
  expect(first.open).toEqual([
    { id: uuid(7), effect: expect.objectContaining({ kind: 'evaluate' }) },
  ]);
  expect(told(actor.start())).toEqual(['1 create+run']);
  const outcome = evaluate(first.open[0]?.effect);
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(done.settle).toEqual([uuid(7)]);
  expect(told(done)).toEqual(['2 create+run']);
  expect(results(paramsOf(done))).toMatchObject({ twice: 2n, sum0: 1_000n, sum29: 1_000n });
  expect(done.sends[0]?.replyTo?.ask).toBe(first.ask);
  expect(actor.harness.rows('pending').size).toBe(0);
});

function timed(): WorkflowActor {
  const actor = new WorkflowActor();
  actor.push({ definition: 'timed', properties: { owner: 'ada', run_strategy: PARALLEL } });
  return actor;
}

const NO_HOURS = { hours: { value: 0, type: 'LONG' } };

test('a start whose parameters make no timeout is refused, and nothing is changed', () => {
  const actor = timed();
  expect(actor.start({ run_params: NO_HOURS }).answer).toMatchObject({
    kind: 'refused',
    code: 'invalid',
    errors: ['timeout must be more than 0, but is string "0h"'],
  });
  expect(told(actor.start())).toEqual(['1 create+run']);
});

test('a start whose parameters make no timeout leaves a failed instance where that is wanted', () => {
  const turns = timed().start({ run_params: NO_HOURS, persist_failed_run: true });
  expect(told(turns)).toEqual(['1 create FAILED']);
});

test('a timeout that a costly evaluation makes impossible refuses the start too', () => {
  const actor = timed();
  const first = actor.start({
    request_id: uuid(7),
    run_params: { ...costlyParams(), ...NO_HOURS },
  });
  const outcome = evaluate(first.open[0]?.effect);
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(done.sends).toEqual([]);
  expect(done.replies[0]?.value).toMatchObject({ kind: 'refused', code: 'invalid' });
});

test('repeats of a start whose evaluation is under way are told of the one instance', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const slow = { request_id: uuid(7), run_params: costlyParams() };
  const first = actor.start(slow);
  const second = actor.start(slow);
  const third = actor.start({ ...slow, await_end: true });
  expect(second.open).toEqual([]);
  const outcome = evaluate(first.open[0]?.effect);
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(told(done)).toEqual(['1 create+run', '1 await-end']);
  expect(done.sends[1]?.replyTo?.ask).toBe(third.ask);
  expect(done.replies).toEqual([
    {
      to: { node: 'test', ask: second.ask },
      value: expect.objectContaining({ status: 'DUPLICATED', workflow_instance_id: 1 }),
    },
  ]);
});

test('only so many callers wait for one start', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const slow = { request_id: uuid(7), run_params: costlyParams() };
  for (let n = 0; n < 64; n++) expect(actor.start(slow).answer).toBeUndefined();
  expect(actor.start(slow).answer).toMatchObject({ kind: 'refused', code: 'conflict' });
});

test.each([
  { kind: 'evaluation-failed', message: 'too long' },
  { kind: 'evaluated', results: { kind: 'failed', problems: [] } },
])('a costly evaluation that ends as %j refuses everybody who asked', (outcome) => {
  const actor = WorkflowActor.with(PARALLEL);
  const slow = { request_id: uuid(7), run_params: costlyParams() };
  actor.start(slow);
  actor.start(slow);
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(done.sends).toEqual([]);
  expect(done.replies.map(({ value }) => value['kind'])).toEqual(['refused', 'refused']);
  expect(actor.overview()['latest_instance_id']).toBeUndefined();
  expect(told(actor.start({ request_id: uuid(7) }))).toEqual(['1 create+run']);
});

test('a start without an asker is not answered', () => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.start({ request_id: uuid(7) });
  const turns = actor.harness.tell(startMessage({ request_id: uuid(7) }));
  expect(turns.replies).toEqual([]);
});
