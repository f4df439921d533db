// A node as its users have it: a process of its own, asked over REST, that can be killed at any moment.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Namespace } from './namespace.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The longest that a client waits. */
const CALL_MS = 30_000;

export type Answer = { readonly [field: string]: unknown };

/** Where a node runs. */
export interface Surroundings {
  /** More of its environment. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly namespace?: Namespace;
}

export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  /** Where its gRPC door is. */
  readonly grpc: string;

  private constructor(child: ChildProcess, url: string, grpc: string) {
    this.#child = child;
    this.#url = url;
    this.grpc = grpc;
  }

  /** Starts a node on a data folder, or with other flags, and waits for its ready line. */
  static start(
    place: string | readonly string[],
    { environment = {}, namespace }: Surroundings = {},
  ): Promise<NodeProcess> {
    const address = namespace?.address ?? '127.0.0.1';
    const [command = '', ...before] = [...(namespace?.prefix ?? []), process.execPath];
    const child = spawn(
      command,
      [
        ...before,
        join(ROOT, 'bin/baton'),
        ...['server', '--http', `${address}:0`, '--grpc', `${address}:0`],
        ...(namespace === undefined ? [] : ['--insecure-listen']),
        ...(typeof place === 'string' ? ['--data', place] : place),
        ...['--log-level', 'silent'],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
    );
    return new Promise((resolve, reject) => {
      child.once('close', (code) => reject(new Error(`the node ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, http, grpc = ''] = /^baton ready http=(\S+) grpc=(\S+)/.exec(line) ?? [];
        if (http !== undefined) resolve(new NodeProcess(child, `http://${http}/api/v3`, grpc));
      });
    });
  }

  /** Lets it come to rest and end. @returns its exit code */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode;
  }

  /** Lets it stand still until `resume`. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child.signalCode === null && child.exitCode === null) {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    }
    return child.exitCode;
  }

  /** Does it serve calls? */
  async isReady(): Promise<boolean> {
    const answer = await fetch(new URL('/readyz', this.#url));
    await answer.text();
    return answer.ok;
  }

  /** Asks; throws on anything but success. */
  async call(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { user: 'tester' },
      // A node that stands still never answers what it was asked before.
      signal: AbortSignal.timeout(CALL_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}

const WORKFLOW = 'crash';

const DEFINITION = {
  properties: { owner: 'tester', run_strategy: { rule: 'PARALLEL', workflow_concurrency: 1000 } },
  workflow: {
    id: WORKFLOW,
    steps: [
      { step: { id: 'a', type: 'NoOp', transition: { successors: { nap: 'true' } } } },
      {
        step: {
          id: 'nap',
          type: 'Sleep',
          params: { sleep_seconds: { value: 1, type: 'LONG' } },
          transition: { successors: { b: 'true' } },
        },
      },
      { step: { id: 'b', type: 'NoOp' } },
    ],
  },
};

const uuid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Clients that start instances of one workflow through any number of nodes' lives, and remember what they were told. */
export class Starters {
  /** Request ids that were acknowledged, and the instances they were answered with. */
  readonly known = new Map<string, number>();
  #next = 1;

  push(node: NodeProcess): Promise<Answer> {
    return node.call('POST', '/workflows', DEFINITION);
  }

  #start(node: NodeProcess, id: string): Promise<Answer> {
    const body = { initiator: { type: 'manual' }, request_id: id };
    return node.call('POST', `/workflows/${WORKFLOW}/versions/latest/actions/start`, body);
  }

  /** Starts until the node is gone. @param fault called once, after so many acknowledgements */
  async startUntilGone(node: NodeProcess, after: number, fault: () => void): Promise<void> {
    const enough = this.known.size + after;
    let isFaulty = false;
    const starter = async (): Promise<void> => {
      for (;;) {
        const id = uuid(this.#next++);
        try {
          this.known.set(id, Number((await this.#start(node, id))['workflow_instance_id']));
        } catch {
          // The node is gone, and whether the start was applied is not known: no claim is made about it.
          return;
        }
        if (this.known.size >= enough && !isFaulty) {
          isFaulty = true;
          fault();
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, starter));
  }

  /**
   * What is wrong: starts that are lost or doubled, instances that do not end well, steps recorded twice. Every answer is a
   * turn of a real clock, so this waits as long as the naps of the workflow.
   */
  async problems(node: NodeProcess): Promise<readonly string[]> {
    const problems: string[] = [];
    if (new Set(this.known.values()).size < this.known.size) problems.push('an instance twice');
    for (const [id, instance] of this.known) {
      const again = await this.#start(node, id);
      if (again['status'] !== 'DUPLICATED' || again['workflow_instance_id'] !== instance) {
        problems.push(`start ${id} was ${instance} and is ${JSON.stringify(again)}`);
      }
    }
    for (const instance of this.known.values()) {
      const { status } = await ended(node, instance);
      if (status !== 'SUCCEEDED') problems.push(`instance ${instance} is ${String(status)}`);
      const nap = await node.call('GET', `/workflows/${WORKFLOW}/instances/${instance}/steps/nap`);
      if (nap['step_attempt_id'] !== 1) problems.push(`instance ${instance} napped twice`);
    }
    return problems;
  }
}

async function ended(node: NodeProcess, instance: number): Promise<Answer> {
  for (;;) {
    const path = `/workflows/${WORKFLOW}/instances/${instance}/runs/latest`;
    const run = await node.call('GET', path);
    if (run['status'] !== 'IN_PROGRESS' && run['status'] !== 'CREATED') return run;
  }
}
