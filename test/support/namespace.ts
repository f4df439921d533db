// A network namespace for one process, joined to this machine by a pair of interfaces that can be taken down, and by routes
// that can lead nowhere. Needs root and iproute2.

import { execFileSync } from 'node:child_process';

/** Where processes in namespaces find servers of this machine. */
export const MACHINE = '10.78.0.1';

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Did it work? What is to be taken away may not be there. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Can this process make namespaces? */
export function canSeparate(): boolean {
  return attempt(() => {
    ip('netns', 'add', 'baton-probe');
    ip('netns', 'del', 'baton-probe');
  });
}

export class Namespace {
  readonly name: string;
  /** The address of the process inside. */
  readonly address: string;
  readonly #gate: string;
  readonly #outside: string;

  /** @param number distinct, below 250 */
  constructor(number: number) {
    this.name = `baton-${number}`;
    this.address = `10.77.${number}.2`;
    this.#gate = `10.77.${number}.1`;
    this.#outside = `baton${number}`;
    this.remove();
    attempt(() => ip('addr', 'add', `${MACHINE}/32`, 'dev', 'lo'));
    ip('netns', 'add', this.name);
    ip('link', 'add', this.#outside, 'type', 'veth', 'peer', 'name', 'inside');
    ip('link', 'set', 'inside', 'netns', this.name);
    ip('addr', 'add', `${this.#gate}/30`, 'dev', this.#outside);
    ip('link', 'set', this.#outside, 'up');
    this.#within('addr', 'add', `${this.address}/30`, 'dev', 'inside');
    this.#within('link', 'set', 'lo', 'up');
    this.#within('link', 'set', 'inside', 'up');
    this.#route();
  }

  /** What a command begins with to run inside. */
  get prefix(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name];
  }

  /** Pulls the cable. */
  cut(): void {
    ip('link', 'set', this.#outside, 'down');
  }

  /** What the process sends goes nowhere; what is sent to it arrives. */
  mute(): void {
    this.#within('route', 'replace', 'blackhole', `${MACHINE}/32`);
  }

  /** What is sent to the process goes nowhere; what it sends arrives. */
  deafen(): void {
    ip('route', 'replace', 'blackhole', `${this.address}/32`);
  }

  heal(): void {
    ip('link', 'set', this.#outside, 'up');
    attempt(() => this.#within('route', 'del', 'blackhole', `${MACHINE}/32`));
    attempt(() => ip('route', 'del', 'blackhole', `${this.address}/32`));
    this.#route();
  }

  remove(): void {
    attempt(() => ip('route', 'del', 'blackhole', `${this.address}/32`));
    attempt(() => ip('link', 'del', this.#outside));
    attempt(() => ip('netns', 'del', this.name));
  }

  #route(): void {
    this.#within('route', 'replace', 'default', 'via', this.#gate);
  }

  #within(...words: readonly string[]): void {
    ip('-n', this.name, ...words);
  }
}
