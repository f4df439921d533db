// The Shell step: a child process.
//
//   C1  Nothing runs unless the node allows it.
//   C2  A child is the first of a process group of its own; a stop ends the whole group.
//   C3  Its environment holds what the step names, and nothing else.
//   C4  An attempt that an earlier launch may have begun is not run a second time: it fails as a platform error, and the
//       step's retry policy decides.
//   C5  Of its output so many bytes are kept, the last ones; reading goes on, so that a child is never blocked.
//   C6  The command is over when its own process is: what it left behind in its group ends with it, and is not waited for.
//   C7  Whatever the machine refuses on the way is the outcome of the attempt, never a failure of the node.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { LaunchOutcome } from '../effect.ts';
import type { Launch, Launched, Report, StepRuntime } from './contract.ts';

export interface ShellOptions {
  readonly allowed: boolean;
  /** Bytes kept of standard output, and of standard error. */
  readonly outputLimit: number;
}

export const DEFAULT_SHELL_OPTIONS: ShellOptions = { allowed: false, outputLimit: 64 * 1024 };

/** Where a command finds the name of the file for its output parameters. */
const OUTPUT_VARIABLE = 'BATON_OUTPUT';
/** Bytes of that file, at most: more than parameters may have, however they are written. */
const OUTPUT_BYTES = 4 * 1024 * 1024;
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

type Ended = Extract<LaunchOutcome, { readonly kind: 'ended' }>;

/** The runtime of Shell steps. */
export function shellRuntime(options: ShellOptions): StepRuntime {
  return {
    launch(launch, report) {
      const shell = new ShellLaunch(launch, options, report);
      void shell.run();
      return shell;
    },
  };
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: { readonly [name: string]: string };
}

class ShellLaunch implements Launched {
  readonly #launch: Launch;
  readonly #options: ShellOptions;
  readonly #report: Report;
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(launch: Launch, options: ShellOptions, report: Report) {
    this.#launch = launch;
    this.#options = options;
    this.#report = report;
  }

  /** C2. */
  stop(): void {
    this.#stopped = true;
    killGroup(this.#child);
  }

  async run(): Promise<void> {
    const ended = await this.#outcome().catch(refused);
    if (!this.#stopped) this.#report(ended);
  }

  async #outcome(): Promise<Ended> {
    // C1.
    if (!this.#options.allowed) {
      return failed(
        'FATAL_ERROR',
        'this node runs no Shell steps: it was started without allow-shell',
      );
    }
    // C4.
    if (this.#launch.again) {
      return failed('PLATFORM_ERROR', 'the node ended while the command may have been running');
    }
    const command = commandOf(this.#launch.effect.params);
    if (typeof command === 'string') return failed('FATAL_ERROR', command);
    const folder = await mkdtemp(join(tmpdir(), 'baton-step-'));
    const ended = await this.#runCommand(command, join(folder, 'output.json')).catch(refused);
    // A command can leave what this node may not remove. That is a pity, and no reason to fail the step (C7).
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    return ended;
  }

  async #runCommand(command: Command, outputFile: string): Promise<Ended> {
    if (this.#stopped) return failed('STOPPED', 'the attempt has ended otherwise');
    const { token } = this.#launch.effect;
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: DEFAULT_PATH,
        ...command.env,
        [OUTPUT_VARIABLE]: outputFile,
        BATON_STEP_INSTANCE_UUID: token.step_instance_uuid,
      },
    });
    this.#child = child;
    const output = new Tail(this.#options.outputLimit);
    const errors = new Tail(this.#options.outputLimit);
    child.stdout.on('data', (chunk: Buffer) => output.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk));
    child.once('spawn', () => {
      if (!this.#stopped) this.#report({ kind: 'started' });
    });
    const end = await ended(child);
    // The group is gone, and its number may be somebody else's soon.
    this.#child = undefined;
    const shell = {
      exit_code: end.code,
      signal: end.signal,
      stdout: output.text,
      stderr: errors.text,
    };
    return { ...(await this.#meaning(end, outputFile)), artifacts: { shell } };
  }

  async #meaning({ code, signal, error }: ProcessEnd, outputFile: string): Promise<Ended> {
    if (error !== undefined) return failed('USER_ERROR', `the command cannot be run: ${error}`);
    if (code !== 0) {
      const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
      return failed('USER_ERROR', `the command ended ${how}`);
    }
    const size = (await stat(outputFile).catch(() => undefined))?.size;
    if (size === undefined) return { kind: 'ended', state: 'DONE' };
    if (size > OUTPUT_BYTES) {
      return failed('USER_ERROR', `the file named by ${OUTPUT_VARIABLE} is larger than 4 MiB`);
    }
    const written = await readFile(outputFile, 'utf8');
    const output = outputOf(written);
    if (output === undefined) {
      return failed('USER_ERROR', `the file named by ${OUTPUT_VARIABLE} must hold a JSON object`);
    }
    return { kind: 'ended', state: 'DONE', output };
  }
}

function failed(state: Ended['state'], message: string): Ended {
  return { kind: 'ended', state, messages: [message] };
}

/** What the machine refused (C7). */
function refused(error: unknown): Ended {
  return failed('PLATFORM_ERROR', error instanceof Error ? error.message : String(error));
}

interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: string;
}

/** Waits for the command's own process, ends its group, and then waits for the last of its output (C6). */
function ended(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, signal: null, error: message }));
    child.once('exit', () => killGroup(child));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** C2. A group that is gone is none of our business, and neither is one that took another user's rights. */
function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The last bytes of a stream (C5). */
class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limit).toString('utf8');
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < 2 * this.#limit) return;
    const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(-this.#limit));
    this.#chunks = [kept];
    this.#length = kept.length;
  }
}

/** The command of a step's parameters, or what is wrong with them. */
function commandOf(params: PlainObject): Command | string {
  const { command, script, cwd, env } = params;
  if ((command === undefined) === (script === undefined)) {
    return 'exactly one of params.command (STRING_ARRAY) and params.script (STRING) must be given';
  }
  if (cwd !== undefined && typeof cwd !== 'string') return 'params.cwd must be a STRING';
  const variables = env === undefined ? {} : textsOf(env);
  if (variables === undefined) return 'params.env must be a STRING_MAP';
  const place = { cwd, env: variables };
  if (typeof script === 'string') return { program: '/bin/sh', args: ['-c', script], ...place };
  const [program, ...args] = Array.isArray(command) ? command.map(String) : [];
  if (program === undefined) return 'params.command must be a STRING_ARRAY with a program';
  return { program, args, ...place };
}

function textsOf(value: Plain): { readonly [name: string]: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (!entries.every(([, text]) => typeof text === 'string')) return undefined;
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}

function outputOf(text: string): PlainObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as PlainObject) : undefined;
  } catch {
    return undefined;
  }
}
