// The servers that tests run against: nats-server and redis-server, from Debian's packages.
//
//   V1  What is missing is installed where that can be done without asking anybody: on Debian, as root.
//   V2  Elsewhere the tests that need them are named and the run fails, unless it was told to do without.

import { run } from './stage.mjs';

const SERVERS = ['nats-server', 'redis-server'];
const NEEDING = [
  'test/conformance/{redis,nats}',
  'test/integration/{store-redis,transport-nats,cluster}',
];

/**
 * Sees to it that the servers are there.
 * @param {boolean} without do without those that are missing
 * @returns {Promise<{ ok: boolean, environment: { [name: string]: string }, message: string }>} whether tests can run, and
 *   what they have to know
 */
export async function findServers(without) {
  if (without) return { ok: true, environment: { BATON_WITHOUT_SERVERS: '1' }, message: skipped() };
  const missing = await findMissing();
  if (missing.length === 0) return { ok: true, environment: {}, message: '' };
  if (await install(missing)) return { ok: true, environment: {}, message: '' };
  const names = missing.join(' and ');
  const message = `${names} must be installed to run ${NEEDING.join(' and ')}; or say --without-servers`;
  return { ok: false, environment: {}, message };
}

const skipped = () => `without servers: ${NEEDING.join(' and ')} are skipped`;

async function findMissing() {
  const found = await Promise.all(
    SERVERS.map((server) => run('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${server}`])),
  );
  return SERVERS.filter((_, index) => found[index]?.ok !== true);
}

/** V1. */
async function install(packages) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !(await run('sh', ['-c', 'command -v apt-get'])).ok) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  const flags = ['install', '-y', '-qq', '--no-install-recommends'];
  return (await run('apt-get', [...flags, ...packages], { env })).ok;
}
