// Whatever an instance may hold comes back from its rows as it was.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceCodec } from '../../src/instance/codec.ts';
import { firstHead } from '../../src/instance/birth.ts';
import {
  type InstanceHead,
  STAGES,
  type StepBlock,
  type StepRecord,
} from '../../src/instance/state.ts';
import { INSTANCE_STATUSES, STEP_STATUSES } from '../../src/instance/status.ts';
import { createMessage } from '../support/instance-world.ts';

const time = fc.integer({ min: 1, max: 4_000_000_000_000 });
const timer = fc.oneof(fc.constant(0), time);
const count = fc.nat(1_000);

/** Times of an attempt: the first stage is reached before any other. */
const times = fc.oneof(
  fc.constant(STAGES.map(() => 0)),
  time.map((at) => STAGES.map((_, stage) => (stage === 2 ? 0 : at))),
  time.map((at) => STAGES.map((_, stage) => (stage === 0 || stage === 9 ? at : 0))),
  fc
    .tuple(time, fc.array(fc.option(fc.nat(1_000_000)), { minLength: 9, maxLength: 9 }))
    .map(([first, later]) => [first, ...later.map((ms) => (ms === null ? 0 : first + ms))]),
);

const record: fc.Arbitrary<StepRecord> = fc.record({
  status: fc.constantFrom(...STEP_STATUSES),
  attempt: count,
  times,
  pending: count,
  satisfied: fc.boolean(),
  retries: fc.record({
    error: fc.nat(2),
    platform: fc.nat(2),
    timeout: fc.nat(2),
    manual: fc.nat(2),
  }),
  alarmAtMs: timer,
  timeoutAtMs: timer,
  permit: fc.constantFrom('none', 'queued', 'requested', 'held'),
  taken: fc.option(fc.array(count), { nil: undefined }),
  detailed: fc.boolean(),
  deciding: fc.boolean(),
});

/** Blocks in which records are shared and missing. */
const block: fc.Arbitrary<StepBlock> = fc
  .tuple(fc.array(record, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(5), { maxLength: 16 }))
  .map(([records, picks]) => picks.map((pick) => records[pick]));

const object = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()));

const head: fc.Arbitrary<InstanceHead> = fc
  .record({
    runId: fc.integer({ min: 1, max: 9 }),
    status: fc.constantFrom(...INSTANCE_STATUSES),
    startTimeMs: timer,
    endTimeMs: timer,
    modifyTimeMs: time,
    counts: fc.array(count, { minLength: STEP_STATUSES.length, maxLength: STEP_STATUSES.length }),
    ready: fc.array(count).map((entries) => ({ entries, from: 0 })),
    wave: fc.option(
      fc.record({ left: fc.integer({ min: 1, max: 1_000 }), finished: fc.array(count) }),
      { nil: undefined },
    ),
    advancing: fc.boolean(),
    ending: fc.option(
      fc.record({ as: fc.constantFrom('STOPPED', 'FATALLY_FAILED', 'TIMED_OUT'), from: count }),
      { nil: undefined },
    ),
    permitsHeld: count,
    permitQueue: fc.array(count).map((entries) => ({ entries, from: 0 })),
    permitsUnwanted: count,
    timeoutAtMs: timer,
    eraseAtMs: timer,
    askers: fc.array(fc.record({ node: fc.string(), ask: count })),
    timeline: fc.array(object),
    details: count,
    effects: count,
    birth: fc.record({
      correlation_id: fc.constantFrom('daily.report:7:1', 'parent:1:1'),
      request_id: fc.constantFrom('00000000-0000-4000-a000-000000000007', 'other'),
      params: object,
      run_params: object,
      runtime_tags: fc.array(object),
      run: fc.boolean(),
      await_end: fc.boolean(),
      ends_as: fc.option(
        fc.record({ status: fc.constantFrom('STOPPED', 'FAILED'), message: fc.string() }),
      ),
    }),
  })
  .map(({ birth: { ends_as, ...birth }, ...rest }) => {
    const created = createMessage(1_000, { ...birth, ...(ends_as === null ? {} : { ends_as }) });
    return { ...firstHead(created), ...rest };
  });

describe('the rows of an instance', () => {
  it('bring back every block of steps, and share what was shared', () => {
    const { steps } = instanceCodec.tables;
    fc.assert(
      fc.property(block, (before) => {
        const row = steps.encode(before);
        expect(steps.decode(structuredClone(row), 1)).toEqual(before);
        expect(steps.encode(steps.decode(row, 1))).toEqual(row);
      }),
    );
  });

  it('bring back every earlier attempt', () => {
    const { attempts } = instanceCodec.tables;
    fc.assert(
      fc.property(record, (before) => {
        expect(attempts.decode(attempts.encode(before), 1)).toEqual(before);
      }),
    );
  });

  it('bring back every head', () => {
    fc.assert(
      fc.property(head, (before) => {
        const row = structuredClone(instanceCodec.encodeHead(before));
        expect(instanceCodec.decodeHead(row, 1)).toEqual(before);
      }),
    );
  });

  it('bring back details', () => {
    const { details } = instanceCodec.tables;
    const optional = fc.option(object, { nil: undefined });
    const row = fc.record({ params: optional, artifacts: optional, timeline: fc.array(object) });
    fc.assert(
      fc.property(row, (before) => {
        expect(details.decode(details.encode(before), 1)).toEqual(before);
      }),
    );
  });
});
