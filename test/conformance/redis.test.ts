// The store of a cluster and its node leases on a real server, held to the same rules as all others.

import { afterAll, beforeAll, describe } from 'vitest';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import { SILENT_LOG } from '../../cluster/port/log.ts';
import { RedisConnection } from '../../cluster/store/redis-connection.ts';
import { openRedisStore, type RedisStore } from '../../cluster/store/redis.ts';
import { RedisServer } from '../support/redis-server.ts';
import { withoutServers } from '../support/server-process.ts';
import { leasesSuite } from './leases-suite.ts';
import { storeSuite } from './store-suite.ts';

/** Makes every time that was noted so much earlier. */
const SHIFT = `
  redis.call('HINCRBY', KEYS[1], 'renewed', -ARGV[1])
  for _, id in ipairs(redis.call('HKEYS', KEYS[2])) do
    redis.call('HINCRBY', KEYS[2], id, -ARGV[1])
  end
  for _, id in ipairs(redis.call('HKEYS', KEYS[3])) do
    local number, at, accused = string.match(redis.call('HGET', KEYS[3], id), '^(%d+) (%d+) (.*)$')
    redis.call('HSET', KEYS[3], id, string.format('%s %.0f %s', number, at - ARGV[1], accused))
  end
`;

describe.skipIf(withoutServers)('with a redis-server', () => {
  let server: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(() => server.stop());

  const open = (cluster: string): Promise<RedisStore> =>
    openRedisStore({
      url: server.url,
      cluster,
      codec: { encode: encodeRow, decode: decodeRow },
      alarms: systemAlarms,
      clock: systemClock,
      log: SILENT_LOG,
    });

  storeSuite('redis', async () => {
    const cluster = `store-${++clusters}`;
    let store = await open(cluster);
    return {
      store,
      async reopen() {
        await store.close();
        store = await open(cluster);
        return store;
      },
      close: () => store.close(),
    };
  });

  leasesSuite('redis', async () => {
    const cluster = `leases-${++clusters}`;
    const store = await open(cluster);
    const options = { url: server.url, alarms: systemAlarms, log: SILENT_LOG };
    const redis = await RedisConnection.open(options);
    const key = (part: string): string => `baton:${cluster}:{members}:${part}`;
    return {
      leases: store.leases,
      // The clock is the server's own. Instead of waiting for it, what it was noted as moves into the past.
      async pass(ms) {
        await redis.command('EVAL', [SHIFT, 3, ...['all', 'ends', 'renewals'].map(key), ms]);
      },
      async close() {
        await redis.close();
        await store.close();
      },
    };
  });
});
