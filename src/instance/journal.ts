// The journal of an instance: what changed, for watchers and publishers. One entry per turn that changed a status.
//
// An entry is a flat list [time, run, instance before, instance after, began, groups…]. `began` is 1 when the run began in
// the turn. A group [index, count, attempt, from, stage, to] says that `count` steps from `index` on went, each in its
// attempt of that number, from one status over the stages up to `stage` to another. Statuses are positions in
// INSTANCE_STATUSES and STEP_STATUSES; an instance that did not exist is -1. A chain of steps that all succeed in one turn
// is one group, so an entry hardly grows with the graph.

import {
  INSTANCE_STATUSES,
  type InstanceStatus,
  STEP_STATUSES,
  type StepStatus,
} from './status.ts';
import { STAGE } from './state.ts';

/** Statuses that an attempt shows while it is in a stage; that of END is its last status. */
const STAGE_STATUS: readonly StepStatus[] = [
  'CREATED',
  'INITIALIZED',
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'STARTING',
  'RUNNING',
  'FINISHING',
];

const HEADER = 5;
const GROUP = 6;

/** A change of one attempt, with every status it passed. */
interface StepChange {
  /** Of the step, from 0. */
  readonly index: number;
  readonly attempt: number;
  /** The status before, then each one it came to; at least two. */
  readonly statuses: readonly StepStatus[];
}

/** What happened to an instance in one turn, all of it at `timeMs`. */
export interface InstanceChange {
  readonly timeMs: number;
  readonly runId: number;
  /** The status before (CREATED if it did not exist), then each one it came to. */
  readonly statuses: readonly InstanceStatus[];
  /** It came into being. */
  readonly isNew: boolean;
  readonly steps: readonly StepChange[];
}

/** Collects the changes of a turn. */
export class JournalEntry {
  readonly #numbers: number[];

  /** @param before position of the instance's status, -1 when it did not exist */
  constructor(timeMs: number, runId: number, before: number) {
    this.#numbers = [timeMs, runId, before, before, 0];
  }

  /** @param stage the last stage that the attempt reached before `to` */
  step(index: number, attempt: number, from: number, stage: number, to: number): void {
    const numbers = this.#numbers;
    const last = numbers.length - GROUP;
    if (
      last >= HEADER &&
      numbers[last + 5] === to &&
      numbers[last + 4] === stage &&
      numbers[last + 3] === from &&
      numbers[last + 2] === attempt
    ) {
      const count = numbers[last + 1] ?? 0;
      if (numbers[last] === index - count) {
        numbers[last + 1] = count + 1;
        return;
      }
    }
    numbers.push(index, 1, attempt, from, stage, to);
  }

  /** The run begins in this turn. */
  begin(): void {
    this.#numbers[4] = 1;
  }

  /** The entry, or undefined when nothing changed. @param after position of the instance's status */
  finished(after: number): readonly number[] | undefined {
    const numbers = this.#numbers;
    if (numbers.length === HEADER && numbers[2] === after) return undefined;
    numbers[3] = after;
    return numbers;
  }
}

/** Reads an entry. */
export function decodeJournalEntry(entry: readonly number[]): InstanceChange {
  const [timeMs = 0, runId = 0, before = -1, after = -1, began = 0] = entry;
  const steps: StepChange[] = [];
  for (let at = HEADER; at < entry.length; at += GROUP) {
    const [index = 0, count = 0, attempt = 0, from = 0, stage = 0, to = 0] = entry.slice(at);
    const statuses = stepStatuses(from, stage, to);
    for (let one = 0; one < count; one++) steps.push({ index: index + one, attempt, statuses });
  }
  return {
    timeMs,
    runId,
    statuses: instanceStatuses(before, after, began === 1),
    isNew: before === -1,
    steps,
  };
}

function stepStatuses(from: number, stage: number, to: number): readonly StepStatus[] {
  const first = STEP_STATUSES[from] ?? 'NOT_CREATED';
  const last = STEP_STATUSES[to] ?? 'NOT_CREATED';
  const begun = STAGE_STATUS.indexOf(first);
  const isUnderway = begun >= 0 || first === 'NOT_CREATED';
  const passed = STAGE_STATUS.filter(
    (status, at) =>
      isUnderway && at > begun && at <= stage && status !== 'PAUSED' && status !== last,
  );
  return first === last ? [first] : [first, ...passed, last];
}

function instanceStatuses(
  before: number,
  after: number,
  began: boolean,
): readonly InstanceStatus[] {
  const path: InstanceStatus[] = [INSTANCE_STATUSES[before] ?? 'CREATED'];
  const last = INSTANCE_STATUSES[after];
  if (began) path.push('IN_PROGRESS');
  if (last !== undefined && last !== path.at(-1)) path.push(last);
  return path;
}

/** The last stage an attempt reached, its end left out. */
export function lastStage(times: readonly number[]): number {
  let stage: number = STAGE.FINISH;
  while (stage > STAGE.CREATE && times[stage] === 0) stage--;
  return stage;
}
