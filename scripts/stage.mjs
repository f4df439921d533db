// A stage: one named step of a gate, timed, counted and printed.
//
//   S1  A stage that fails shows all of its output; one that passes shows one line, after what it has to note.
//   S2  The last line a gate prints is exactly `N passed, N failed`, and its exit code is 1 if anything failed.

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** @typedef {{ ok: boolean, output: string, passed?: number, failed?: number, note?: string }} Outcome */

/**
 * Runs a program to its end and gathers what it writes; never throws. Programs of node_modules/.bin are found by name.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const path = [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, NO_COLOR: '1', ...options.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const settle = (ok, note) =>
      resolve({ ok, output: Buffer.concat(chunks).toString('utf8') + note });
    child.on('error', (error) => settle(false, `${program}: ${error.message}\n`));
    child.on('close', (code, signal) =>
      settle(code === 0, signal === null ? '' : `${program} ended by ${signal}\n`),
    );
  });
}

/** Counts what stages report and prints it as they end. */
export class Gate {
  #passed = 0;
  #failed = 0;

  /**
   * Runs one stage. It counts as one, plus whatever tests it reports.
   * @param {string} name
   * @param {() => Promise<Outcome>} work
   * @returns {Promise<boolean>} whether it passed
   */
  async stage(name, work) {
    const startedAt = performance.now();
    let outcome;
    try {
      outcome = await work();
    } catch (error) {
      outcome = { ok: false, output: `${error instanceof Error ? error.stack : error}\n` };
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    this.count(outcome.passed ?? 0, outcome.failed ?? 0);
    this.count(outcome.ok ? 1 : 0, outcome.ok ? 0 : 1);
    if (!outcome.ok) process.stdout.write(`${outcome.output.trimEnd()}\n`);
    if (outcome.note !== undefined) console.log(outcome.note);
    console.log(`${name.padEnd(12)} ${seconds.padStart(6)} s  ${outcome.ok ? 'ok' : 'failed'}`);
    return outcome.ok;
  }

  /** Adds counts that a stage learned in another way. */
  count(passed, failed) {
    this.#passed += passed;
    this.#failed += failed;
  }

  /** Prints the last line and sets the exit code. */
  finish() {
    process.exitCode = this.#failed === 0 ? 0 : 1;
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
  }
}
