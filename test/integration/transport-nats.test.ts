// The transport of a cluster when its broker is killed or stands still.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NatsTransport, openNatsTransport } from '../../cluster/adapter/nats-transport.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import type { ClusterError } from '../../cluster/core/errors.ts';
import type { Alarms } from '../../cluster/port/alarms.ts';
import { SILENT_LOG } from '../../cluster/port/log.ts';
import type { NodeReceiver } from '../../cluster/port/transport.ts';
import { NatsBroker } from '../support/nats-broker.ts';
import { withoutServers } from '../support/server-process.ts';

const open = (url: string, alarms: Alarms = systemAlarms): Promise<NatsTransport> =>
  openNatsTransport({
    servers: [url],
    cluster: 'test',
    alarms,
    clock: systemClock,
    log: SILENT_LOG,
  });

const NOBODY: NodeReceiver = {
  onNode: () => undefined,
  onCluster: () => undefined,
  onNobody: () => undefined,
};

/** Nothing that is to happen later ever does. */
const NEVER: Alarms = { ...systemAlarms, after: () => () => undefined };

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
    await transport.attach('a~1', NOBODY);
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

  test('who begins to listen while the broker is lost is heard when it is back, once', async () => {
    broker.pause();
    const before = transport.listen(2, () => heard.push(-2));
    await broker.kill();
    await (await before)();
    await until(() => !transport.isConnected);
    await transport.listen(2, () => heard.push(2));
    await broker.restart();
    await until(() => transport.isConnected);
    transport.toShard(2, { kind: 'acknowledge', source: 1, target: 2, seq: 1 });
    send(1);
    await until(() => heard.includes(1));
    expect(heard).toEqual([2, 1]);
  }, 30_000);

  test('a transport that is closed while its broker is away does not wait for it', async () => {
    const impatient = await open(broker.url, NEVER);
    await impatient.attach('b~1', NOBODY);
    const stopListening = await impatient.listen(3, () => undefined);
    await broker.kill();
    await until(() => !impatient.isConnected);
    await impatient.close();
    await stopListening();
    expect(impatient.isConnected).toBe(false);
  }, 30_000);

  test('a broker that refuses the credentials for a while is connected to again', async () => {
    await broker.kill();
    await broker.restart('authorization { token: "another" }');
    await until(() => transport.counters.refusals >= 3);
    await broker.kill();
    await broker.restart();
    await until(() => transport.isConnected);
    send(7);
    await until(() => heard.includes(7));
  }, 30_000);

  test('what the broker takes at most is what messages are cut to', async () => {
    await broker.kill();
    await until(() => !transport.isConnected);
    await broker.restart('max_payload: 4096');
    await until(() => transport.isConnected);
    const sizes: number[] = [];
    await transport.listen(4, (envelope) => {
      if (envelope.kind === 'letters') sizes.push(envelope.letters.length);
    });
    const letter = { to: { kind: 'counter', key: 'a' }, message: { text: 'x'.repeat(100) } };
    const letters = Array.from({ length: 1_000 }, () => letter);
    transport.toShard(4, { kind: 'letters', source: 1, epoch: 1, seq: 1, previous: 0, letters });
    await until(() => sizes.length === 1);
    expect(sizes).toEqual([1_000]);
    expect(transport.counters.dropped).toBe(0);
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
