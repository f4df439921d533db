import { expect, test } from 'vitest';
import type { Turns } from '../../support/actor-harness.ts';
import { costlyParams, told, uuid, WORKFLOW, WorkflowActor } from './actor.ts';

const remove = (actor: WorkflowActor) => actor.harness.ask({ kind: 'delete', author: 'bob' });

/** Answers every `remove` until none is sent any more. */
function removeInstances(actor: WorkflowActor, first: Turns): number {
  const waiting = [...first.sends];
  let count = 0;
  for (let send = waiting.shift(); send !== undefined; send = waiting.shift()) {
    count++;
    const instance_id = Number(send.to.key.slice(send.to.key.lastIndexOf(':') + 1));
    const message = { kind: 'removed', instance_id, request_id: uuid(instance_id) };
    waiting.push(...actor.harness.tell(message).sends);
  }
  return count;
}

test.each([
  ['running', 1],
  ['queued', 2],
])('a workflow with a %s instance is not deleted', (_, instances) => {
  const actor = WorkflowActor.with('STRICT_SEQUENTIAL');
  for (let n = 0; n < instances; n++) actor.start();
  if (instances === 2) actor.ended(1, 'FAILED');
  expect(remove(actor).answer).toMatchObject({ kind: 'refused', code: 'invalid-status' });
  expect(actor.overview()['latest_version_id']).toBe(1);
});

test('a workflow with a start under way is not deleted', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  actor.start({ run_params: costlyParams() });
  expect(remove(actor).answer).toMatchObject({ kind: 'refused', code: 'invalid-status' });
});

test('a workflow that does not exist is not deleted', () => {
  expect(remove(new WorkflowActor()).answer).toMatchObject({ code: 'not-found' });
});

test('a deletion is visible at once and takes instances and rows away in slices', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 500 });
  for (let n = 0; n < 60; n++) actor.push({ definition: 'd2' });
  for (let n = 0; n < 120; n++) actor.start();
  for (let n = 1; n <= 120; n++) actor.ended(n, n % 10 === 0 ? 'FAILED' : 'SUCCEEDED');
  const turns = remove(actor);
  expect(turns.answer).toMatchObject({ kind: 'acted', details: { type: 'LOG' } });
  expect(turns.index).toEqual([{ list: 'workflows', key: WORKFLOW, value: undefined }]);
  expect(told(turns)).toHaveLength(50);
  expect(actor.definition('latest')).toMatchObject({ kind: 'refused', code: 'not-found' });
  expect(actor.start().answer).toMatchObject({ code: 'not-found' });
  expect(actor.push()).toMatchObject({ kind: 'refused', code: 'conflict' });
  expect(remove(actor).answer).toMatchObject({ code: 'not-found' });
  expect(removeInstances(actor, turns)).toBe(120);
  for (const table of ['versions', 'properties', 'requests', 'failures', 'timeline', 'running']) {
    expect([table, actor.harness.rows(table).size]).toEqual([table, 0]);
  }
});

test('a workflow without instances is deleted in one go', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  remove(actor);
  expect(actor.harness.rows('versions').size).toBe(0);
  expect(actor.push()).toEqual({ kind: 'pushed', version_id: 1 });
});

test('a workflow pushed again begins with version 1 and goes on counting instances', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  actor.start();
  actor.ended(1);
  removeInstances(actor, remove(actor));
  expect(actor.push()).toEqual({ kind: 'pushed', version_id: 1 });
  const turns = actor.start({ request_id: uuid(1) });
  expect(told(turns)).toEqual(['2 create+run']);
  expect(turns.sends[0]?.message['internal_id']).toBe(2);
});

test('an instance that removed itself while it was told to is no trouble', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  actor.start();
  actor.ended(1);
  remove(actor);
  actor.harness.tell({ kind: 'removed', instance_id: 1, request_id: uuid(1) });
  actor.harness.tell({ kind: 'removed', instance_id: 1, request_id: '' });
  expect(actor.push()).toEqual({ kind: 'pushed', version_id: 1 });
  expect(actor.harness.rows('requests').size).toBe(0);
});
