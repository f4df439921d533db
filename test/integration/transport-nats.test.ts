// The transport of a cluster when its broker is killed or stands still.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NatsTransport, openNatsTransport } from '../../cluster/adapter/nats-transport.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import type { ClusterError } from '../../cluster/core/errors.ts';
import { SILENT_LOG } from '../../cluster/port/log.ts';
import { NatsBroker } from '../support/nats-broker.ts';
import { withoutServers } from '../support/server-process.ts';

const open = (url: string): Promise<NatsTransport> =>
  openNatsTransport({
    servers: [url],
    cluster: 'test',
    alarms: systemAlarms,
    clock: systemClock,
    log: SILENT_LOG,
  });

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(setImmediate);
};

describe.skipIf(withoutServers)('with a nats-server', () => {
  let broker: NatsBroker;
  let transport: NatsTransport;
  const heard: number[] = [];

  beforeEach(async () => {
    heard.length = 0;
    broker = await NatsBroker.start();
    transport = await open(broker.url);
    await transport.attach('a~1', {
      onNode: () => undefined,
      onCluster: () => undefined,
      onNobody: () => undefined,
    });
    await transport.listen(1, (envelope) => {
      if (envelope.kind === 'acknowledge') heard.push(envelope.seq);
    });
  });

  afterEach(async () => {
    broker.resume();
    await transport.close();
    await broker.stop();
  });

  const send = (seq: number): void =>
    transport.toShard(1, { kind: 'acknowledge', source: 1, target: 1, seq });

  test('a broker that was killed and comes back finds everybody listening again', async () => {
    for (let round = 1; round <= 3; round++) {
      send(round);
      await until(() => heard.includes(round));
      await broker.kill();
      await until(() => !transport.isConnected);
      send(100 + round);
      await broker.restart();
      await until(() => transport.isConnected);
    }
    send(4);
    await until(() => heard.includes(4));
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(transport.counters).toMatchObject({ dropped: 3, disconnects: 3, damaged: 0 });
  }, 30_000);

  test('a hundred thousand envelopes arrive in order', async () => {
    const count = 100_000;
    for (let seq = 0; seq < count; seq++) {
      send(seq);
      // As much as a link of the runtime sends at once.
      if (seq % 256 === 255) await until(() => heard.length >= seq - 10_000);
    }
    await until(() => heard.length === count);
    expect(heard.every((seq, index) => seq === index)).toBe(true);
  }, 30_000);
});

test.skipIf(withoutServers)('a broker that is not there is said to be unavailable', async () => {
  const broker = await NatsBroker.start();
  await broker.stop();
  const code = await open(broker.url).catch((error: ClusterError) => error.code);
  expect(code).toBe('transport-unavailable');
});
