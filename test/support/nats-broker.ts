// A nats-server with the settings that Baton asks for, on a free port.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.ts';

export class NatsBroker {
  readonly #process: ServerProcess;
  readonly #folder: string;
  readonly #address: string;

  private constructor(process: ServerProcess, folder: string, address: string) {
    this.#process = process;
    this.#folder = folder;
    this.#address = address;
  }

  /** @param more lines of settings beside those that Baton asks for */
  static async start(more = '', address = '127.0.0.1'): Promise<NatsBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-nats-'));
    const port = await freePort();
    const file = join(folder, 'nats.conf');
    const server = new ServerProcess('nats-server', ['-c', file], port, address);
    const broker = new NatsBroker(server, folder, address);
    await broker.restart(more);
    return broker;
  }

  get url(): string {
    return `nats://${this.#address}:${this.#process.port}`;
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }

  async restart(more = ''): Promise<void> {
    const settings = `listen: "${this.#address}:${this.#process.port}"
ping_interval: "5s"
ping_max: 2
write_deadline: "2s"
${more}
`;
    await writeFile(join(this.#folder, 'nats.conf'), settings);
    await this.#process.start();
  }

  pause(): void {
    this.#process.pause();
  }

  resume(): void {
    this.#process.resume();
  }

  async stop(): Promise<void> {
    await this.#process.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
