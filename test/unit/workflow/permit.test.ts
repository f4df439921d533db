import { expect, test } from 'vitest';
import type { Turns } from '../../support/actor-harness.ts';
import { WorkflowActor } from './actor.ts';

interface Asked {
  readonly step?: string;
  readonly limited?: boolean;
}

function request(actor: WorkflowActor, instance: number, asked: Asked = {}): Turns {
  return actor.harness.tell({
    kind: 'permit-request',
    instance_id: instance,
    run_id: 1,
    step_id: asked.step ?? 'load',
    attempt_id: 1,
    instance_limited: asked.limited ?? false,
  });
}

function release(actor: WorkflowActor, asked: Asked = {}): Turns {
  return actor.harness.tell({
    kind: 'permit-release',
    step_id: asked.step ?? 'load',
    instance_limited: asked.limited ?? false,
  });
}

/** Instances whose steps were granted a permit: `3 load`. */
function granted({ sends }: Turns): string[] {
  return sends
    .filter(({ message }) => message['kind'] === 'permit-granted')
    .map(
      ({ to, message }) =>
        `${to.key.slice(to.key.lastIndexOf(':') + 1)} ${String(message['step_id'])}`,
    );
}

function update(actor: WorkflowActor, fields: object): Turns {
  return actor.harness.ask({ kind: 'update-properties', update: fields, author: 'ada' });
}

function withLimit(stepConcurrency?: number): WorkflowActor {
  const actor = new WorkflowActor();
  actor.push({
    properties: {
      owner: 'ada',
      ...(stepConcurrency === undefined ? {} : { step_concurrency: stepConcurrency }),
    },
  });
  return actor;
}

test('a permit is granted at once while there is room, and the oldest request gets the next', () => {
  const actor = withLimit(2);
  const first = request(actor, 1);
  expect(granted(first)).toEqual(['1 load']);
  expect(first.sends[0]?.message).toEqual({
    kind: 'permit-granted',
    run_id: 1,
    step_id: 'load',
    attempt_id: 1,
  });
  expect(granted(request(actor, 2))).toEqual(['2 load']);
  expect(granted(request(actor, 3))).toEqual([]);
  expect(granted(request(actor, 4, { step: 'store' }))).toEqual([]);
  expect(granted(release(actor))).toEqual(['3 load']);
  expect(granted(release(actor))).toEqual(['4 store']);
  expect(granted(release(actor))).toEqual([]);
  release(actor, { step: 'store' });
  expect(actor.harness.rows('permits').size).toBe(0);
  expect(actor.harness.rows('waiting').size).toBe(0);
});

test('a workflow without limits runs 20 of its steps at a time', () => {
  const actor = withLimit();
  for (let n = 1; n <= 20; n++) {
    expect(granted(request(actor, n, { step: `step${n % 3}` }))).toHaveLength(1);
  }
  expect(granted(request(actor, 21))).toEqual([]);
  expect(granted(release(actor, { step: 'step1' }))).toEqual(['21 load']);
});

test('one step runs 20 times at a time and holds up no other', () => {
  const actor = withLimit(100);
  for (let n = 1; n <= 25; n++) request(actor, n);
  expect(granted(request(actor, 26, { step: 'store' }))).toEqual(['26 store']);
  expect(granted(release(actor, { step: 'store' }))).toEqual([]);
  expect(granted(release(actor))).toEqual(['21 load']);
});

test('steps limited by their instance are bounded by the workflow only if it has a limit', () => {
  const free = withLimit();
  for (let n = 1; n <= 50; n++) {
    expect(granted(request(free, n, { limited: true }))).toHaveLength(1);
  }
  const bounded = withLimit(3);
  request(bounded, 1, { limited: true });
  request(bounded, 2, { limited: true, step: 'store' });
  request(bounded, 3);
  expect(granted(request(bounded, 4, { limited: true }))).toEqual([]);
  expect(granted(release(bounded, { limited: true }))).toEqual(['4 load']);
});

test('a higher limit lets waiting requests go at once', () => {
  const actor = withLimit(1);
  for (let n = 1; n <= 6; n++) request(actor, n);
  expect(granted(update(actor, { step_concurrency: 4 }))).toEqual(['2 load', '3 load', '4 load']);
});

test('a lower limit takes no permit back and grants none before there is room', () => {
  const actor = withLimit(3);
  for (let n = 1; n <= 4; n++) request(actor, n);
  update(actor, { step_concurrency: 1 });
  expect(granted(release(actor))).toEqual([]);
  expect(granted(release(actor))).toEqual([]);
  expect(granted(release(actor))).toEqual(['4 load']);
});
