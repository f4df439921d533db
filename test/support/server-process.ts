// A real server that a test starts, breaks and starts again.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

/** Are tests to do without nats-server and redis-server? They skip what needs them then, and say so. */
export const withoutServers = process.env['BATON_WITHOUT_SERVERS'] !== undefined;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}

export class ServerProcess {
  readonly #command: string;
  readonly #arguments: readonly string[];
  readonly port: number;
  readonly #address: string;
  #child: ChildProcess | undefined;

  /** @param address where it is looked for */
  constructor(
    command: string,
    commandArguments: readonly string[],
    port: number,
    address = '127.0.0.1',
  ) {
    this.#address = address;
    this.#command = command;
    this.#arguments = commandArguments;
    this.port = port;
  }

  /** Starts it and waits until it accepts connections. */
  async start(): Promise<void> {
    // Debian puts servers where only root looks.
    const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
    const child = spawn(this.#command, this.#arguments, { stdio: 'ignore', env });
    this.#child = child;
    let ended = '';
    child.once('error', (error) => {
      ended = String(error);
    });
    child.once('exit', (code, signal) => {
      ended = `${code ?? signal}`;
    });
    while (!(await accepts(this.#address, this.port))) {
      if (ended !== '') throw new Error(`${this.#command} ended with ${ended}`);
      await turn();
    }
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Lets it stand still until `resume`. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
