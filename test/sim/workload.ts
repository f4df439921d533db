// What a workload is to the simulation, and which defects may be planted.

import type { AnyActorKind } from '../../cluster/port/actor-kind.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import type { PlantedBugs } from '../../cluster/runtime/services.ts';
import type { ExampleBugs } from './example.ts';

export type Plants = PlantedBugs & ExampleBugs & { readonly fenceOff?: boolean };

/** What runs on the nodes, and who uses it. */
export interface Workload {
  readonly kinds: readonly AnyActorKind[];
  /** The fact of a text. */
  fact(text: string): unknown;
  /** Lets clients loose. */
  begin(): void;
  /** Does outside work, and reports after a time of its choice. */
  runEffect(effect: CommittedEffect, report: ReportOutcome): void;
  /** Has every client got its answers? */
  isDone(): boolean;
  /** Faults are over and time has passed: what is wrong? */
  check(): Promise<void>;
}
