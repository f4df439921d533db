import { expect, test } from 'vitest';
import { told, WORKFLOW, WorkflowActor } from './actor.ts';

const stopAll = (actor: WorkflowActor, kill: boolean) =>
  actor.harness.ask({ kind: 'stop-all', kill, author: 'bob' });

test('stopping a workflow tells its queued and its running instances', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 2 });
  for (let n = 0; n < 4; n++) actor.start();
  const turns = stopAll(actor, false);
  expect(told(turns)).toEqual(['3 stop', '4 stop', '1 stop', '2 stop']);
  const message = 'Terminated [2] queued instances and terminating [2] running instances';
  const reason = `All workflow instances of workflow id [${WORKFLOW}] are terminated to status [STOPPED] by the caller [bob]`;
  expect(turns.sends[0]?.message).toEqual({ kind: 'stop', kill: false, author: 'bob', reason });
  expect(turns.answer).toEqual({
    kind: 'acted',
    message,
    details: {
      timestamp: 1_000_000,
      type: 'ACTION',
      action: 'STOP',
      author: 'bob',
      message,
      reason,
    },
  });
});

test('no instance that is to be stopped begins to run meanwhile', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 3; n++) actor.start();
  stopAll(actor, true);
  expect(actor.overview()['nonterminal_instances']).toMatchObject({ CREATED: 2, IN_PROGRESS: 1 });
  expect(told(actor.ended(1, 'FAILED'))).toEqual([]);
  expect(told(actor.start())).toEqual(['4 create+run']);
  expect(told(actor.ended(2, 'FAILED'))).toEqual([]);
  expect(told(actor.ended(3, 'FAILED'))).toEqual([]);
  expect(actor.overview()).toMatchObject({
    nonterminal_instances: { CREATED: 0, IN_PROGRESS: 1 },
    failed_instances: 3,
  });
});

test('an instance started while others are being stopped waits for its slot and then runs', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 3; n++) actor.start();
  stopAll(actor, false);
  expect(told(actor.start())).toEqual(['4 create']);
  expect(told(actor.ended(2, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(3, 'STOPPED'))).toEqual([]);
  expect(told(actor.ended(1, 'STOPPED'))).toEqual(['4 run']);
});

test('thousands of instances are told once each, a slice per turn', () => {
  const actor = WorkflowActor.with({ rule: 'PARALLEL', workflow_concurrency: 120 }, { warm: true });
  for (let n = 0; n < 2_000; n++) actor.start();
  const turns = stopAll(actor, false);
  const stops = told(turns);
  expect(stops).toHaveLength(2_000);
  expect(new Set(stops).size).toBe(2_000);
  expect(turns.count).toBeGreaterThan(39);
});

test('a second stop reaches instances that the first one is still busy with', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  for (let n = 0; n < 3; n++) actor.start();
  expect(told(stopAll(actor, false))).toEqual(['2 stop', '3 stop', '1 stop']);
  const second = stopAll(actor, true);
  expect(second.sends.every(({ message }) => message['kill'] === true)).toBe(true);
  expect(told(second)).toContain('1 stop');
});

test('instances replaced while a long stop is under way are told once each, from a list that stays short', () => {
  const actor = WorkflowActor.with('SERIAL_LATEST_ONLY');
  const update = { run_strategy: 'SEQUENTIAL' };
  actor.harness.ask({ kind: 'update-properties', update, author: 'ada' });
  for (let n = 0; n < 200; n++) actor.start();
  const back = { run_strategy: 'SERIAL_LATEST_ONLY' };
  actor.harness.ask({ kind: 'update-properties', update: back, author: 'ada' });
  actor.harness.hold = true;
  const stopped = told(actor.start()).filter((line) => line.endsWith('stop'));
  for (let n = 0; n < 20; n++)
    stopped.push(...told(actor.start()).filter((l) => l.endsWith('stop')));
  const sweeps = (actor.harness.head as readonly unknown[])[16];
  expect(sweeps).toHaveLength(2);
  actor.harness.hold = false;
  stopped.push(...told(actor.harness.drain()));
  expect(stopped).toEqual(Array.from({ length: 219 }, (_, index) => `${index + 2} stop`));
  expect(actor.overview()['nonterminal_instances']).toMatchObject({ CREATED: 220, IN_PROGRESS: 1 });
  expect(told(actor.ended(1))).toEqual(['221 run']);
});

test('stopping an idle workflow tells nobody', () => {
  const actor = WorkflowActor.with('SEQUENTIAL');
  const turns = stopAll(actor, false);
  expect(turns.sends).toEqual([]);
  expect(turns.answer).toMatchObject({
    message: 'Terminated [0] queued instances and terminating [0] running instances',
  });
});
