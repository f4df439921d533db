import { expect, test } from 'vitest';
import { startMessage, told, uuid, WORKFLOW, WorkflowActor } from './actor.ts';

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
    params: { n: { value: 1, type: 'LONG' } },
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

test('wrong run parameters are refused with every problem and change nothing', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const head = actor.harness.head;
  const refused = actor.start({ run_params: { wrong: 1 } });
  expect(refused.answer).toMatchObject({
    kind: 'refused',
    code: 'invalid',
    errors: ['run_params.wrong must be right, but is number 1'],
  });
  expect(refused.sends).toEqual([]);
  expect(actor.harness.head).toEqual(head);
});

test('wrong run parameters make a failed instance when the caller wants one', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const turns = actor.start({ run_params: { wrong: 1 }, persist_failed_run: true });
  expect(told(turns)).toEqual(['1 create FAILED']);
  expect(actor.overview()).toMatchObject({
    latest_instance_id: 1,
    nonterminal_instances: { CREATED: 0, IN_PROGRESS: 0 },
  });
  actor.ended(1, 'FAILED');
  expect(actor.overview()['failed_instances']).toBe(1);
});

test('a costly evaluation leaves as an effect, and its outcome makes the instance', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const first = actor.start({ request_id: uuid(7), run_params: { slow: 5 } });
  expect(first.sends).toEqual([]);
  expect(first.open).toEqual([{ id: uuid(7), effect: { kind: 'evaluate', request: { slow: 5 } } }]);
  const other = actor.start();
  expect(told(other)).toEqual(['1 create+run']);
  const outcome = { kind: 'evaluated', results: { slow: 25 } };
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(done.settle).toEqual([uuid(7)]);
  expect(told(done)).toEqual(['2 create+run']);
  expect(done.sends[0]?.message['params']).toEqual({ slow: 25 });
  expect(done.sends[0]?.replyTo?.ask).toBe(first.ask);
  expect(actor.harness.rows('pending').size).toBe(0);
});

test('repeats of a start whose evaluation is under way are told of the one instance', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const slow = { request_id: uuid(7), run_params: { slow: 5 } };
  actor.start(slow);
  const second = actor.start(slow);
  const third = actor.start({ ...slow, await_end: true });
  expect(second.open).toEqual([]);
  const outcome = { kind: 'evaluated', results: {} };
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(told(done)).toEqual(['1 create+run', '1 await-end']);
  expect(done.sends[1]?.replyTo?.ask).toBe(third.ask);
  expect(done.replies).toEqual([
    {
      to: { node: 'test', ask: second.ask },
      value: expect.objectContaining({ status: 'DUPLICATED' }),
    },
  ]);
});

test('a costly evaluation that fails refuses everybody who asked', () => {
  const actor = WorkflowActor.with(PARALLEL);
  const slow = { request_id: uuid(7), run_params: { slow: 5 } };
  actor.start(slow);
  actor.start(slow);
  const outcome = { kind: 'evaluation-failed', message: 'too long' };
  const done = actor.harness.deliver({ kind: 'outcome', id: uuid(7), outcome });
  expect(done.sends).toEqual([]);
  expect(done.replies.map(({ value }) => value['kind'])).toEqual(['refused', 'refused']);
  expect(actor.overview()['latest_instance_id']).toBeUndefined();
});

test('a start without an asker is not answered', () => {
  const actor = WorkflowActor.with(PARALLEL);
  actor.start({ request_id: uuid(7) });
  const turns = actor.harness.tell(startMessage({ request_id: uuid(7) }));
  expect(turns.replies).toEqual([]);
});
