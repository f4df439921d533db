// What the world saw of a cluster's steps: a service outside of it that Http steps call, and that notes every call for good.

import { createServer, type Server } from 'node:http';
import { once } from 'node:events';

export class Ledger {
  readonly #server: Server;
  /** By instance the idempotency keys of its calls, as often as they came. */
  readonly #calls = new Map<string, string[]>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(address: string): Promise<Ledger> {
    const server = createServer();
    const ledger = new Ledger(server);
    server.on('request', (request, response) => {
      const instance = (request.url ?? '').slice(1);
      const calls = ledger.#calls.get(instance) ?? [];
      calls.push(String(request.headers['idempotency-key']));
      ledger.#calls.set(instance, calls);
      response.end('noted');
    });
    server.listen(0, address);
    await once(server, 'listening');
    return ledger;
  }

  get host(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) return '';
    return `${address.address}:${address.port}`;
  }

  /** Keys of the calls for an instance, in order of arrival. */
  callsOf(instance: number): readonly string[] {
    return this.#calls.get(String(instance)) ?? [];
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
