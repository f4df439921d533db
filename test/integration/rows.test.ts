// What one workflow costs in the store: rows and bytes, which nothing may let grow unnoticed.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryTransport } from '../../cluster/adapter/memory-transport.ts';
import { startNactHost } from '../../cluster/adapter/nact-host.ts';
import { encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import { SILENT_LOG } from '../../cluster/port/log.ts';
import type { Batch, CommitAnswer } from '../../cluster/port/store.ts';
import { type Node, startNode } from '../../cluster/runtime/node.ts';
import { MemoryStore } from '../../cluster/store/memory.ts';
import type { RunDefinition } from '../../src/instance/run-definition.ts';
import { ADVANCE_LIMIT, instanceKind } from '../../src/instance/kind.ts';
import { ProgramCache } from '../../src/param/program-cache.ts';
import { selLanguage } from '../../src/param/sel-language.ts';
import { workflowKind } from '../../src/workflow/kind.ts';
import type { StartDefinition } from '../../src/workflow/run-params.ts';
import { graph, type StepText } from '../support/graph.ts';

type Definition = RunDefinition & StartDefinition;

/** The memory store, with a count of what is written. */
class CountingStore extends MemoryStore {
  commits = 0;
  rows = 0;
  bytes = 0;

  override async commit(batch: Batch): Promise<CommitAnswer> {
    this.commits++;
    this.rows += batch.writes.length;
    for (const [key, value] of batch.writes) {
      this.bytes += key.length + (value === undefined ? 0 : encodeRow(value).length);
    }
    return super.commit(batch);
  }
}

const STEPS = 10;
const store = new CountingStore();
let node: Node;

beforeAll(async () => {
  const texts: { [id: string]: StepText } = {};
  for (let step = 1; step <= STEPS; step++) {
    texts[`s${step}`] = step < STEPS ? { to: [`s${step + 1}`] } : {};
  }
  const definition: Definition = { ...graph(texts), tags: [] };
  const shared = { environment: 'test', programs: new ProgramCache(selLanguage()) };
  const instances = { ...shared, lanes: 1, advanceLimit: ADVANCE_LIMIT, retentionMs: undefined };
  node = await startNode({
    nodeId: 'rows',
    store,
    host: startNactHost('rows', systemClock),
    transport: new MemoryTransport(systemAlarms),
    clock: systemClock,
    alarms: systemAlarms,
    random: systemRandom,
    log: SILENT_LOG,
    kinds: [
      eraseKind(workflowKind<Definition>(shared)),
      eraseKind(instanceKind<Definition>(instances)),
    ],
    factParser: { parse: () => ({ fact: definition, bytes: 1 }) },
    effects: { run: () => {}, forget: () => {} },
    identity: { shardCount: 1, instanceLanes: 1, hash: 'rows' },
  });
  await node.putFact('d', 'd');
  await ask({
    kind: 'push',
    definition: 'd',
    properties: { owner: 'tester' },
    is_active: true,
    metadata: {},
    author: 'tester',
  });
});

afterAll(() => node.drain());

function ask(message: { readonly [field: string]: string | boolean | object | number }) {
  const deadlineMs = systemClock.monotonicMs() + 10_000;
  const plain = message as Parameters<Node['ask']>[1];
  return node.ask({ kind: 'workflow', key: 'rows' }, plain, { deadlineMs });
}

const start = () =>
  ask({
    kind: 'start',
    version: 'latest',
    request_id: systemRandom.uuid(),
    request_time: systemClock.wallMs(),
    initiator: { type: 'MANUAL', user: 'tester' },
    run_params: {},
    runtime_tags: [],
    artifacts: {},
    persist_failed_run: false,
    await_end: true,
  });

test('a workflow of ten NoOp steps is one commit of at most six rows and 650 bytes', async () => {
  await start();
  const before = { commits: store.commits, rows: store.rows, bytes: store.bytes };
  expect(await start()).toMatchObject({ status: 'SUCCEEDED' });
  expect(store.commits - before.commits).toBe(1);
  expect(store.rows - before.rows).toBeLessThanOrEqual(6);
  expect(store.bytes - before.bytes).toBeLessThanOrEqual(650);
});

test('a name that no store takes in a key is refused with its path, wherever the node is asked', async () => {
  const long = 'x'.repeat(5_000);
  const address = { kind: 'workflow', key: long };
  const deadlineMs = systemClock.monotonicMs() + 10_000;
  const known = { kind: 'workflow', key: 'rows' };
  const calls: readonly (readonly [path: string, call: () => Promise<unknown>])[] = [
    ['to.key', () => node.ask(address, { kind: 'deactivate' }, { deadlineMs })],
    ['requestId', () => node.ask(known, { kind: 'deactivate' }, { deadlineMs, requestId: long })],
    ['from.key', () => node.read(address, { kind: 'overview' })],
    ['list', () => node.list('rows', long, { limit: 1 })],
    ['after', () => node.list('rows', 'workflows', { limit: 1, after: long })],
    ['after', () => node.listEverywhere('workflows', { limit: 1, after: long })],
    [
      'address.key',
      async () =>
        node.watch(
          address,
          0,
          () => undefined,
          () => undefined,
        ),
    ],
  ];
  const before = store.commits;
  for (const [path, call] of calls) {
    await expect(call(), path).rejects.toMatchObject({
      code: 'violation',
      details: { path, rule: 'have at most 512 bytes as a part of a key', bytes: 5_000 },
    });
  }
  expect(store.commits).toBe(before);
});
