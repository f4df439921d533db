// Evaluations away from the event loop: one thread, started when it is first needed.
//
//   E1  A request is answered, or fails when the thread ends or takes too long; it never waits for ever.
//   E2  A thread that ended is replaced for the next request.

import { Worker } from 'node:worker_threads';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { CancelAlarm, Alarms } from '../../cluster/port/alarms.ts';
import type { EvaluateOutcome } from '../effect.ts';
import type { Evaluator } from '../interpreter/interpreter.ts';

export interface EvaluationRequest {
  readonly number: number;
  readonly request: PlainObject;
}

export interface EvaluationAnswer {
  readonly number: number;
  readonly outcome: EvaluateOutcome;
}

/** The longest an evaluation may take with others before it. */
const EVALUATION_MS = 30_000;

interface Pending {
  readonly answer: (outcome: EvaluateOutcome) => void;
  readonly cancel: CancelAlarm;
}

export class ThreadEvaluator implements Evaluator {
  readonly #alarms: Alarms;
  readonly #script: URL;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #number = 0;

  /** @param script of the thread: the compiled evaluate-worker */
  constructor(alarms: Alarms, script: URL) {
    this.#alarms = alarms;
    this.#script = script;
  }

  evaluate(request: PlainObject): Promise<EvaluateOutcome> {
    const number = ++this.#number;
    return new Promise((answer) => {
      const cancel = this.#alarms.after(EVALUATION_MS, () =>
        this.#end('the evaluation takes too long'),
      );
      this.#pending.set(number, { answer, cancel });
      this.#thread().postMessage({ number, request } satisfies EvaluationRequest);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#fail('the node is stopping');
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#script);
    worker.unref();
    worker.on('message', ({ number, outcome }: EvaluationAnswer) => {
      const pending = this.#pending.get(number);
      this.#pending.delete(number);
      pending?.cancel();
      pending?.answer(outcome);
    });
    worker.on('error', (error) => this.#end(`the evaluation ended its thread: ${error.message}`));
    this.#worker = worker;
    return worker;
  }

  /** E1, E2. */
  #end(message: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#fail(message);
  }

  #fail(message: string): void {
    for (const [number, { answer, cancel }] of this.#pending) {
      this.#pending.delete(number);
      cancel();
      answer({ kind: 'evaluation-failed', message });
    }
  }
}
