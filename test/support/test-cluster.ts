// A cluster of real processes: nats-server, redis-server and nodes, each of which can be broken, and so can the ways between
// them; and clients that go on whatever breaks, and remember what they were told.

import { credentials, type ServiceError } from '@grpc/grpc-js';
import {
  ClusterServiceClient,
  type ClusterServiceListNodesResponse,
  type ClusterServiceListShardsResponse,
} from '../../proto/gen/baton/v1/cluster.ts';
import { Ledger } from './ledger.ts';
import { MACHINE, Namespace } from './namespace.ts';
import { NatsBroker } from './nats-broker.ts';
import { type Answer, NodeProcess } from './node-process.ts';
import { RedisServer } from './redis-server.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** A call as a promise. */
export function answer<Answer>(
  call: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, found) => {
      if (error === null) resolve(found);
      else reject(error);
    });
  });
}

/** The ways of one node. */
export interface Ways {
  readonly broker: TcpProxy;
  readonly store: TcpProxy;
}

export class TestCluster {
  readonly broker: NatsBroker;
  readonly redis: RedisServer;
  readonly ledger: Ledger;
  readonly nodes = new Map<string, NodeProcess>();
  readonly #ways = new Map<string, Ways>();
  readonly #namespaces = new Map<string, Namespace>();

  private constructor(broker: NatsBroker, redis: RedisServer, ledger: Ledger) {
    this.broker = broker;
    this.redis = redis;
    this.ledger = ledger;
  }

  static async start(names: readonly string[]): Promise<TestCluster> {
    const servers = [NatsBroker.start(), RedisServer.start(), Ledger.start('127.0.0.1')] as const;
    const cluster = new TestCluster(...(await Promise.all(servers)));
    await Promise.all(names.map((name) => cluster.startNode(name)));
    return cluster;
  }

  /** Each node in a network namespace of its own. */
  static async startApart(names: readonly string[]): Promise<TestCluster> {
    // Before the servers: they listen where the namespaces find this machine.
    const namespaces = names.map((name, at) => [name, new Namespace(at + 1)] as const);
    const servers = [
      NatsBroker.start('', MACHINE),
      RedisServer.start({ bind: ['127.0.0.1', MACHINE], 'protected-mode': 'no' }),
      Ledger.start(MACHINE),
    ] as const;
    const cluster = new TestCluster(...(await Promise.all(servers)));
    for (const [name, namespace] of namespaces) cluster.#namespaces.set(name, namespace);
    await Promise.all(names.map((name) => cluster.startNode(name)));
    return cluster;
  }

  /** @param environment more of the node's environment */
  async startNode(name: string, environment: NodeJS.ProcessEnv = {}): Promise<NodeProcess> {
    const namespace = this.#namespaces.get(name);
    const servers =
      namespace === undefined
        ? await this.#throughWays(name)
        : { nats: this.broker.url, redis: this.redis.url.replace('127.0.0.1', MACHINE) };
    const flags = [
      ...['--cluster', 'test', '--node', name, '--http-allow', this.ledger.host],
      ...['--nats', servers.nats, '--redis', servers.redis],
    ];
    const where = namespace === undefined ? { environment } : { environment, namespace };
    const node = await NodeProcess.start(flags, where);
    this.nodes.set(name, node);
    return node;
  }

  async #throughWays(name: string): Promise<{ readonly nats: string; readonly redis: string }> {
    const { broker, store } = await this.ways(name);
    return {
      nats: `nats://127.0.0.1:${broker.port}`,
      redis: `redis://127.0.0.1:${store.port}`,
    };
  }

  namespace(name: string): Namespace {
    const namespace = this.#namespaces.get(name);
    if (namespace === undefined) throw new Error(`${name} has no namespace of its own`);
    return namespace;
  }

  /** The ways of a node, through all of its lives. */
  async ways(name: string): Promise<Ways> {
    const known = this.#ways.get(name);
    if (known !== undefined) return known;
    const port = (url: string): number => Number(new URL(url).port);
    const ways = {
      broker: await TcpProxy.start(port(this.broker.url)),
      store: await TcpProxy.start(port(this.redis.url)),
    };
    this.#ways.set(name, ways);
    return ways;
  }

  /** Who is in the cluster, as one node knows it. */
  async members(by: string): Promise<ClusterServiceListNodesResponse['nodes']> {
    const { nodes } = await this.#administer<ClusterServiceListNodesResponse>(by, (client, done) =>
      client.listNodes({}, done),
    );
    return nodes;
  }

  /** By shard the member that owns it, as the store has it. */
  async owners(by: string): Promise<ReadonlyMap<number, string>> {
    const { shards } = await this.#administer<ClusterServiceListShardsResponse>(
      by,
      (client, done) => client.listShards({}, done),
    );
    return new Map(shards.map(({ shard, owner }) => [shard, owner]));
  }

  /** Lets a node give its shards away and end. */
  async drain(name: string, by: string): Promise<void> {
    await this.#administer<object>(by, (client, done) => client.drainNode({ node: name }, done));
  }

  async #administer<Answer>(
    by: string,
    call: (
      client: ClusterServiceClient,
      done: (error: ServiceError | null, answer: Answer) => void,
    ) => unknown,
  ): Promise<Answer> {
    const client = new ClusterServiceClient(this.node(by).grpc, credentials.createInsecure());
    try {
      return await answer<Answer>((done) => call(client, done));
    } finally {
      client.close();
    }
  }

  node(name: string): NodeProcess {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** Takes a node out of what clients use, as a load balancer does that sees it is not ready. */
  leave(name: string): NodeProcess {
    const node = this.node(name);
    this.nodes.delete(name);
    return node;
  }

  async stop(): Promise<void> {
    this.broker.resume();
    this.redis.resume();
    for (const node of this.nodes.values()) {
      node.resume();
      await node.kill();
    }
    for (const { broker, store } of this.#ways.values()) {
      await broker.close();
      await store.close();
    }
    await this.broker.stop();
    await this.redis.stop();
    await this.ledger.close();
    for (const namespace of this.#namespaces.values()) namespace.remove();
  }
}

const WORKFLOW = 'load';
const definition = (ledger: string) => ({
  properties: {
    owner: 'tester',
    run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1000 },
    step_concurrency: 1000,
  },
  workflow: {
    id: WORKFLOW,
    instance_step_concurrency: 999,
    steps: [
      { step: { id: 'a', type: 'NoOp', transition: { successors: { call: 'true' } } } },
      {
        step: {
          id: 'call',
          type: 'Http',
          params: {
            http: {
              type: 'MAP',
              value: {
                url: { type: 'STRING', value: `http://${ledger}/\${workflow_instance_id}` },
                method: { type: 'STRING', value: 'POST' },
              },
            },
          },
          transition: { successors: { nap: 'true' } },
        },
      },
      {
        step: {
          id: 'nap',
          type: 'Sleep',
          params: { sleep_seconds: { value: 2, type: 'LONG' } },
          transition: { successors: { b: 'true' } },
        },
      },
      { step: { id: 'b', type: 'NoOp' } },
    ],
  },
});

const CLIENTS = 6;

/** Clients that start instances until they are told to stop. Each start is repeated, at other nodes, until it is answered. */
export class Load {
  /** Request ids that were acknowledged, and the instances they were answered with. */
  readonly known = new Map<string, number>();
  /** Calls that were not answered with success. */
  failures = 0;
  /** Launches of steps beyond the first of each attempt. */
  repeats = 0;
  readonly #cluster: TestCluster;
  #naps = 0;
  readonly #clients: Promise<void>[] = [];
  #isOver = false;

  private constructor(cluster: TestCluster) {
    this.#cluster = cluster;
  }

  static async begin(cluster: TestCluster): Promise<Load> {
    const load = new Load(cluster);
    const [first] = cluster.nodes.values();
    await first?.call('POST', '/workflows', definition(cluster.ledger.host));
    for (let client = 0; client < CLIENTS; client++) load.#clients.push(load.#run());
    return load;
  }

  /** Waits until so many more starts were acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.known.size + count;
    while (this.known.size < enough) await new Promise(setImmediate);
  }

  /** Starts an instance and waits for its end. @returns how long it took from the start's answer, in milliseconds */
  async nap(): Promise<number> {
    const started = await this.#start(crypto.randomUUID(), this.#naps++);
    const startedMs = performance.now();
    await this.#statusOf(Number(started['workflow_instance_id']));
    return performance.now() - startedMs;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn++) {
      const id = crypto.randomUUID();
      this.known.set(id, Number((await this.#start(id, turn))['workflow_instance_id']));
    }
  }

  async #start(id: string, turn: number): Promise<Answer> {
    const path = `/workflows/${WORKFLOW}/versions/latest/actions/start`;
    const body = { initiator: { type: 'manual' }, request_id: id };
    return this.#somewhere(turn, (node) => node.call('POST', path, body));
  }

  /** Asks one node after another until one answers. */
  async #somewhere(turn: number, ask: (node: NodeProcess) => Promise<Answer>): Promise<Answer> {
    for (let attempt = turn; ; attempt++) {
      const nodes = [...this.#cluster.nodes.values()];
      const node = nodes[attempt % Math.max(1, nodes.length)];
      try {
        if (node !== undefined) return await ask(node);
      } catch {
        this.failures++;
      }
      await new Promise(setImmediate);
    }
  }

  /**
   * What is wrong: starts that are lost or doubled, instances that do not end well, steps recorded twice. Waits as long as
   * the instances take.
   */
  async problems(): Promise<readonly string[]> {
    const problems: string[] = [];
    if (new Set(this.known.values()).size < this.known.size) problems.push('an instance twice');
    const all = [...this.known];
    const check = async (): Promise<void> => {
      for (let next = all.pop(); next !== undefined; next = all.pop()) {
        const problem = await this.#problemOf(...next);
        if (problem !== undefined) problems.push(problem);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, check));
    return problems;
  }

  async #problemOf(id: string, instance: number): Promise<string | undefined> {
    const again = await this.#start(id, instance);
    if (again['status'] !== 'DUPLICATED' || again['workflow_instance_id'] !== instance)
      return `start ${id} was ${instance} and is ${JSON.stringify(again)}`;
    const path = `/workflows/${WORKFLOW}/instances/${instance}`;
    const status = await this.#statusOf(instance);
    if (status !== 'SUCCEEDED') return `instance ${instance} is ${String(status)}`;
    const attempts = async (step: string): Promise<number> => {
      const last = await this.#somewhere(instance, (node) =>
        node.call('GET', `${path}/steps/${step}`),
      );
      return Number(last['step_attempt_id']);
    };
    if ((await attempts('nap')) !== 1) return `instance ${instance} napped twice`;
    return this.#problemOfCalls(instance, await attempts('call'));
  }

  /** Waits for the end of an instance. */
  async #statusOf(instance: number): Promise<unknown> {
    const path = `/workflows/${WORKFLOW}/instances/${instance}/runs/latest`;
    for (;;) {
      const { status } = await this.#somewhere(instance, (node) => node.call('GET', path));
      if (status !== 'IN_PROGRESS' && status !== 'CREATED') return status;
    }
  }

  /** Promise P4: each attempt was launched, under a key of its own, and nothing else was. */
  #problemOfCalls(instance: number, attempts: number): string | undefined {
    const calls = this.#cluster.ledger.callsOf(instance);
    const keys = new Set(calls);
    this.repeats += calls.length - keys.size;
    if (keys.size === 0) return `instance ${instance} never called`;
    return keys.size <= attempts
      ? undefined
      : `instance ${instance} called under ${keys.size} keys in ${attempts} attempts`;
  }
}
