// Every transport, held to the same rules.

import { describe } from 'vitest';
import { MemoryBus, MemoryTransport } from '../../cluster/adapter/memory-transport.ts';
import { openNatsTransport } from '../../cluster/adapter/nats-transport.ts';
import { systemAlarms, systemClock } from '../../cluster/adapter/system-clock.ts';
import { SILENT_LOG } from '../../cluster/port/log.ts';
import { NatsBroker } from '../support/nats-broker.ts';
import { withoutServers } from '../support/server-process.ts';
import { transportSuite } from './transport-suite.ts';

transportSuite('memory', async () => {
  const bus = new MemoryBus();
  return { open: async () => new MemoryTransport(systemAlarms, bus), close: async () => {} };
});

describe.skipIf(withoutServers)('with a nats-server', () => {
  transportSuite('nats', async () => {
    const broker = await NatsBroker.start();
    return {
      open: () =>
        openNatsTransport({
          servers: [broker.url],
          cluster: 'test',
          alarms: systemAlarms,
          clock: systemClock,
          log: SILENT_LOG,
        }),
      close: () => broker.stop(),
    };
  });
});
