// What comes back from outside: the ends of launches, and evaluations that were too large for a turn.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { type JsonObject, isJsonObject } from '../definition/json.ts';
import { type Problem, problem } from '../definition/problem.ts';
import type { EvaluateOutcome, LaunchOutcome, LaunchState } from '../effect.ts';
import { decodeEvaluation, decodeText, textRequest } from '../param/evaluation-request.ts';
import { scalarText } from '../param/evaluated.ts';
import { mergeOutput } from '../param/output.ts';
import type { Parameters } from '../param/parameter.ts';
import { evaluateText, type TextResult } from '../param/step-scope.ts';
import {
  type ClosedAttempt,
  close,
  complete,
  failFatally,
  failInternally,
  failOnParams,
  follow,
  goOnWithParams,
  keepEvent,
  settle,
  settleWork,
} from './attempt.ts';
import { transitionsFrom } from './conditions.ts';
import { type Failure, retryOrFail } from './retry.ts';
import { STAGE, type StepRecord } from './state.ts';
import { evaluationContext, paramsOf, paramsRow, sightOf } from './step-params.ts';
import { logEvent, problemsEvent, withEvent } from './timeline.ts';
import type { Turn } from './turn.ts';

/** Records the evaluation of an attempt's parameters. */
export function recordEvaluation(
  turn: Turn,
  index: number,
  record: StepRecord,
  outcome: EvaluateOutcome,
): void {
  const evaluation =
    outcome.kind === 'evaluated' ? decodeEvaluation(outcome.results) : failedEvaluation(outcome);
  const closed = close(turn, index, record);
  switch (evaluation.kind) {
    case 'evaluated':
      goOnWithParams(turn, index, { ...closed, status: record.status }, evaluation.params);
      return;
    case 'over-budget':
      failOnParams(turn, index, closed, failedEvaluation({ message: 'the budget is spent' }));
      return;
    case 'failed':
    case 'needs':
      failOnParams(turn, index, closed, evaluation);
      return;
  }
}

function failedEvaluation({ message }: { readonly message: string }) {
  const problems = [{ path: 'params', rule: 'be evaluable', found: message }];
  return { kind: 'failed', problems } as const;
}

/**
 * Records what the transitions of a step came to, the last thing it waits for. A step that failed, which is ignored,
 * never reached FINISH.
 */
export function recordDecision(
  turn: Turn,
  index: number,
  record: StepRecord,
  outcome: EvaluateOutcome,
): void {
  const closed = close(turn, index, record);
  const hasFailed = record.times[STAGE.FINISH] === 0;
  const status = hasFailed ? 'COMPLETED_WITH_ERROR' : 'SUCCEEDED';
  follow(turn, index, closed, transitionsFrom(turn, index, outcome), status);
}

type Ended = Extract<LaunchOutcome, { readonly kind: 'ended' }>;

/** Records the end of the work of an attempt. */
export function recordEnd(turn: Turn, index: number, record: StepRecord, outcome: Ended): void {
  const work = { params: paramsOf(turn, index), outcome };
  proceed(turn, index, record, work, stateOf(turn, index, record, work));
}

/** Records what state_expr came to that was evaluated elsewhere. */
export function recordState(
  turn: Turn,
  index: number,
  record: StepRecord,
  evaluated: EvaluateOutcome,
): void {
  const params = paramsOf(turn, index);
  if (evaluated.kind !== 'evaluated') {
    const problems = [{ path: STATE_PATH, rule: 'be evaluable', found: evaluated.message }];
    const event = problemsEvent(turn.nowMs, UNCLEAR, problems);
    failFatally(turn, index, keepEvent(turn, index, close(turn, index, record), event), params);
    return;
  }
  const { text, kept } = decodeText(evaluated.results);
  const work = { params, outcome: kept as unknown as Ended };
  proceed(turn, index, record, work, stateFrom(turn, text));
}

/** Goes on with an attempt whose work has ended, by how it went. */
function proceed(
  turn: Turn,
  index: number,
  record: StepRecord,
  work: Work,
  state: StateOfWork,
): void {
  if (state.kind === 'again') {
    lookAgain(turn, index, record);
    return;
  }
  if (state.kind === 'later') {
    const { request } = state;
    settleWork(turn, index, record);
    turn.open(turn.nameOf('state', index, record.attempt), { kind: 'evaluate', request });
    turn.adjust(index, { ...record, deciding: true });
    return;
  }
  conclude(
    turn,
    index,
    keepReport(turn, index, close(turn, index, record), work.outcome),
    work,
    state,
  );
}

/** Ends an attempt whose work has ended. */
function conclude(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  work: Work,
  state: EndOfWork,
): void {
  switch (state.kind) {
    case 'state':
      endIn(turn, index, attempt, { ...work, state: state.state });
      return;
    case 'refused':
      failOnOutput(turn, index, attempt, state.problems);
      return;
    case 'unclear':
      failFatally(turn, index, keepEvent(turn, index, attempt, state.event), work.params);
      return;
  }
}

type StateOfWork =
  | EndOfWork
  /** The call was made and has to be made again. */
  | { readonly kind: 'again' }
  /** More than one turn may spend: the request of an EvaluateEffect. */
  | { readonly kind: 'later'; readonly request: PlainObject };

type EndOfWork =
  | { readonly kind: 'state'; readonly state: LaunchState }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The expression that decides gave no state. */
  | { readonly kind: 'unclear'; readonly event: PlainObject };

interface Work {
  readonly params: Parameters;
  readonly outcome: Ended;
}

/** How the work went: what its runtime says, except for an answered Http call, whose state_expr decides. */
function stateOf(turn: Turn, index: number, record: StepRecord, work: Work): StateOfWork {
  const { params, outcome } = work;
  const isAnswered = turn.step(index).type === 'Http' && outcome.state === 'DONE';
  const expression = isAnswered ? params.get(STATE_EXPRESSION)?.evaluated : undefined;
  const text = expression === undefined ? undefined : scalarText(expression);
  if (text === undefined) return { kind: 'state', state: outcome.state };
  const answered = mergeOutput(params, jsonObject(outcome.output), turn.nowMs);
  if (answered.kind === 'refused') return answered;
  const step = { ...sightOf(turn, index, record), params: answered.params };
  const asked = { path: STATE_PATH, expression: text };
  const result = evaluateText(asked, step, evaluationContext(turn));
  if (result.kind !== 'over-budget') return stateFrom(turn, result);
  const request = textRequest(asked, step, outcome as unknown as JsonObject);
  return { kind: 'later', request: { ...request } };
}

/** The state that the expression gave. */
function stateFrom(turn: Turn, result: TextResult): StateOfWork {
  if (result.kind === 'text') return namedState(turn, result.text);
  const why =
    result.kind === 'needs' ? 'not read results of another instance' : 'be decided in time';
  const problems =
    result.kind === 'failed' ? [result.problem] : [problem(STATE_PATH, why, undefined)];
  return { kind: 'unclear', event: problemsEvent(turn.nowMs, UNCLEAR, problems) };
}

const STATE_EXPRESSION = 'state_expr';
const STATE_PATH = `params.${STATE_EXPRESSION}`;
const UNCLEAR = 'The state of the step cannot be decided';

function namedState(turn: Turn, name: string): StateOfWork {
  const upper = name.toUpperCase();
  if (upper === 'CONTINUE') return { kind: 'again' };
  const state = LAUNCH_STATES.find((known) => known === upper);
  if (state !== undefined) return { kind: 'state', state };
  const rule = `be one of CONTINUE, ${LAUNCH_STATES.join(', ')}`;
  const problems = [problem(STATE_PATH, rule, name)];
  return { kind: 'unclear', event: problemsEvent(turn.nowMs, UNCLEAR, problems) };
}

const LAUNCH_STATES: readonly LaunchState[] = [
  'DONE',
  'USER_ERROR',
  'PLATFORM_ERROR',
  'FATAL_ERROR',
  'STOPPED',
  'TIMED_OUT',
];

/** Between two calls of a step that is to be looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 3_000;

function lookAgain(turn: Turn, index: number, record: StepRecord): void {
  const alarmAtMs = turn.nowMs + LOOK_AGAIN_MS;
  settleWork(turn, index, record);
  turn.arm(turn.nameOf('look', index, record.attempt), alarmAtMs);
  turn.adjust(index, { ...record, alarmAtMs, deciding: false });
}

/** Keeps what a runtime reports beside its state: lines and artifacts. */
function keepReport(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  { messages = [], artifacts }: Ended,
): ClosedAttempt {
  if (messages.length === 0 && artifacts === undefined) return attempt;
  const details = turn.detailsOf(index, attempt);
  let { timeline } = details;
  for (const message of messages) timeline = withEvent(timeline, logEvent(turn.nowMs, message));
  const all = artifacts === undefined ? details.artifacts : { ...details.artifacts, ...artifacts };
  return turn.keepDetails(index, attempt, { ...details, timeline, artifacts: all });
}

interface Conclusion extends Work {
  readonly state: LaunchState;
}

function endIn(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  { params, state, outcome }: Conclusion,
): void {
  switch (state) {
    case 'DONE':
      finish(turn, index, attempt, { params, outcome });
      return;
    case 'USER_ERROR':
      tryAgain(turn, index, attempt, { class: 'error', params }, outcome);
      return;
    case 'PLATFORM_ERROR':
      tryAgain(turn, index, attempt, { class: 'platform', params }, outcome);
      return;
    case 'FATAL_ERROR':
      failFatally(turn, index, attempt, params);
      return;
    case 'STOPPED':
    case 'TIMED_OUT':
      settle(turn, index, attempt, state);
      return;
  }
}

function finish(turn: Turn, index: number, attempt: ClosedAttempt, work: Work): void {
  const merged = mergeOutput(work.params, jsonObject(work.outcome.output), turn.nowMs);
  if (merged.kind === 'refused') {
    failOnOutput(turn, index, attempt, merged.problems);
    return;
  }
  const params = paramsRow(turn, index, merged.params);
  const known =
    params === undefined || work.outcome.output === undefined
      ? attempt
      : turn.keepDetails(index, attempt, { ...turn.detailsOf(index, attempt), params });
  complete(turn, index, known, merged.params);
}

function failOnOutput(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  problems: readonly Problem[],
): void {
  const message = 'The output of the step does not fit its parameters';
  failInternally(turn, index, attempt, problemsEvent(turn.nowMs, message, problems));
}

/** A runtime may forbid another try in the artifact maestro_retry. */
function tryAgain(
  turn: Turn,
  index: number,
  attempt: ClosedAttempt,
  failure: Failure,
  { artifacts }: Ended,
): void {
  const advice = artifacts?.['maestro_retry'];
  if (isJsonObject(advice) && advice['retryable'] === false) {
    failFatally(turn, index, attempt, failure.params);
  } else {
    retryOrFail(turn, index, attempt, failure);
  }
}

function jsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
