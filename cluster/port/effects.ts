// The effects port: what runs a committed effect in the world outside.
//
//   E1  `run` is called only after the commit that opened the effect is durable (promise P1).
//   E2  An effect that is not settled is run again, with the same id, by the next owner of its shard (promise P4).
//   E3  The runtime never runs an effect id twice at the same time within one epoch.

import type { Address } from '../core/address.ts';
import type { PlainObject } from '../core/plain.ts';

/** One committed effect. */
export interface CommittedEffect {
  readonly from: Address;
  readonly id: string;
  readonly effect: PlainObject;
  /** True when an earlier run of the same effect may have happened: its node ended before an outcome was recorded. */
  readonly again: boolean;
}

/** Hands an outcome (or progress: the effect stays open until a turn settles it) back to the actor. */
export type ReportOutcome = (outcome: PlainObject) => void;

export interface Effects {
  /** Starts an effect. Never throws and never waits; what happens is reported, any number of times. */
  run(effect: CommittedEffect, report: ReportOutcome): void;
  /** The effect was settled or its shard is gone: stop caring. Called for every effect that `run` got. */
  forget(from: Address, id: string): void;
}
