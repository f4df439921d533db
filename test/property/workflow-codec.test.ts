import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowCodec } from '../../cluster/port/actor-kind.ts';
import { workflowCodec } from '../../src/workflow/codec.ts';
import { propertiesRow } from '../../src/workflow/run-properties.ts';
import { RUN_RULES } from '../../src/definition/run-strategy.ts';
import type { Sweep, WorkflowHead, WorkflowRows } from '../../src/workflow/state.ts';

const count = fc.nat(1_000_000);
const sweep: fc.Arbitrary<Sweep> = fc.record({
  from: count,
  through: count,
  phase: fc.constantFrom('queued', 'running'),
  running: fc.boolean(),
  kill: fc.boolean(),
  author: fc.string(),
  reason: fc.string(),
});

const heads: fc.Arbitrary<WorkflowHead> = fc.oneof(
  fc.record({
    kind: fc.constant('live' as const),
    life: count,
    latestVersion: count,
    activeVersion: count,
    latestInstance: count,
    modifyTimeMs: fc.maxSafeNat(),
    strategy: fc.record({ rule: fc.constantFrom(...RUN_RULES), concurrency: count }),
    running: count,
    queued: count,
    withdrawn: count,
    queueFrom: count,
    failures: count,
    blockEpoch: count,
    pending: count,
    timelineEnd: count,
    sweeps: fc.array(sweep, { maxLength: 3 }),
    advancing: fc.boolean(),
    stepConcurrency: count,
    permitsHeld: count,
    permitsWaiting: count,
    latestPermit: count,
  }),
  fc.record({
    kind: fc.constant('deleting' as const),
    life: count,
    latestVersion: count,
    latestInstance: count,
    timelineEnd: count,
    nextInstance: count,
    outstanding: count,
    nextVersion: count,
  }),
  fc.record({ kind: fc.constant('deleted' as const), life: count, latestInstance: count }),
);

test('a head survives being written and read', () => {
  fc.assert(
    fc.property(heads, (head) => {
      expect(workflowCodec.decodeHead(workflowCodec.encodeHead(head), 1)).toEqual(head);
    }),
  );
});

const text = fc.string();
const object = fc.dictionary(text, fc.oneof(text, count, fc.boolean()));

const rows: { readonly [Table in keyof WorkflowRows]: fc.Arbitrary<WorkflowRows[Table]> } = {
  versions: fc.record({
    definition: text,
    metadata: object,
    createTimeMs: count,
    author: text,
    activation: fc.option(fc.record({ timeMs: count, author: text }), { nil: undefined }),
  }),
  properties: object.map(propertiesRow),
  requests: fc.record({ instanceId: count, runId: count, version: count }),
  pending: fc.record({
    start: object,
    version: count,
    askers: fc.array(
      fc.record({ replyTo: fc.record({ node: text, ask: count }), awaitEnd: fc.boolean() }),
    ),
  }),
  queue: fc.record({ runId: count }),
  running: fc.record({ runId: count }),
  failures: fc.record({ runId: count, blockEpoch: fc.integer({ min: -1, max: 99 }) }),
  permits: fc.record({ held: count, first: count, last: count }),
  waiting: fc.record({
    instanceId: count,
    runId: count,
    stepId: text,
    attemptId: count,
    next: count,
  }),
  timeline: fc.record({ timestampMs: count, author: text, log: text }),
};

function roundTrip<Row>(codec: RowCodec<Row>, arbitrary: fc.Arbitrary<Row>): void {
  fc.assert(
    fc.property(arbitrary, (row) => {
      expect(codec.decode(structuredClone(codec.encode(row)), 1)).toEqual(row);
    }),
    { numRuns: 50 },
  );
}

test('rows survive being written and read', () => {
  const { tables } = workflowCodec;
  roundTrip(tables.versions, rows.versions);
  roundTrip(tables.properties, rows.properties);
  roundTrip(tables.requests, rows.requests);
  roundTrip(tables.pending, rows.pending);
  roundTrip(tables.queue, rows.queue);
  roundTrip(tables.running, rows.running);
  roundTrip(tables.failures, rows.failures);
  roundTrip(tables.permits, rows.permits);
  roundTrip(tables.waiting, rows.waiting);
  roundTrip(tables.timeline, rows.timeline);
});

test.each([null, 7, 'live', ['live'], ['live', 'x'], ['asleep', 1], {}])(
  'the head %j is refused',
  (plain) => {
    expect(() => workflowCodec.decodeHead(plain, 1)).toThrow('violated');
  },
);
