// A redis-server with the settings that Baton asks for, on a free port and in a folder of its own.

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.ts';

/** Values of more than one word are lists. */
type Settings = { readonly [setting: string]: string | readonly string[] };

const SETTINGS: Settings = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
  save: '',
  bind: '127.0.0.1',
};

export class RedisServer {
  readonly #process: ServerProcess;
  readonly #folder: string;

  private constructor(process: ServerProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  static async start(settings: Settings = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-redis-'));
    const port = await freePort();
    const all = { ...SETTINGS, ...settings, port: String(port), dir: folder };
    const flags = Object.entries(all).flatMap(([setting, value]) => [`--${setting}`, value].flat());
    const server = new RedisServer(new ServerProcess('redis-server', flags, port), folder);
    await server.#process.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#process.port}`;
  }

  /** Ends it as a crash does; its data stay. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  restart(): Promise<void> {
    return this.#process.start();
  }

  /** Copies the data as they are. @returns the folder of the copy */
  async copyData(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), 'baton-redis-copy-'));
    await cp(this.#folder, copy, { recursive: true });
    return copy;
  }

  /** Puts a copy in the place of the data of a server that was killed, and removes the copy. */
  async putBack(copy: string): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await cp(copy, this.#folder, { recursive: true });
    await rm(copy, { recursive: true, force: true });
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
