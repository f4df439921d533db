// What runs the work of one attempt of a step.
//
//   T1  `launch` never throws and never waits; what happens is reported.
//   T2  `ended` is reported exactly once, unless the launch was stopped before.
//   T3  After `stop` nothing is reported, and whatever the launch began is ended.

import type { LaunchEffect, LaunchOutcome } from '../effect.ts';

/** One launch of one attempt. */
export interface Launch {
  readonly effect: LaunchEffect;
  /** An earlier launch of the same attempt may have happened: its node ended before an outcome was recorded. */
  readonly again: boolean;
}

export type Report = (outcome: LaunchOutcome) => void;

export interface Launched {
  /** The attempt has ended otherwise: stop (T3). */
  stop(): void;
}

export interface StepRuntime {
  launch(launch: Launch, report: Report): Launched;
}
