// `npm run bench`: one JSON line per scenario. Arguments narrow it by name.
//
// Every scenario starts a node of its own in a process of its own, on a fresh folder of the embedded store, which answers
// after its flush; this process is the client. Those of a cluster need nats-server and redis-server.

import { chain, BenchClient } from './bench/client.mjs';
import { metric, shardsOf, until, withCluster } from './bench/cluster.mjs';
import { evaluations } from './bench/evaluations.mjs';
import { redisCommits } from './bench/redis-commits.mjs';
import { corpusSeconds, evaluationMicroseconds, greedyTurns } from './bench/sel.mjs';
import { stepToStep } from './bench/step-to-step.mjs';
import { moves } from './bench/moves.mjs';
import { memoryOf, percentile, processorSeconds, startNode, withFolder } from './bench/node.mjs';

const STEPS = 10;

/** Row 1: durable steps per second, workflows of 10 NoOp steps, one stream. */
async function stepsPerSecond(window) {
  return withNode(async (client, node) => {
    await client.push(chain('row1', STEPS));
    const load = { workflows: ['row1'], window, awaitEnd: true };
    await client.startMany({ ...load, count: 2_000 });
    const count = 20_000;
    const startedAt = performance.now();
    const took = await client.startMany({ ...load, count });
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      window,
      workflows: count,
      steps_per_second: Math.round((count * STEPS) / seconds),
      ...latency(took),
      ...(await memoryOf(node.pid)),
    };
  });
}

/** Row 2: a workflow of 3 steps, started and awaited, one at a time on an open stream. */
async function runLatency() {
  return withNode(async (client) => {
    await client.push(chain('row2', 3));
    const load = { workflows: ['row2'], window: 1, awaitEnd: true };
    await client.startMany({ ...load, count: 300 });
    return latency(await client.startMany({ ...load, count: 2_000 }));
  });
}

/** Workflows that only wait: memory of many instances on one Sleep of a day. */
async function waiting(instances) {
  return withNode(async (client, node) => {
    const workflows = await pushSleepers(client, Math.ceil(instances / 1_000));
    const startedAt = performance.now();
    await client.startMany({ workflows, count: instances, window: 512, awaitEnd: false });
    const seconds = (performance.now() - startedAt) / 1_000;
    return { instances, start_seconds: Math.round(seconds), ...(await memoryOf(node.pid)) };
  });
}

async function pushSleepers(client, count) {
  const sleep = { type: 'Sleep', params: { sleep_seconds: { value: 86_400, type: 'LONG' } } };
  const workflows = Array.from({ length: count }, (_, index) => `sleep${index}`);
  for (const id of workflows) {
    await client.push(chain(id, 1, sleep, {}, { instance_step_concurrency: 1 }));
  }
  return workflows;
}

/** Restart of a node with many live instances: how long until it is ready and has answered a first run. */
async function restart(instances) {
  return withFolder(async (folder) => {
    const before = await startNode(folder);
    const loader = new BenchClient(before.grpc);
    const workflows = await pushSleepers(loader, Math.ceil(instances / 1_000));
    await loader.push(chain('after', 1));
    await loader.startMany({ workflows, count: instances, window: 512, awaitEnd: false });
    loader.close();
    await before.stop('SIGKILL');
    const startedAt = performance.now();
    const node = await startNode(folder);
    const readyMs = performance.now() - startedAt;
    const client = new BenchClient(node.grpc);
    await client.startMany({ workflows: ['after'], count: 1, window: 1, awaitEnd: true });
    const firstMs = performance.now() - startedAt;
    const memory = await memoryOf(node.pid);
    client.close();
    await node.stop();
    return {
      instances,
      ready_ms: Math.round(readyMs),
      first_run_ms: Math.round(firstMs),
      ...memory,
    };
  });
}

/** The work of row 1 on a cluster, all through the first node. */
async function clusterSteps(nodeCount, workflows, flags = []) {
  return withCluster(nodeCount, stepsOn(workflows), flags);
}

/** Processor time of nodes for a step, all together. */
async function processorOf(nodes) {
  const each = await Promise.all(nodes.map(({ pid }) => processorSeconds(pid)));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

function stepsOn(workflows) {
  return async (nodes) => {
    const client = new BenchClient(nodes[0].grpc);
    const ids = Array.from({ length: workflows }, (_, index) => `row${index}`);
    for (const id of ids) await client.push(chain(id, STEPS));
    const load = { workflows: ids, window: 256, awaitEnd: true };
    await client.startMany({ ...load, count: 1_000 });
    const count = 5_000;
    const [startedAt, usedBefore] = [performance.now(), await processorOf(nodes)];
    const took = await client.startMany({ ...load, count });
    const seconds = (performance.now() - startedAt) / 1_000;
    const used = (await processorOf(nodes)) - usedBefore;
    client.close();
    return {
      workflows,
      steps_per_second: Math.round((count * STEPS) / seconds),
      processor_us_per_step: Math.round((used * 1_000_000) / (count * STEPS)),
      ...latency(took),
    };
  };
}

/** One of three nodes is killed while instances sleep: how long until every shard is open again, and all have ended well. */
async function failover(instances) {
  return withCluster(3, async ([one, two, three]) => {
    const client = new BenchClient(one.grpc);
    const workflows = Array.from({ length: 20 }, (_, index) => `sleep${index}`);
    const seconds = 60;
    const sleep = { type: 'Sleep', params: { sleep_seconds: { value: seconds, type: 'LONG' } } };
    const free = { instance_step_concurrency: 1 };
    for (const id of workflows) await client.push(chain(id, 1, sleep, {}, free));
    await client.startMany({ workflows, count: instances, window: 256, awaitEnd: false });
    const [before, killedAt] = [await shardsOf([one, two]), performance.now()];
    await three.stop('SIGKILL');
    await until(async () => (await shardsOf([one, two])) > before);
    const firstMs = performance.now() - killedAt;
    await until(async () => (await shardsOf([one, two])) === 512);
    const lastMs = performance.now() - killedAt;
    const open = async (id) => {
      const answer = await fetch(`http://${one.http}/api/v3/workflows/${id}/overview`);
      const { nonterminal_instances: states, latest_instance_id: latest } = await answer.json();
      return { latest, open: Object.values(states).reduce((sum, count) => sum + count, 0) };
    };
    for (const id of workflows) await until(async () => (await open(id)).open === 0);
    const found = await Promise.all(workflows.map(open));
    client.close();
    return {
      instances,
      first_shard_ms: Math.round(firstMs),
      last_shard_ms: Math.round(lastMs),
      all_ended_ms: Math.round(performance.now() - killedAt),
      found: found.reduce((sum, { latest }) => sum + latest, 0),
      fenced:
        (await metric(one, 'baton_fenced_commits_total')) +
        (await metric(two, 'baton_fenced_commits_total')),
    };
  });
}

async function withNode(work) {
  return withFolder(async (folder) => {
    const node = await startNode(folder);
    const client = new BenchClient(node.grpc);
    try {
      return await work(client, node);
    } finally {
      client.close();
      await node.stop();
    }
  });
}

function latency(took) {
  const sorted = took.toSorted((a, b) => a - b);
  return { p50_ms: percentile(sorted, 0.5), p99_ms: percentile(sorted, 0.99) };
}

const SCENARIOS = {
  'steps-64': () => stepsPerSecond(64),
  'steps-512': () => stepsPerSecond(512),
  'run-latency': runLatency,
  sel: async () => ({
    'x + 1 µs': evaluationMicroseconds('x + 1', 200_000),
    '1,000 dates µs': evaluationMicroseconds('Util.dateIntsBetween(20200101, 20220927, 1)', 500),
    'greedy turns ms': greedyTurns(),
  }),
  'sel-corpus': async () => corpusSeconds(),
  evaluations: () => withNode((_, node) => evaluations(node)),
  'step-to-step': () => withFolder(async (folder) => latency(await stepToStep(folder, 40))),
  'waiting-100k': () => waiting(100_000),
  'waiting-1m': () => waiting(1_000_000),
  'restart-100k': () => restart(100_000),
  'redis-commits': () => redisCommits({ shards: 64, rows: 6, rowBytes: 280, seconds: 5 }),
  'redis-large': () => redisCommits({ shards: 1, rows: 256, rowBytes: 280, seconds: 5 }),
  'cluster-1': () => clusterSteps(1, 1),
  'cluster-1-many': () => clusterSteps(1, 32),
  'cluster-3-many': () => clusterSteps(3, 32),
  'cluster-lanes-1': () => clusterSteps(3, 1, ['--lanes', '1']),
  'cluster-lanes-16': () => clusterSteps(3, 1, ['--lanes', '16']),
  moves: () => withCluster(3, moves),
  failover: () => failover(10_000),
  'redis-lone': () => redisCommits({ shards: 1, rows: 6, rowBytes: 280, seconds: 5 }),
};

const wanted = process.argv.slice(2);
for (const [scenario, work] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 && !wanted.some((name) => scenario.includes(name))) continue;
  const figures = await work();
  console.log(
    JSON.stringify({ scenario, durability: 'embedded, flushed before the answer', ...figures }),
  );
}
