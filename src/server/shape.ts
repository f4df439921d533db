// The two shapes of a node: alone with the embedded store, or one of a cluster with Redis and NATS.

import { MemoryTransport } from '../../cluster/adapter/memory-transport.ts';
import { openNatsTransport, type TransportCounters } from '../../cluster/adapter/nats-transport.ts';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import { memberId } from '../../cluster/core/membership.ts';
import type { Log } from '../../cluster/port/log.ts';
import type { NodeLeases } from '../../cluster/port/node-leases.ts';
import type { Store, StoreIdentity } from '../../cluster/port/store.ts';
import type { Transport } from '../../cluster/port/transport.ts';
import { openEmbeddedStore } from '../../cluster/store/embedded.ts';
import { openRedisStore } from '../../cluster/store/redis.ts';
import type { ClusterConfig, ServerConfig } from './config.ts';
import type { StoreCounters } from './metrics.ts';
import { endAtOnce } from './shutdown.ts';

/** What a node stands on. */
export interface Shape {
  readonly nodeId: string;
  readonly store: Store;
  readonly transport: Transport;
  readonly identity: StoreIdentity;
  /** Set in a cluster. */
  readonly leases: NodeLeases | undefined;
  readonly transportCounters: TransportCounters | undefined;
  readonly storeCounters: StoreCounters | undefined;
  close(): Promise<void>;
}

const HASH = 'murmur3-128-x86/1';
/** What a store on one machine is made with, for ever. */
const ALONE: StoreIdentity = { shardCount: 64, instanceLanes: 1, hash: HASH };
/** What the store of a cluster is made with, for ever. */
const CLUSTER: Omit<StoreIdentity, 'instanceLanes'> = { shardCount: 512, hash: HASH };

/** How rows become bytes. */
export const ROW_BYTES = { encode: encodeRow, decode: decodeRow };

/** Characters of a member's id that tell the lives of a node apart. */
const LIFE_LENGTH = 12;

/** Opens what a node stands on. Rejects with a ClusterError when store or transport refuse. */
export function openShape(config: ServerConfig, log: Log): Promise<Shape> {
  return config.cluster === undefined ? openAlone(config, log) : openInCluster(config.cluster, log);
}

async function openAlone({ data }: ServerConfig, log: Log): Promise<Shape> {
  const store = await openEmbeddedStore({
    directory: data,
    codec: ROW_BYTES,
    onFailure: (error) => endAtOnce(error, log),
  });
  return {
    nodeId: systemRandom.uuid(),
    store,
    transport: new MemoryTransport(systemAlarms),
    identity: ALONE,
    leases: undefined,
    transportCounters: undefined,
    storeCounters: undefined,
    close: () => store.close(),
  };
}

async function openInCluster(cluster: ClusterConfig, log: Log): Promise<Shape> {
  const ports = { alarms: systemAlarms, clock: systemClock, log };
  const storeCounters = { losses: 0 };
  const store = await openRedisStore({
    url: cluster.redis,
    cluster: cluster.name,
    codec: ROW_BYTES,
    allowUnsafe: cluster.allowUnsafeStore,
    onLoss: () => storeCounters.losses++,
    ...ports,
  });
  try {
    const servers = cluster.nats;
    const transport = await openNatsTransport({ servers, cluster: cluster.name, ...ports });
    const life = systemRandom.uuid().replaceAll('-', '').slice(0, LIFE_LENGTH);
    return {
      nodeId: memberId(cluster.node, life),
      store,
      transport,
      identity: { ...CLUSTER, instanceLanes: cluster.lanes },
      leases: store.leases,
      transportCounters: transport.counters,
      storeCounters,
      async close() {
        await transport.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
