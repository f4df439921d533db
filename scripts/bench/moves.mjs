// What callers notice of shards that move: a node leaves and comes back while every one of many workflows is started again
// and again. A shard's pause is the longest that one of its calls took while it moved.

import { credentials } from '@grpc/grpc-js';
import { shardOf } from '../../dist/cluster/core/address.js';
import { ClusterServiceClient } from '../../dist/proto/gen/baton/v1/cluster.js';
import { BenchClient, chain } from './client.mjs';
import { metric, shardsOf, until } from './cluster.mjs';
import { percentile } from './node.mjs';

const WORKFLOWS = 96;
const SHARDS = 512;
/** Each workflow is called so often, in milliseconds. */
const EVERY_MS = 200;

/** Calls of one workflow, one after the other, until it is told to stop. */
async function call(client, id, calls, isOver) {
  while (!isOver()) {
    const startedAt = performance.now();
    const failed = await client.start(id).then(
      () => false,
      () => true,
    );
    calls.push({ id, startedAt, endedAt: performance.now(), failed });
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** By shard its owner, as the store has it. */
function ownersOf(node) {
  const client = new ClusterServiceClient(node.grpc, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client.listShards({}, (error, answer) => {
      client.close();
      if (error) reject(error);
      else resolve(new Map(answer.shards.map(({ shard, owner }) => [shard, owner])));
    });
  });
}

/** Does something that moves shards. @returns the longest call of each that moved, sorted, and how long it all took */
async function during(node, calls, work) {
  const before = await ownersOf(node);
  const startedAt = performance.now();
  await work();
  const after = await ownersOf(node);
  const endedAt = performance.now();
  const longest = new Map();
  for (const { id, ...each } of calls) {
    const shard = shardOf(id, SHARDS);
    if (each.endedAt < startedAt || before.get(shard) === after.get(shard)) continue;
    longest.set(shard, Math.max(longest.get(shard) ?? 0, each.endedAt - each.startedAt));
  }
  const pauses = [...longest.values()].sort((a, b) => a - b);
  return {
    seconds: Math.round((endedAt - startedAt) / 100) / 10,
    moved: pauses.length,
    p50_ms: percentile(pauses, 0.5),
    p99_ms: percentile(pauses, 0.99),
  };
}

/** Three nodes: one is drained, and comes back. */
export async function moves([one, two, three], start) {
  const clients = [new BenchClient(one.grpc), new BenchClient(two.grpc)];
  const ids = Array.from({ length: WORKFLOWS }, (_, index) => `moved${index}`);
  for (const id of ids) await clients[0].push(chain(id, 1));
  const calls = [];
  let isOver = false;
  const callers = ids.map((id, at) => call(clients[at % 2], id, calls, () => isOver));
  await until(async () => calls.length > WORKFLOWS * 20);
  const still = calls.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
  const settled = (nodes) => until(async () => (await shardsOf(nodes)) === SHARDS);
  const drain = await during(one, calls, async () => {
    await three.stop('SIGTERM');
    await settled([one, two]);
  });
  const join = await during(one, calls, async () => {
    const again = await start('n3');
    await until(async () => (await metric(again, 'baton_shards')) > SHARDS / 4);
    await settled([one, two, again]);
  });
  isOver = true;
  await Promise.all(callers);
  for (const client of clients) client.close();
  return {
    calls: calls.length,
    failed: calls.filter(({ failed }) => failed).length,
    calm_p50_ms: percentile(still, 0.5),
    calm_p99_ms: percentile(still, 0.99),
    drain,
    join,
  };
}
