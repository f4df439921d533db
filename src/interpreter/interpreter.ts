// From committed effects to what runs them.
//
//   I1  Every kind of effect has its runner; a new kind without one does not compile.
//   I2  At most so many launches run at a time; the others wait in the order in which they came.
//   I3  An effect that is forgotten is stopped, or never begun, and reports nothing more.

import { addressText } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Effects } from '../../cluster/port/effects.ts';
import type { Effect, EvaluateOutcome, LaunchEffect, LaunchOutcome } from '../effect.ts';
import type { StepRuntime } from '../step-runtime/contract.ts';

/** Evaluates with the full budget, away from the event loop. */
export interface Evaluator {
  /** @param signal aborted when nobody waits for the outcome any more */
  evaluate(request: PlainObject, signal?: AbortSignal): Promise<EvaluateOutcome>;
}

export interface InterpreterOptions {
  readonly runtimes: { readonly [Type in LaunchEffect['step_type']]: StepRuntime };
  readonly evaluator: Evaluator;
  /** Launches at a time, at least 1. */
  readonly launches: number;
}

interface Running {
  stop(): void;
}

type Begin = () => Running;

/** The effects port over step runtimes and an evaluator. */
export function createEffects(options: InterpreterOptions): Effects {
  const running = new Map<string, Running>();
  const waiting = new Map<string, Begin>();
  let launches = 0;

  const next = (): void => {
    for (const [key, begin] of waiting) {
      if (launches >= options.launches) return;
      waiting.delete(key);
      launches++;
      running.set(key, begin());
    }
  };
  const launch = (
    key: string,
    effect: LaunchEffect,
    again: boolean,
    report: (outcome: LaunchOutcome) => void,
  ): void => {
    waiting.set(key, () => {
      let isOver = false;
      const over = (): void => {
        if (isOver) return;
        isOver = true;
        launches--;
        // Not in the middle of whatever reported the end.
        queueMicrotask(next);
      };
      const launched = options.runtimes[effect.step_type].launch({ effect, again }, (outcome) => {
        if (outcome.kind === 'ended') over();
        report(outcome);
      });
      return {
        stop() {
          launched.stop();
          over();
        },
      };
    });
    next();
  };
  const evaluate = (request: PlainObject, report: (outcome: EvaluateOutcome) => void): Running => {
    const controller = new AbortController();
    const { signal } = controller;
    options.evaluator.evaluate(request, signal).then(
      (outcome) => {
        if (!signal.aborted) report(outcome);
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (!signal.aborted) report({ kind: 'evaluation-failed', message });
      },
    );
    return { stop: () => controller.abort() };
  };

  return {
    run({ from, id, effect, again }, report) {
      const key = `${addressText(from)}#${id}`;
      const decoded = effect as unknown as Effect;
      const tell = (outcome: LaunchOutcome | EvaluateOutcome): void =>
        report(outcome as unknown as PlainObject);
      switch (decoded.kind) {
        case 'launch':
          launch(key, decoded, again, tell);
          return;
        case 'evaluate':
          running.set(key, evaluate(decoded.request, tell));
          return;
      }
    },
    forget(from, id) {
      const key = `${addressText(from)}#${id}`;
      if (waiting.delete(key)) return;
      running.get(key)?.stop();
      running.delete(key);
    },
  };
}
