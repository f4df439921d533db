import { expect, test } from 'vitest';
import { told, WorkflowActor } from './actor.ts';

test('PARALLEL runs as many as it may and queues the rest in order', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 2 });
  expect(told(actor.start())).toEqual(['1 create+run']);
  expect(told(actor.start())).toEqual(['2 create+run']);
  expect(told(actor.start())).toEqual(['3 create']);
  expect(told(actor.start())).toEqual(['4 create']);
  expect(told(actor.ended(2))).toEqual(['3 run']);
  expect(told(actor.ended(1))).toEqual(['4 run']);
  expect(told(actor.ended(3))).toEqual([]);
  expect(actor.overview()['nonterminal_instances']).toMatchObject({ CREATED: 0, IN_PROGRESS: 1 });
});

test('SEQUENTIAL runs one at a time, whatever became of the one before', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  expect(told(actor.start())).toEqual(['1 create+run']);
  expect(told(actor.start())).toEqual(['2 create']);
  expect(told(actor.start())).toEqual(['3 create']);
  expect(told(actor.ended(1, 'FAILED'))).toEqual(['2 run']);
  expect(told(actor.ended(2))).toEqual(['3 run']);
});

test('a queued instance that is stopped on its own leaves the queue and no slot', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 3; n++) actor.start();
  expect(told(actor.ended(2, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(1))).toEqual(['3 run']);
});

test('STRICT_SEQUENTIAL stands still after a failure until it is unblocked', () => {
  const actor = WorkflowActor.with('STRICT_SEQUENTIAL');
  actor.start();
  actor.start();
  expect(told(actor.ended(1, 'FAILED'))).toEqual([]);
  expect(told(actor.start())).toEqual(['3 create']);
  const unblocked = actor.harness.ask({ kind: 'unblock', author: 'ada' });
  expect(told(unblocked)).toEqual(['2 run']);
  expect(unblocked.answer).toEqual({
    kind: 'acted',
    message: 'Unblocked [1] failed workflow instances.',
    details: {
      timestamp: 1_000_000,
      type: 'ACTION',
      action: 'UNBLOCK',
      author: 'ada',
      message: 'Unblocked [1] failed workflow instances.',
      reason: `Unblock workflow [daily.report]`,
    },
  });
});

test.each(['STOPPED', 'TIMED_OUT', 'SUCCEEDED'] as const)(
  'STRICT_SEQUENTIAL goes on after %s',
  (status) => {
    const actor = WorkflowActor.with('STRICT_SEQUENTIAL');
    actor.start();
    actor.start();
    expect(told(actor.ended(1, status))).toEqual(['2 run']);
  },
);

test('one failed instance is unblocked alone, and only once', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 5 });
  for (let n = 0; n < 3; n++) actor.start();
  actor.ended(1, 'FAILED');
  actor.ended(2, 'FAILED');
  const unblock = (instance: number, run?: number) =>
    actor.harness.ask({ kind: 'unblock', instance_id: instance, run_id: run, author: 'ada' })
      .answer;
  expect(unblock(1)).toMatchObject({ kind: 'acted', details: { workflow_instance_id: 1 } });
  expect(actor.overview()['failed_instances']).toBe(1);
  expect(unblock(1)).toMatchObject({ kind: 'acted' });
  expect(actor.overview()['failed_instances']).toBe(1);
  expect(unblock(2, 2)).toMatchObject({ kind: 'refused', code: 'invalid-status' });
  expect(unblock(3)).toMatchObject({ kind: 'refused', code: 'invalid-status' });
  expect(unblock(2, 1)).toMatchObject({ kind: 'acted' });
  expect(actor.overview()['failed_instances']).toBe(0);
});

test('FIRST_ONLY stores a new instance as stopped while another has not ended', () => {
  const actor = WorkflowActor.with('FIRST_ONLY');
  expect(told(actor.start())).toEqual(['1 create+run']);
  const second = actor.start();
  expect(told(second)).toEqual(['2 create STOPPED']);
  expect(second.sends[0]?.message['ends_as']).toEqual({
    status: 'STOPPED',
    message: 'Stopped by the run strategy FIRST_ONLY, because instance [1] has not ended',
  });
  expect(told(actor.ended(2, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(1))).toEqual([]);
  expect(told(actor.start())).toEqual(['3 create+run']);
});

test('LAST_ONLY stops what runs and begins when that has ended', () => {
  const actor = WorkflowActor.with('LAST_ONLY');
  expect(told(actor.start())).toEqual(['1 create+run']);
  const second = actor.start();
  expect(told(second)).toEqual(['1 stop', '2 create']);
  expect(second.sends[0]?.message).toMatchObject({ kill: false, author: 'maestro_run_strategy' });
  expect(told(actor.start())).toEqual(['2 stop', '3 create', '1 stop']);
  expect(told(actor.ended(2, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(1, 'STOPPED'))).toEqual(['3 run']);
});

test('SERIAL_LATEST_ONLY keeps the newest queued instance and never touches the running one', () => {
  const actor = WorkflowActor.with('SERIAL_LATEST_ONLY');
  expect(told(actor.start())).toEqual(['1 create+run']);
  expect(told(actor.start())).toEqual(['2 create']);
  const third = actor.start();
  expect(told(third)).toEqual(['2 stop', '3 create']);
  expect(third.sends[0]?.message['reason']).toContain('[3]');
  expect(told(actor.ended(2, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(1))).toEqual(['3 run']);
});

test('a wider strategy lets queued instances run at once, in slices', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 1_200; n++) actor.start();
  const update = { run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1_000 } };
  const turns = actor.harness.ask({ kind: 'update-properties', update, author: 'ada' });
  const started = told(turns);
  expect(started).toHaveLength(999);
  expect(started[0]).toBe('2 run');
  expect(started[998]).toBe('1000 run');
  expect(turns.count).toBeGreaterThan(15);
  expect(actor.overview()['nonterminal_instances']).toMatchObject({
    CREATED: 200,
    IN_PROGRESS: 1_000,
  });
});

test('a start that arrives while a long queue is let go does not overtake it', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 80; n++) actor.start();
  actor.harness.hold = true;
  const update = { run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1_000 } };
  const first = actor.harness.ask({ kind: 'update-properties', update, author: 'ada' });
  expect(told(first)).toHaveLength(50);
  expect(told(actor.start())).toEqual(['81 create']);
  expect(told(actor.ended(1)).at(-1)).toBe('81 run');
  actor.harness.hold = false;
  expect(told(actor.harness.drain())).toEqual([]);
});

test('a narrower strategy stops nothing and starts nothing before there is room', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 3 });
  for (let n = 0; n < 4; n++) actor.start();
  actor.harness.ask({
    kind: 'update-properties',
    update: { run_strategy: 'SEQUENTIAL' },
    author: 'ada',
  });
  expect(told(actor.ended(1))).toEqual([]);
  expect(told(actor.ended(2))).toEqual([]);
  expect(told(actor.ended(3))).toEqual(['4 run']);
});

test.each(['FIRST_ONLY', 'LAST_ONLY'])('a switch to %s waits for all but one to end', (rule) => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 3 });
  actor.start();
  actor.start();
  const update = () =>
    actor.harness.ask({ kind: 'update-properties', update: { run_strategy: rule }, author: 'ada' });
  expect(update().answer).toMatchObject({ kind: 'refused', code: 'precondition-failed' });
  expect(actor.push({ properties: { run_strategy: rule } })).toMatchObject({
    code: 'precondition-failed',
  });
  actor.ended(1);
  expect(update().answer).toMatchObject({ kind: 'properties' });
});

test('a switch to STRICT_SEQUENTIAL waits for failures to be unblocked', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  actor.start();
  actor.ended(1, 'FAILED');
  const update = { run_strategy: 'STRICT_SEQUENTIAL' };
  const ask = () => actor.harness.ask({ kind: 'update-properties', update, author: 'ada' }).answer;
  expect(ask()).toMatchObject({ kind: 'refused', code: 'precondition-failed' });
  actor.harness.ask({ kind: 'unblock', author: 'ada' });
  expect(ask()).toMatchObject({ kind: 'properties' });
});
