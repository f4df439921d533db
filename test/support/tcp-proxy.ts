// A way between a node and a server that can be slow, stand still, or break off in the middle of a word.
//
// Bytes of TCP are never lost or changed in between: what is held back comes later, or the connection ends. While the way
// stands still nobody is told; new connections are accepted, and then hear nothing either, as behind a cut cable.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

interface Connection {
  readonly near: Socket;
  far: Socket | undefined;
}

export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #connections = new Set<Connection>();
  #delayMs = 0;
  #spreadMs = 0;
  #isCut = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  /** Opens a way to a port of this machine. */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new TcpProxy(server, target);
    server.on('connection', (near) => proxy.#open(near));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** From now on everything takes so many milliseconds each way, and up to `spreadMs` more; order is kept. */
  slow(delayMs: number, spreadMs: number): void {
    this.#delayMs = delayMs;
    this.#spreadMs = spreadMs;
  }

  /** From now on nothing arrives, in either direction. */
  cut(): void {
    this.#isCut = true;
    for (const { near, far } of this.#connections) {
      near.pause();
      far?.pause();
    }
  }

  /** Ends all connections at once, whatever is on its way. */
  reset(): void {
    for (const { near, far } of this.#connections) {
      near.resetAndDestroy();
      far?.resetAndDestroy();
    }
  }

  /** Everything passes again. */
  heal(): void {
    this.slow(0, 0);
    if (!this.#isCut) return;
    this.#isCut = false;
    for (const connection of this.#connections) {
      if (connection.far === undefined) this.#join(connection);
      connection.near.resume();
      connection.far?.resume();
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.reset();
    await closed;
  }

  #open(near: Socket): void {
    const connection: Connection = { near, far: undefined };
    this.#connections.add(connection);
    near.on('error', () => {});
    near.once('close', () => {
      this.#connections.delete(connection);
      connection.far?.destroy();
    });
    if (!this.#isCut) this.#join(connection);
  }

  #join(connection: Connection): void {
    const { near } = connection;
    const far = connect(this.#target, '127.0.0.1');
    connection.far = far;
    far.on('error', () => {});
    far.once('close', () => near.destroy());
    this.#carry(near, far);
    this.#carry(far, near);
    near.resume();
  }

  #carry(from: Socket, to: Socket): void {
    const waiting: { readonly dueMs: number; readonly bytes: Buffer | undefined }[] = [];
    // One timer for the first that waits: timers of different lengths may ring in another order than they are due.
    const pump = (): void => {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        const delayMs = next.dueMs - performance.now();
        if (delayMs > 0) {
          setTimeout(pump, delayMs);
          return;
        }
        waiting.shift();
        if (next.bytes === undefined) to.end();
        else if (!to.destroyed) to.write(next.bytes);
      }
    };
    const put = (bytes: Buffer | undefined): void => {
      const delayMs = this.#delayMs + Math.random() * this.#spreadMs;
      const dueMs = Math.max(waiting.at(-1)?.dueMs ?? 0, performance.now() + delayMs);
      waiting.push({ dueMs, bytes });
      if (waiting.length === 1) pump();
    };
    from.setNoDelay(true);
    from.on('data', put);
    from.once('end', () => put(undefined));
  }
}
