// What a program may reach of the world while it runs: nothing but this.

import type { Limits } from './limits.ts';
import type { SelFailure, SelValue } from './value.ts';

export interface Environment {
  /** An input by name; undefined when there is none, which the program sees as null. */
  readonly read: (name: string) => SelValue | undefined;
  /** A function of `params` that the language itself does not have. Without it there are none. */
  readonly call?: (name: string, args: readonly SelValue[]) => SelValue | SelFailure;
  /** The time, in milliseconds since 1970. Recorded by the caller, like the next two. */
  readonly nowMs: () => number;
  /** From 0, below 1. */
  readonly random: () => number;
  readonly uuid: () => string;
  readonly limits: Limits;
}
