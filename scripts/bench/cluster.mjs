// A cluster of this build for a benchmark: nats-server and redis-server on free ports, and nodes as processes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { startNode, withFolder } from './node.mjs';

/** Looking costs the nodes something, so not all the time. */
const LOOK_MS = 50;
const DURABILITY = 'redis, appendfsync always';

/**
 * Runs `work` with the nodes of a cluster.
 * @param {number} count of nodes
 * @param {(nodes: readonly import('./node.mjs').BenchNode[], start: (name: string) => Promise<import('./node.mjs').BenchNode>) => Promise<object>} work
 *   gets the nodes, and what starts another one
 * @param {readonly string[]} more flags of all nodes
 */
export function withCluster(count, work, more = []) {
  return withFolder(async (folder) => {
    const [natsPort, redisPort] = [await freePort(), await freePort()];
    const servers = [
      spawn('nats-server', ['-a', '127.0.0.1', '-p', String(natsPort)], serverOptions()),
      spawn(
        'redis-server',
        [
          ...['--port', String(redisPort), '--dir', folder, '--bind', '127.0.0.1', '--save', ''],
          ...['--appendonly', 'yes', '--appendfsync', 'always'],
          ...['--maxmemory-policy', 'noeviction'],
        ],
        serverOptions(),
      ),
    ];
    const nodes = [];
    try {
      await Promise.all([accepting(natsPort), accepting(redisPort)]);
      const flags = ['--cluster', 'bench', '--nats', `nats://127.0.0.1:${natsPort}`, ...more];
      flags.push('--redis', `redis://127.0.0.1:${redisPort}`);
      const start = async (name) => {
        const node = await startNode(undefined, [...flags, '--node', name]);
        nodes.push(node);
        return node;
      };
      for (let node = 1; node <= count; node++) await start(`n${node}`);
      await until(async () => (await shardsOf(nodes)) === SHARDS);
      return { durability: DURABILITY, nodes: count, ...(await work(nodes, start)) };
    } finally {
      for (const node of nodes) await node.stop('SIGKILL');
      for (const server of servers) {
        server.kill('SIGKILL');
        if (server.exitCode === null && server.signalCode === null) await once(server, 'close');
      }
    }
  });
}

const SHARDS = 512;

/** Shards that nodes have open, all together. */
export async function shardsOf(nodes) {
  const counts = await Promise.all(nodes.map((node) => metric(node, 'baton_shards')));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** One figure that a node tells of itself. */
export async function metric(node, name) {
  const text = await (await fetch(`http://${node.http}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Looks every so often until something holds. */
export async function until(holds) {
  while (!(await holds())) await setTimeout(LOOK_MS);
}

const serverOptions = () => ({
  stdio: 'ignore',
  env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepting(port) {
  return until(
    () =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
  );
}
