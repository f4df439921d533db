// A run as simply as it can be said: statuses by step, and a loop over all steps that begins whatever may begin. It knows
// no turns, rows, timers or effects. Tests compare the instance with it.

import { isComplete, isOpen, isRetryable, type StepStatus } from '../../src/instance/status.ts';
import type { StepText } from './graph.ts';

/** What happens to a run from outside. */
export type NaiveEvent =
  | { readonly kind: 'report'; readonly stepId: string; readonly state: NaiveState }
  | { readonly kind: 'retry' | 'slept' | 'step-timeout'; readonly stepId: string }
  | { readonly kind: 'run-timeout' | 'stop' | 'kill' };

export type NaiveState = 'DONE' | 'USER_ERROR' | 'PLATFORM_ERROR' | 'FATAL_ERROR' | 'STOPPED';

interface NaiveStep {
  status: StepStatus;
  attempt: number;
  /** Errors, platform errors and timeouts that were tried again. */
  retries: [number, number, number];
}

/** The one condition among those of the tests that is not met. */
export const UNMET = '1 > 2';

export class NaiveRun {
  readonly steps = new Map<string, NaiveStep>();
  readonly #texts: { readonly [id: string]: StepText };
  /** The end that was asked for, or that a failure brought. */
  #ended: 'STOPPED' | 'FATALLY_FAILED' | 'TIMED_OUT' | undefined;

  constructor(texts: { readonly [id: string]: StepText }) {
    this.#texts = texts;
    for (const id of Object.keys(texts)) {
      this.steps.set(id, { status: 'NOT_CREATED', attempt: 0, retries: [0, 0, 0] });
    }
    this.#beginAll();
  }

  happen(event: NaiveEvent): void {
    switch (event.kind) {
      case 'report':
        this.#report(event.stepId, event.state);
        break;
      case 'retry':
        this.#begin(event.stepId);
        break;
      case 'slept':
        this.#become(event.stepId, 'SUCCEEDED');
        break;
      case 'step-timeout':
        this.#fail(event.stepId, 2, 'TIMEOUT_FAILED');
        break;
      case 'run-timeout':
        this.#end('TIMED_OUT');
        break;
      case 'stop':
        this.#end('STOPPED');
        break;
      case 'kill':
        this.#end('FATALLY_FAILED');
        break;
    }
    this.#beginAll();
  }

  /** The status of the run. */
  get status(): string {
    const statuses = [...this.steps.values()].map(({ status }) => status);
    if (statuses.some(isOpen)) return 'IN_PROGRESS';
    const has = (status: StepStatus): boolean => statuses.includes(status);
    if (has('FATALLY_FAILED') || has('INTERNALLY_FAILED')) return 'FAILED';
    if (has('TIMED_OUT')) return 'TIMED_OUT';
    return has('STOPPED') ? 'STOPPED' : 'SUCCEEDED';
  }

  /** As InstanceWorld tells it. */
  get whole(): string {
    const begun = [...this.steps].filter(([, { attempt }]) => attempt > 0);
    const parts = begun.map(
      ([id, { status, attempt }]) => `${id} ${status}${attempt > 1 ? ` #${attempt}` : ''}`,
    );
    return `${this.status}: ${parts.join(', ')}`;
  }

  #step(id: string): NaiveStep {
    const step = this.steps.get(id);
    if (step === undefined) throw new Error(`there is no step ${id}`);
    return step;
  }

  #become(id: string, status: StepStatus): void {
    this.#step(id).status = status;
  }

  #beginAll(): void {
    if (this.#ended !== undefined) return;
    for (let again = true; again; ) {
      again = false;
      for (const [id, step] of this.steps) {
        if (step.status !== 'NOT_CREATED') continue;
        const before = [...this.steps].filter(
          ([other]) => this.#conditionOf(other, id) !== undefined,
        );
        if (!before.every(([, { status }]) => isComplete(status))) continue;
        const met = before.filter(
          ([other, { status }]) =>
            status !== 'UNSATISFIED' && this.#conditionOf(other, id) !== UNMET,
        );
        if (before.length > 0 && met.length === 0) {
          step.attempt = 1;
          step.status = 'UNSATISFIED';
        } else {
          this.#begin(id);
        }
        again = true;
      }
    }
  }

  /** The condition of the transition between two steps; undefined when there is none. */
  #conditionOf(from: string, to: string): string | undefined {
    for (const text of this.#texts[from]?.to ?? []) {
      const [id, condition = 'true'] = text.split(' if ');
      if (id === to) return condition;
    }
    return undefined;
  }

  #begin(id: string): void {
    const step = this.#step(id);
    const { type = 'NoOp', params } = this.#texts[id] ?? {};
    step.attempt++;
    if (params?.has('oops') === true) step.status = 'INTERNALLY_FAILED';
    else step.status = type === 'NoOp' ? 'SUCCEEDED' : 'RUNNING';
  }

  #report(id: string, state: NaiveState): void {
    switch (state) {
      case 'DONE':
        this.#become(id, 'SUCCEEDED');
        return;
      case 'USER_ERROR':
        this.#fail(id, 0, 'USER_FAILED');
        return;
      case 'PLATFORM_ERROR':
        this.#fail(id, 1, 'PLATFORM_FAILED');
        return;
      case 'FATAL_ERROR':
        this.#failForGood(id);
        return;
      case 'STOPPED':
        this.#become(id, 'STOPPED');
        return;
    }
  }

  #fail(id: string, reason: 0 | 1 | 2, status: StepStatus): void {
    const step = this.#step(id);
    const limits = this.#texts[id]?.retries ?? [2, 10, 0];
    if (step.retries[reason] < limits[reason]) {
      step.retries[reason]++;
      step.status = status;
    } else if (reason === 2) {
      step.status = 'TIMED_OUT';
    } else {
      this.#failForGood(id);
    }
  }

  #failForGood(id: string): void {
    const mode = this.#texts[id]?.failureMode;
    this.#become(id, mode === 'IGNORE_FAILURE' ? 'COMPLETED_WITH_ERROR' : 'FATALLY_FAILED');
    if (mode === 'FAIL_IMMEDIATELY') this.#end('STOPPED');
  }

  #end(status: 'STOPPED' | 'FATALLY_FAILED' | 'TIMED_OUT'): void {
    this.#ended = status;
    for (const step of this.steps.values()) {
      if (!isOpen(step.status)) continue;
      if (isRetryable(step.status)) step.attempt++;
      step.status = status;
    }
  }
}
