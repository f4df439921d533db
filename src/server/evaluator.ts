// Evaluations away from the event loop, in threads that are started when they are first needed.
//
//   E1  A request is answered, or fails when its evaluation ends its thread or takes too long; it never waits for ever.
//   E2  Nobody's evaluation fails with somebody else's, nor waits for it while a thread is idle: a thread has one request
//       at a time. Requests are begun in the order in which they came.
//   E3  A thread that ended, for whatever reason, is replaced for the next request.
//   E4  A request that nobody waits for any more takes no thread, nor keeps the one that works on it.

import { Worker } from 'node:worker_threads';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { CancelAlarm, Alarms } from '../../cluster/port/alarms.ts';
import type { EvaluateOutcome } from '../effect.ts';
import type { Evaluator } from '../interpreter/interpreter.ts';

/** How long a thread may take for one request. It stops by itself before that, unless something is wrong with it. */
const EVALUATION_MS = 30_000;

export interface ThreadEvaluatorOptions {
  readonly alarms: Alarms;
  /** Of a thread: the compiled evaluate-worker. It answers each request with an EvaluateOutcome. */
  readonly script: URL;
  /** At most so many, at least 1. */
  readonly threads: number;
}

interface Request {
  readonly plain: PlainObject;
  readonly answer: (outcome: EvaluateOutcome) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it works on. */
  request: Request | undefined;
  /** For that request. */
  cancel: CancelAlarm;
  /** What it threw; it is about to exit. */
  error: Error | undefined;
}

const nothing = (): void => {};

export class ThreadEvaluator implements Evaluator {
  readonly #options: ThreadEvaluatorOptions;
  readonly #threads = new Set<Thread>();
  /** In the order in which they came. */
  readonly #waiting = new Set<Request>();

  constructor(options: ThreadEvaluatorOptions) {
    this.#options = options;
  }

  evaluate(plain: PlainObject, signal?: AbortSignal): Promise<EvaluateOutcome> {
    return new Promise((answer) => {
      const request = { plain, answer };
      this.#waiting.add(request);
      signal?.addEventListener('abort', () => this.#forget(request), { once: true });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const outcome = { kind: 'evaluation-failed', message: 'the node is stopping' } as const;
    for (const { answer } of this.#waiting) answer(outcome);
    this.#waiting.clear();
    const threads = [...this.#threads];
    for (const thread of threads) this.#settle(thread, outcome);
    await Promise.all(threads.map((thread) => this.#end(thread)));
  }

  /** Hands requests that wait to threads that are idle. */
  #next(): void {
    for (const request of this.#waiting) {
      const thread = this.#idleThread();
      if (thread === undefined) return;
      this.#waiting.delete(request);
      thread.request = request;
      thread.cancel = this.#options.alarms.after(EVALUATION_MS, () =>
        this.#fail(thread, 'the evaluation takes too long'),
      );
      thread.worker.postMessage(request.plain);
    }
  }

  /** E4. */
  #forget(request: Request): void {
    const message = 'nobody waits for the evaluation any more';
    if (this.#waiting.delete(request)) {
      request.answer({ kind: 'evaluation-failed', message });
      return;
    }
    for (const thread of this.#threads) {
      if (thread.request === request) this.#fail(thread, message);
    }
  }

  #idleThread(): Thread | undefined {
    for (const thread of this.#threads) {
      if (thread.request === undefined && thread.error === undefined) return thread;
    }
    return this.#threads.size < this.#options.threads ? this.#begin() : undefined;
  }

  #begin(): Thread {
    const worker = new Worker(this.#options.script);
    const thread: Thread = { worker, request: undefined, cancel: nothing, error: undefined };
    worker.unref();
    worker.on('message', (outcome: EvaluateOutcome) => {
      this.#settle(thread, outcome);
      this.#next();
    });
    // What it sent before is still to come; its exit is the last of it.
    worker.on('error', (error) => {
      thread.error = error;
    });
    worker.on('exit', () => {
      const why = thread.error === undefined ? '' : `: ${thread.error.message}`;
      if (this.#threads.has(thread)) this.#fail(thread, `the evaluation ended its thread${why}`);
    });
    this.#threads.add(thread);
    return thread;
  }

  #settle(thread: Thread, outcome: EvaluateOutcome): void {
    thread.cancel();
    const { request } = thread;
    thread.request = undefined;
    request?.answer(outcome);
  }

  /** The request of a thread, if it has one, is the end of it (E1, E3). */
  #fail(thread: Thread, message: string): void {
    this.#settle(thread, { kind: 'evaluation-failed', message });
    void this.#end(thread);
    this.#next();
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    await thread.worker.terminate();
  }
}
