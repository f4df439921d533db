import { expect, test } from 'vitest';
import { found, told, WORKFLOW, WorkflowActor } from './actor.ts';

test('every push makes a version, and an inactive one leaves the active version alone', () => {
  const actor = new WorkflowActor();
  expect(actor.push()).toEqual({ kind: 'pushed', version_id: 1 });
  expect(actor.push({ definition: 'd2', is_active: false })).toEqual({
    kind: 'pushed',
    version_id: 2,
  });
  expect(found(actor.definition('active'))).toMatchObject({
    version_id: 1,
    definition: 'd1',
    is_active: true,
    is_latest: false,
    is_default: true,
    activated_by: 'ada',
  });
  expect(found(actor.definition('latest'))).toMatchObject({
    version_id: 2,
    is_active: false,
    is_latest: true,
    is_default: false,
    metadata: { workflow_id: WORKFLOW, workflow_version_id: 2, version_author: 'ada' },
  });
  actor.push({ definition: 'd3' });
  expect(found(actor.definition('ACTIVE'))['version_id']).toBe(3);
  expect(found(actor.definition('1'))['is_active']).toBe(false);
});

test('the metadata of a push is shown with its version', () => {
  const actor = new WorkflowActor();
  actor.push({ metadata: { git_info: { sha: 'abc' }, source: 'ui' } });
  expect(found(actor.definition('1'))['metadata']).toEqual({
    workflow_id: WORKFLOW,
    workflow_version_id: 1,
    create_time: 1_000_000,
    version_author: 'ada',
    git_info: { sha: 'abc' },
    source: 'ui',
  });
});

test('a first version that is not active is the default all the same', () => {
  const actor = new WorkflowActor();
  actor.push({ is_active: false });
  expect(actor.definition('active')).toMatchObject({ kind: 'refused', code: 'not-found' });
  expect(found(actor.definition('default'))).toMatchObject({ version_id: 1, is_default: true });
  expect(actor.overview()).toMatchObject({ latest_version_id: 1, default_version_id: 1 });
  expect(actor.overview()['active_version_id']).toBeUndefined();
  expect(told(actor.start())).toEqual(['1 create+run']);
  expect(actor.start({ version: 'active' }).answer).toMatchObject({ code: 'not-found' });
});

test.each([{ properties: null }, { properties: {} }, { properties: { description: 'x' } }])(
  'a first version needs an owner, which %j lacks',
  (message) => {
    const actor = new WorkflowActor();
    expect(actor.push(message)).toMatchObject({ kind: 'refused', code: 'invalid' });
    expect(actor.harness.head).toBeUndefined();
  },
);

test('versions are listed page by page, newest first', () => {
  const actor = new WorkflowActor();
  for (let n = 0; n < 5; n++) actor.push();
  const page = (before?: number) => {
    const { versions, total } = found(actor.harness.read({ kind: 'versions', before, limit: 2 }));
    expect(total).toBe(5);
    return (versions as { version_id: number }[]).map(({ version_id }) => version_id);
  };
  expect(page()).toEqual([5, 4]);
  expect(page(4)).toEqual([3, 2]);
  expect(page(2)).toEqual([1]);
  expect(page(1)).toEqual([]);
});

test('a workflow is deactivated and an older version activated', () => {
  const actor = new WorkflowActor();
  actor.push();
  actor.push({ definition: 'd2' });
  const off = actor.harness.ask({ kind: 'deactivate', author: 'bob' });
  const message = `Caller [bob] deactivated workflow [${WORKFLOW}], whose last active version is [2]`;
  expect(off.answer).toEqual({
    kind: 'acted',
    message,
    details: {
      workflow_id: WORKFLOW,
      workflow_version_id: 0,
      timeline_event: {
        timestamp: 1_000_000,
        type: 'ACTION',
        action: 'DEACTIVATE',
        author: 'bob',
        message,
      },
    },
  });
  expect(found(actor.definition('default'))).toMatchObject({ version_id: 2, is_active: false });
  const on = actor.harness.ask({ kind: 'activate', version: '1', author: 'bob' });
  expect(on.answer).toMatchObject({ details: { workflow_version_id: 1 } });
  expect(found(actor.definition('active'))).toMatchObject({ version_id: 1, activated_by: 'bob' });
  const log = on.journal.concat(off.journal);
  expect(log.map((entry) => (entry as { kind: string }).kind)).toEqual([
    'activated',
    'deactivated',
  ]);
});

test('activating the active version changes nothing', () => {
  const actor = new WorkflowActor();
  actor.push();
  const before = actor.harness.head;
  const again = actor.harness.ask({ kind: 'activate', version: 'latest', author: 'bob' });
  expect(again.answer).toMatchObject({ kind: 'acted', details: { workflow_version_id: 1 } });
  expect(again.journal).toEqual([]);
  expect(actor.harness.head).toEqual(before);
});

test('activating a version that does not exist is refused', () => {
  const actor = new WorkflowActor();
  actor.push();
  const ask = (version: string) =>
    actor.harness.ask({ kind: 'activate', version, author: 'bob' }).answer;
  expect(ask('9')).toMatchObject({ kind: 'refused', code: 'not-found' });
  expect(ask('first')).toMatchObject({ kind: 'refused', code: 'invalid' });
});

test('a workflow has one entry in the list of workflows', () => {
  const actor = new WorkflowActor();
  actor.push();
  const { index } = actor.harness.ask({ kind: 'deactivate', author: 'bob' });
  expect(index).toEqual([
    {
      list: 'workflows',
      key: WORKFLOW,
      value: { latest_version_id: 1, active_version_id: 0, modify_time: 1_000_000 },
    },
  ]);
});

test('the timeline keeps the newest 300 entries, oldest first', () => {
  const actor = new WorkflowActor({ warm: true });
  for (let n = 0; n < 310; n++) {
    actor.harness.nowMs++;
    actor.push();
  }
  const events = found(actor.harness.read({ kind: 'timeline' }))['timeline_events'];
  expect(events).toHaveLength(300);
  expect(events).toMatchObject({
    0: { author: 'ada', timestamp: 1_000_011 },
    299: { timestamp: 1_000_310, log: expect.stringContaining('[310]') },
  });
});
