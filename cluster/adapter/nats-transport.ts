// The transport of a cluster: NATS core. Subjects are documented in docs/subjects.md.
//
//   N1  While the connection is away nothing is sent and nothing is kept: the library would drop it silently, so it is
//       dropped here, and counted. What matters is sent again by whoever sent it.
//   N2  The connection comes back by itself, for ever, with its subscriptions.
//   N3  Envelopes for one subject that are sent in one turn of the event loop travel together.
//   N4  The library's callbacks run inside its parser, so they only put what came into a queue.
//   N5  Whoever begins or stops to listen while the connection is away need not wait for it: the library tells the server
//       what is listened to when it is back, before anything can arrive.

import { connect, type ConnectionOptions, Events, type Msg, type NatsConnection } from 'nats';
import type { ClusterEnvelope, Envelope, NodeEnvelope, ShardEnvelope } from '../core/envelope.ts';
import { because } from '../core/errors.ts';
import type { Alarms } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { NodeReceiver, StopListening, Transport } from '../port/transport.ts';
import { decodeEnvelope, decodeMessage, encodeEnvelope, encodeMessage } from './envelope-codec.ts';
import { Assembly, cut } from './fragments.ts';

/** Envelopes of one message, and a larger one alone. */
const BATCH_BYTES = 256 * 1024;
/** Beyond this a batch is cut, or beyond what the server takes: 1 MiB unless it is told otherwise. */
const MESSAGE_BYTES = 512 * 1024;
/** What a part says of itself, beside its bytes. */
const PART_BYTES = 512;
const PING_MS = 5_000;
const PINGS_LOST = 2;
const RECONNECT_MS = 200;
const CONNECT_MS = 5_000;
const CLOSE_MS = 2_000;
/** What a server says for "nobody listens". */
const NO_RESPONDERS = 503;

export interface NatsTransportOptions {
  /** nats://[user:password@]host[:port], one or more. */
  readonly servers: readonly string[];
  readonly cluster: string;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly log: Log;
}

/** What a transport counts of itself. */
export interface TransportCounters {
  sentMessages: number;
  sentEnvelopes: number;
  sentBytes: number;
  receivedMessages: number;
  receivedEnvelopes: number;
  /** Envelopes that were not sent because the connection was away (N1). */
  dropped: number;
  /** Messages or envelopes that could not be read. */
  damaged: number;
  /** Times that nobody listened. */
  nobody: number;
  disconnects: number;
  /** Times that the server refused something, such as the credentials. */
  refusals: number;
}

/** Connects. Rejects with `store-unavailable` when no server answers. */
export async function openNatsTransport(options: NatsTransportOptions): Promise<NatsTransport> {
  const { servers, cluster } = options;
  // Made anew for each connect: the library writes into it.
  const connection: ConnectionOptions = {
    ...credentials(servers),
    name: `baton ${cluster}`,
    maxReconnectAttempts: -1,
    // N2: credentials may be wrong for a while, as when those of the server are changed first.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: PINGS_LOST,
    timeout: CONNECT_MS,
  };
  try {
    return new NatsTransport(await connect(connection), options);
  } catch (error) {
    throw because(error, 'transport-unavailable', `no server at ${hosts(servers)} answers`);
  }
}

/** The library wants addresses and credentials apart. */
function credentials(servers: readonly string[]): ConnectionOptions {
  const urls = servers.map((server) => new URL(server));
  const [first] = urls;
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  return {
    servers: urls.map(({ host }) => host),
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(first?.protocol === 'tls:' ? { tls: {} } : {}),
  };
}

const hosts = (servers: readonly string[]): string =>
  servers.map((server) => new URL(server).host).join(', ');

interface Outgoing {
  readonly reply: string | undefined;
  envelopes: Uint8Array[];
  bytes: number;
}

export class NatsTransport implements Transport {
  readonly counters: TransportCounters = {
    sentMessages: 0,
    sentEnvelopes: 0,
    sentBytes: 0,
    receivedMessages: 0,
    receivedEnvelopes: 0,
    dropped: 0,
    damaged: 0,
    nobody: 0,
    disconnects: 0,
    refusals: 0,
  };
  readonly #nats: NatsConnection;
  readonly #clock: Clock;
  readonly #alarms: Alarms;
  readonly #log: Log;
  readonly #prefix: string;
  readonly #assembly = new Assembly();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #arrived: (() => void)[] = [];
  #isFlushAsked = false;
  #isHandlingAsked = false;
  #isConnected = true;
  #node = '';
  #batches = 0;

  constructor(nats: NatsConnection, { cluster, clock, alarms, log }: NatsTransportOptions) {
    this.#nats = nats;
    this.#clock = clock;
    this.#alarms = alarms;
    this.#log = log;
    this.#prefix = `baton.${cluster}`;
    void this.#followStatus();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async attach(node: string, receiver: NodeReceiver): Promise<void> {
    this.#node = node;
    const own = `${this.#prefix}.node.${node}`;
    this.#subscribe(own, (envelope) => {
      if (isForNode(envelope)) receiver.onNode(envelope);
    });
    this.#subscribe(`${this.#prefix}.heartbeat.*`, (envelope) => {
      if (isForCluster(envelope)) receiver.onCluster(envelope);
    });
    this.#nats.subscribe(`${own}.nobody.*`, {
      callback: (_error, message) => this.#arrive(() => this.#nobody(message, receiver)),
    });
    await this.#told();
  }

  toShard(shard: number, envelope: ShardEnvelope): void {
    const reply = `${this.#prefix}.node.${this.#node}.nobody.${shard}`;
    this.#send(`${this.#prefix}.shard.${shard}`, envelope, reply);
  }

  toNode(node: string, envelope: NodeEnvelope): void {
    this.#send(`${this.#prefix}.node.${node}`, envelope, undefined);
  }

  toCluster(envelope: ClusterEnvelope): void {
    this.#send(`${this.#prefix}.heartbeat.${this.#node}`, envelope, undefined);
  }

  async listen(shard: number, receive: (envelope: ShardEnvelope) => void): Promise<StopListening> {
    let isStopped = false;
    const subscription = this.#subscribe(`${this.#prefix}.shard.${shard}`, (envelope) => {
      if (!isStopped && isForShard(envelope)) receive(envelope);
    });
    await this.#told();
    return async () => {
      isStopped = true;
      if (this.#nats.isClosed()) return;
      subscription.unsubscribe();
      await this.#told();
    };
  }

  /** Sends what waits, for CLOSE_MS at most, then ends the connection. */
  async close(): Promise<void> {
    this.#flush();
    if (this.#isConnected) await this.#drain();
    await this.#nats.close();
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#alarms.after(CLOSE_MS, resolve);
      this.#nats
        .drain()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'transport cannot send the rest'))
        .finally(() => {
          cancel();
          resolve();
        });
    });
  }

  /** Resolves when the server knows what is listened to, or the connection went (N5). */
  async #told(): Promise<void> {
    if (!this.#isConnected) return;
    await this.#nats.flush().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'transport tells the server when it is back');
    });
  }

  // ---- out

  /** N3. */
  #send(subject: string, envelope: Envelope, reply: string | undefined): void {
    if (!this.#isConnected) {
      this.counters.dropped++;
      return;
    }
    const bytes = encodeEnvelope(envelope);
    let outgoing = this.#outgoing.get(subject);
    if (outgoing !== undefined && outgoing.bytes + bytes.length > BATCH_BYTES) {
      this.#publish(subject, outgoing);
      outgoing = undefined;
    }
    if (outgoing === undefined) {
      outgoing = { reply, envelopes: [], bytes: 0 };
      this.#outgoing.set(subject, outgoing);
    }
    outgoing.envelopes.push(bytes);
    outgoing.bytes += bytes.length;
    if (this.#isFlushAsked) return;
    this.#isFlushAsked = true;
    this.#alarms.soon(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushAsked = false;
    const all = [...this.#outgoing];
    this.#outgoing.clear();
    for (const [subject, outgoing] of all) this.#publish(subject, outgoing);
  }

  #publish(subject: string, { envelopes, reply }: Outgoing): void {
    this.#outgoing.delete(subject);
    if (!this.#isConnected) {
      this.counters.dropped += envelopes.length;
      return;
    }
    const bytes = encodeMessage({ kind: 'batch', envelopes });
    const most = this.#messageBytes();
    const messages =
      bytes.length <= most
        ? [bytes]
        : cut(bytes, `${this.#node}/${++this.#batches}`, Math.max(PART_BYTES, most - PART_BYTES));
    this.counters.sentEnvelopes += envelopes.length;
    for (const message of messages) {
      this.counters.sentMessages++;
      this.counters.sentBytes += message.length;
      try {
        this.#nats.publish(subject, message, reply === undefined ? {} : { reply });
      } catch (error) {
        // The connection went.
        this.counters.dropped += envelopes.length;
        this.#log.warn({ subject, err: error }, 'transport cannot send');
        return;
      }
    }
  }

  /** The server may be another one, with another limit, after each connect. */
  #messageBytes(): number {
    return Math.min(MESSAGE_BYTES, this.#nats.info?.max_payload ?? MESSAGE_BYTES);
  }

  // ---- in

  #subscribe(subject: string, receive: (envelope: Envelope) => void) {
    return this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) this.#arrive(() => this.#open(message.data, receive));
        else this.#log.warn({ subject, err: error }, 'transport cannot receive');
      },
    });
  }

  /** N4. */
  #arrive(handle: () => void): void {
    this.#arrived.push(handle);
    if (this.#isHandlingAsked) return;
    this.#isHandlingAsked = true;
    this.#alarms.soon(() => {
      this.#isHandlingAsked = false;
      for (const next of this.#arrived.splice(0)) next();
    });
  }

  #open(bytes: Uint8Array, receive: (envelope: Envelope) => void): void {
    this.counters.receivedMessages++;
    const message = decodeMessage(bytes);
    if (message === undefined) {
      this.counters.damaged++;
      return;
    }
    if (message.kind === 'fragment') {
      const whole = this.#assembly.add(message.fragment, this.#clock.monotonicMs());
      if (whole !== undefined) this.#open(whole, receive);
      return;
    }
    for (const encoded of message.envelopes) {
      const envelope = decodeEnvelope(encoded);
      if (envelope === undefined) {
        this.counters.damaged++;
        continue;
      }
      this.counters.receivedEnvelopes++;
      receive(envelope);
    }
  }

  #nobody(message: Msg, receiver: NodeReceiver): void {
    if (message.headers?.code !== NO_RESPONDERS) return;
    this.counters.nobody++;
    receiver.onNobody(Number(message.subject.slice(message.subject.lastIndexOf('.') + 1)));
  }

  async #followStatus(): Promise<void> {
    for await (const { type, data } of this.#nats.status()) {
      if (type === Events.Disconnect) {
        this.#isConnected = false;
        this.counters.disconnects++;
        this.#log.warn({ server: data }, 'transport is disconnected');
      } else if (type === Events.Reconnect) {
        this.#isConnected = true;
        this.#log.info({ server: data }, 'transport is connected again');
      } else if (type === Events.Error) {
        this.counters.refusals++;
        this.#log.warn({ reason: data }, 'transport is refused');
      }
    }
    this.#isConnected = false;
    this.#log.info({}, 'transport is closed');
  }
}

/** Whom each kind of envelope is for. */
const FOR: { readonly [Kind in Envelope['kind']]: 'shard' | 'node' | 'cluster' } = {
  letters: 'shard',
  acknowledge: 'shard',
  ask: 'shard',
  read: 'shard',
  list: 'shard',
  watch: 'shard',
  unwatch: 'shard',
  reply: 'node',
  refusal: 'node',
  record: 'node',
  gather: 'node',
  inspect: 'node',
  leave: 'node',
  released: 'node',
  wanted: 'node',
  heartbeat: 'cluster',
  opened: 'cluster',
};

function isForShard(envelope: Envelope): envelope is ShardEnvelope {
  return FOR[envelope.kind] === 'shard';
}

function isForNode(envelope: Envelope): envelope is NodeEnvelope {
  return FOR[envelope.kind] === 'node';
}

function isForCluster(envelope: Envelope): envelope is ClusterEnvelope {
  return FOR[envelope.kind] === 'cluster';
}
