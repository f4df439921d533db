// A cluster of real processes: nats-server, redis-server and nodes, each of which can be broken; and clients that go on
// whatever breaks, and remember what they were told.

import { NatsBroker } from './nats-broker.ts';
import { type Answer, NodeProcess } from './node-process.ts';
import { RedisServer } from './redis-server.ts';

export class TestCluster {
  readonly broker: NatsBroker;
  readonly redis: RedisServer;
  readonly nodes = new Map<string, NodeProcess>();

  private constructor(broker: NatsBroker, redis: RedisServer) {
    this.broker = broker;
    this.redis = redis;
  }

  static async start(names: readonly string[]): Promise<TestCluster> {
    const cluster = new TestCluster(await NatsBroker.start(), await RedisServer.start());
    await Promise.all(names.map((name) => cluster.startNode(name)));
    return cluster;
  }

  async startNode(name: string): Promise<NodeProcess> {
    const node = await NodeProcess.start([
      ...['--cluster', 'test', '--node', name],
      ...['--nats', this.broker.url, '--redis', this.redis.url],
    ]);
    this.nodes.set(name, node);
    return node;
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
    await this.broker.stop();
    await this.redis.stop();
  }
}

const WORKFLOW = 'load';
const DEFINITION = {
  properties: {
    owner: 'tester',
    run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1000 },
    step_concurrency: 1000,
  },
  workflow: {
    id: WORKFLOW,
    instance_step_concurrency: 999,
    steps: [
      { step: { id: 'a', type: 'NoOp', transition: { successors: { nap: 'true' } } } },
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
};

const CLIENTS = 6;

/** Clients that start instances until they are told to stop. Each start is repeated, at other nodes, until it is answered. */
export class Load {
  /** Request ids that were acknowledged, and the instances they were answered with. */
  readonly known = new Map<string, number>();
  /** Calls that were not answered with success. */
  failures = 0;
  readonly #cluster: TestCluster;
  readonly #clients: Promise<void>[] = [];
  #isOver = false;

  private constructor(cluster: TestCluster) {
    this.#cluster = cluster;
  }

  static async begin(cluster: TestCluster): Promise<Load> {
    const load = new Load(cluster);
    const [first] = cluster.nodes.values();
    await first?.call('POST', '/workflows', DEFINITION);
    for (let client = 0; client < CLIENTS; client++) load.#clients.push(load.#run());
    return load;
  }

  /** Waits until so many more starts were acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.known.size + count;
    while (this.known.size < enough) await new Promise(setImmediate);
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
    for (;;) {
      const run = await this.#somewhere(instance, (node) =>
        node.call('GET', `${path}/runs/latest`),
      );
      if (run['status'] === 'IN_PROGRESS' || run['status'] === 'CREATED') continue;
      if (run['status'] !== 'SUCCEEDED') return `instance ${instance} is ${String(run['status'])}`;
      break;
    }
    const nap = await this.#somewhere(instance, (node) => node.call('GET', `${path}/steps/nap`));
    return nap['step_attempt_id'] === 1 ? undefined : `instance ${instance} napped twice`;
  }
}
