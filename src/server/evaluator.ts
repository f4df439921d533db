// Evaluations away from the event loop, in threads that are started when they are first needed.
//
//   E1  A request is answered, or fails when its evaluation ends its thread or takes too long; it never waits for ever.
//   E2  Nobody's evaluation fails with somebody else's: a request that its thread had not begun when it ended is handed to
//       another. Requests are begun in the order in which they came.
//   E3  A thread that ended is replaced for the next request.

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
  /** What it was handed and did not answer; it works on the first. */
  readonly requests: Request[];
  /** For the first request. */
  cancel: CancelAlarm;
}

/** Requests that a thread has at a time: the next one is there when it has answered one. */
const REQUESTS_AHEAD = 4;
const nothing = (): void => {};

export class ThreadEvaluator implements Evaluator {
  readonly #options: ThreadEvaluatorOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Request[] = [];

  constructor(options: ThreadEvaluatorOptions) {
    this.#options = options;
  }

  evaluate(request: PlainObject): Promise<EvaluateOutcome> {
    return new Promise((answer) => {
      this.#waiting.push({ plain: request, answer });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const message = 'the node is stopping';
    const threads = [...this.#threads];
    const requests = [...threads.flatMap((thread) => thread.requests.splice(0)), ...this.#waiting];
    this.#waiting.length = 0;
    for (const { answer } of requests) answer({ kind: 'evaluation-failed', message });
    await Promise.all(threads.map((thread) => this.#end(thread)));
  }

  /** Hands requests that wait to the threads that have the fewest. */
  #next(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#threadToAsk();
      const request = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || request === undefined) return;
      thread.requests.push(request);
      if (thread.requests.length === 1) this.#watch(thread);
      thread.worker.postMessage(request.plain);
    }
  }

  #threadToAsk(): Thread | undefined {
    const [idlest] = [...this.#threads].sort((a, b) => a.requests.length - b.requests.length);
    const isIdle = idlest?.requests.length === 0;
    if (!isIdle && this.#threads.size < this.#options.threads) return this.#begin();
    return (idlest?.requests.length ?? 0) < REQUESTS_AHEAD ? idlest : undefined;
  }

  #begin(): Thread {
    const worker = new Worker(this.#options.script);
    const thread: Thread = { worker, requests: [], cancel: nothing };
    worker.unref();
    worker.on('message', (outcome: EvaluateOutcome) => {
      this.#settle(thread, outcome);
      if (thread.requests.length > 0) this.#watch(thread);
      this.#next();
    });
    worker.on('error', (error) =>
      this.#fail(thread, `the evaluation ended its thread: ${error.message}`),
    );
    this.#threads.add(thread);
    return thread;
  }

  /** The thread turns to its first request. */
  #watch(thread: Thread): void {
    thread.cancel = this.#options.alarms.after(EVALUATION_MS, () =>
      this.#fail(thread, 'the evaluation takes too long'),
    );
  }

  #settle(thread: Thread, outcome: EvaluateOutcome): void {
    thread.cancel();
    thread.requests.shift()?.answer(outcome);
  }

  /** The first request of a thread is the end of it (E1, E2, E3). */
  #fail(thread: Thread, message: string): void {
    this.#settle(thread, { kind: 'evaluation-failed', message });
    this.#waiting.unshift(...thread.requests.splice(0));
    void this.#end(thread);
    this.#next();
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    thread.cancel();
    await thread.worker.terminate();
  }
}
