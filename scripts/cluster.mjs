// `npm run cluster -- [--nodes 3] [--data FOLDER]`: a whole cluster on this machine: nats-server, redis-server and nodes, on
// free ports. Interrupting it stops them all. Without --data what it stores goes with it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ROOT, run } from './stage.mjs';

const { values } = parseArgs({
  options: { nodes: { type: 'string', default: '3' }, data: { type: 'string' } },
});
const count = Number(values.nodes);
if (!Number.isInteger(count) || count < 1 || count > 32) {
  console.error('--nodes must be a whole number from 1 to 32');
  process.exit(2);
}

const children = [];
let isStopping = false;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program that should run until the end. */
function start(program, args, stdio) {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  // In a group of its own: an interrupt reaches this process, which stops the others in order.
  const child = spawn(program, args, { stdio, env, detached: true });
  child.once('error', () => {
    console.error(
      `${program} is not installed; on Debian: apt-get install nats-server redis-server`,
    );
    void stop(1);
  });
  child.once('exit', (code, signal) => {
    if (isStopping) return;
    console.error(`${program} ended with ${code ?? signal}`);
    void stop(1);
  });
  children.push(child);
  return child;
}

async function accepting(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (connected || isStopping) return;
  }
}

/** Stops what was started last first: nodes hand their shards over before the store goes. */
async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  const servers = children.slice(0, 2);
  await Promise.all(children.slice(2).map((child) => end(child, 'SIGTERM')));
  for (const server of servers.reverse()) await end(server, 'SIGTERM');
  if (values.data === undefined) await rm(folder, { recursive: true, force: true });
  process.exit(code);
}

async function end(child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

const folder = resolve(values.data ?? (await mkdtemp(join(tmpdir(), 'baton-cluster-'))));
await mkdir(folder, { recursive: true });
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

const built = await run('node', ['scripts/build.mjs']);
if (!built.ok) {
  console.error(built.output);
  process.exit(1);
}

const [natsPort, redisPort] = [await freePort(), await freePort()];
const settings = join(folder, 'nats.conf');
await writeFile(
  settings,
  `listen: "127.0.0.1:${natsPort}"\nping_interval: "5s"\nping_max: 2\nwrite_deadline: "2s"\nmax_pending: 67108864\n`,
);
start('nats-server', ['-c', settings], 'ignore');
start(
  'redis-server',
  [
    ...['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
  ],
  'ignore',
);
await Promise.all([accepting(natsPort), accepting(redisPort)]);
const nats = `nats://127.0.0.1:${natsPort}`;
const redis = `redis://127.0.0.1:${redisPort}`;
console.log(`nats ${nats}\nredis ${redis}`);

await Promise.all(
  Array.from({ length: count }, (_, index) => {
    const child = start(
      process.execPath,
      [
        join(ROOT, 'bin/baton'),
        ...['server', '--cluster', 'dev', '--node', `node-${index + 1}`],
        ...['--nats', nats, '--redis', redis, '--http', '127.0.0.1:0', '--grpc', '127.0.0.1:0'],
        ...['--log-level', 'warn'],
      ],
      ['ignore', 'pipe', 'inherit'],
    );
    return new Promise((isReady) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        console.log(line);
        isReady();
      });
    });
  }),
);
console.log(`cluster of ${count} ready; interrupt to stop`);
