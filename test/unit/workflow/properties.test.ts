import { expect, test } from 'vitest';
import type { PlainObject } from '../../../cluster/core/plain.ts';
import { found, told, WORKFLOW, WorkflowActor } from './actor.ts';

function snapshot(actor: WorkflowActor): PlainObject {
  return found(actor.harness.read({ kind: 'properties' }));
}

function update(actor: WorkflowActor, fields: PlainObject): PlainObject | undefined {
  return actor.harness.ask({ kind: 'update-properties', update: fields, author: 'bob' }).answer;
}

const FULL = {
  owner: 'first',
  run_strategy: { rule: 'PARALLEL', workflow_concurrency: 5 },
  step_concurrency: 7,
  description: 'about',
  signal_trigger_disabled: true,
};

test('the first push brings the properties', () => {
  const actor = new WorkflowActor();
  actor.push({ properties: FULL });
  expect(snapshot(actor)).toEqual({
    ...FULL,
    workflow_id: WORKFLOW,
    author: 'ada',
    create_time: 1_000_000,
  });
});

test('a push with properties unsets strategy, step concurrency and alerting, and keeps the rest', () => {
  const actor = new WorkflowActor();
  actor.push({ properties: { ...FULL, alerting: { emails: ['a@b.c'] } } });
  actor.push({ properties: { owner: 'second' } });
  const after = snapshot(actor);
  expect(after).toMatchObject({ owner: 'second', description: 'about' });
  for (const unset of ['run_strategy', 'step_concurrency', 'alerting']) {
    expect(after[unset]).toBeUndefined();
  }
  expect(actor.overview()['properties_snapshot']).toMatchObject({
    run_strategy: { rule: 'SEQUENTIAL', workflow_concurrency: 1 },
  });
});

test('a push without properties changes none', () => {
  const actor = new WorkflowActor();
  actor.push({ properties: FULL });
  const before = snapshot(actor);
  actor.push({ properties: null });
  expect(snapshot(actor)).toEqual(before);
});

test('an update replaces what it names and makes a snapshot of its own', () => {
  const actor = new WorkflowActor();
  actor.push({ properties: FULL });
  const answer = update(actor, { description: 'new text', alerting_disabled: true });
  const expected = {
    ...FULL,
    description: 'new text',
    alerting_disabled: true,
    workflow_id: WORKFLOW,
    author: 'bob',
    create_time: 1_000_001,
  };
  expect(answer).toEqual({ kind: 'properties', snapshot: expected });
  expect(snapshot(actor)).toEqual(expected);
});

test('reset flags unset properties', () => {
  const actor = new WorkflowActor();
  actor.push({ properties: FULL });
  update(actor, { reset_step_concurrency: true });
  expect(snapshot(actor)['step_concurrency']).toBeUndefined();
  update(actor, { reset_workflow_concurrency: true });
  expect(snapshot(actor)['run_strategy']).toEqual({ rule: 'PARALLEL', workflow_concurrency: 20 });
  update(actor, { reset_run_strategy_rule: true });
  expect(snapshot(actor)['run_strategy']).toBeUndefined();
  expect(snapshot(actor)['description']).toBe('about');
});

test.each([
  { reset_step_concurrency: true, step_concurrency: 3 },
  { reset_run_strategy_rule: true, run_strategy: 'PARALLEL' },
  { reset_workflow_concurrency: true, run_strategy: 'PARALLEL' },
  { run_strategy: 'SOMETIMES' },
  { run_strategy: { rule: 'SEQUENTIAL', workflow_concurrency: 2 } },
  { run_strategy: 0 },
])('an update of %j is refused and changes nothing', (fields) => {
  const actor = new WorkflowActor();
  actor.push({ properties: FULL });
  const before = snapshot(actor);
  expect(update(actor, fields)).toMatchObject({ kind: 'refused', code: 'invalid' });
  expect(snapshot(actor)).toEqual(before);
});

test.each([
  ['parallel', { rule: 'PARALLEL', workflow_concurrency: 20 }],
  [3, { rule: 'PARALLEL', workflow_concurrency: 3 }],
  [{ rule: 'FIRST_ONLY' }, { rule: 'FIRST_ONLY', workflow_concurrency: 1 }],
])('the run strategy %j is stored in full', (given, expected) => {
  const actor = new WorkflowActor();
  actor.push();
  update(actor, { run_strategy: given });
  expect(snapshot(actor)['run_strategy']).toEqual(expected);
});

test('tags are added, replaced in their place and deleted', () => {
  const actor = new WorkflowActor();
  actor.push();
  const add = (tag: PlainObject) => actor.harness.ask({ kind: 'add-tag', tag, author: 'bob' });
  const remove = (name: string) =>
    actor.harness.ask({ kind: 'delete-tag', name, author: 'bob' }).answer;
  add({ name: 'gold', note: 'one' });
  add({ name: 'silver' });
  const { answer } = add({ name: 'gold', note: 'two' });
  const platform = { namespace: 'PLATFORM', creator: 'bob', created_at_milli: 1_000_000 };
  const silver = { name: 'silver', ...platform };
  expect(answer).toMatchObject({
    snapshot: { tags: [{ name: 'gold', note: 'two', ...platform }, silver] },
  });
  expect(remove('gold')).toMatchObject({ snapshot: { tags: [silver] } });
  expect(remove('gold')).toMatchObject({ kind: 'refused', code: 'not-found' });
  remove('silver');
  expect(snapshot(actor)['tags']).toBeUndefined();
});

test('an instance keeps the part of the properties that concerns its run', () => {
  const actor = new WorkflowActor();
  const alerting = { emails: ['a@b.c'] };
  actor.push({ properties: { ...FULL, owner: { name: 'ada', team: 'x' }, alerting } });
  actor.harness.ask({ kind: 'add-tag', tag: { name: 'gold' }, author: 'bob' });
  const turns = actor.start();
  expect(told(turns)).toEqual(['1 create+run']);
  expect(turns.sends[0]?.message['run_properties']).toEqual({
    create_time: 1_000_001,
    owner: 'ada',
    alerting,
    step_concurrency: 7,
    tags: [expect.objectContaining({ name: 'gold' })],
  });
});
