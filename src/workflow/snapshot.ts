// The properties of a workflow: one snapshot that applies to all its versions, replaced as a whole when anything changes.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { Problem } from '../definition/problem.ts';
import {
  DEFAULT_RUN_STRATEGY,
  parseRunStrategy,
  type RunStrategy,
  strategyJson,
} from '../definition/run-strategy.ts';
import { listed } from './listing.ts';
import type { Refusal } from './message.ts';
import { letGo } from './permit.ts';
import { invalid, refusal } from './refusal.ts';
import { switchRefusal } from './run-strategy.ts';
import { propertiesRow } from './run-properties.ts';
import { LATEST_PROPERTIES, type LiveHead } from './state.ts';
import { addToTimeline } from './timeline.ts';
import type { Turn } from './turn.ts';

/** What people may set, but for tags, which have messages of their own. */
const SETTABLE = [
  'owner',
  'access_control',
  'run_strategy',
  'step_concurrency',
  'alerting',
  'alerting_disabled',
  'retention',
  'signal_trigger_disabled',
  'time_trigger_disabled',
  'description',
] as const;

/** Properties that a push which brings properties unsets when it does not name them. */
const UNSET_BY_PUSH: ReadonlySet<string> = new Set([
  'run_strategy',
  'step_concurrency',
  'alerting',
]);

export type MergedProperties =
  | { readonly kind: 'merged'; readonly snapshot: PlainObject; readonly strategy: RunStrategy }
  | Refusal;

/** What a push makes of the properties. A push without any changes nothing. */
export function mergePushed(
  previous: PlainObject | undefined,
  pushed: PlainObject | null,
): MergedProperties {
  if (pushed === null) return merged(previous ?? {}, {});
  const kept: { [name: string]: Plain | undefined } = {};
  for (const [name, value] of Object.entries(previous ?? {})) {
    if (!UNSET_BY_PUSH.has(name)) kept[name] = value;
  }
  return merged(kept, pushed);
}

/** What an update makes of the properties: fields replace, reset flags unset. */
function mergeUpdate(previous: PlainObject, update: PlainObject): MergedProperties {
  const problems = contradictions(update);
  if (problems.length > 0) return invalid('the properties update contradicts itself', problems);
  const kept: { [name: string]: Plain | undefined } = { ...previous };
  if (update['reset_step_concurrency'] === true) delete kept['step_concurrency'];
  if (update['reset_run_strategy_rule'] === true) delete kept['run_strategy'];
  if (update['reset_workflow_concurrency'] === true && kept['run_strategy'] !== undefined) {
    const strategy = parseRunStrategy(kept['run_strategy'], 'run_strategy', []);
    if (strategy?.rule === 'PARALLEL') kept['run_strategy'] = 'PARALLEL';
  }
  return merged(kept, update);
}

/** Pairs of a reset flag and the property it contradicts. */
const RESETS = [
  ['reset_run_strategy_rule', 'run_strategy'],
  ['reset_workflow_concurrency', 'run_strategy'],
  ['reset_step_concurrency', 'step_concurrency'],
] as const;

function contradictions(update: PlainObject): readonly Problem[] {
  return RESETS.filter(([flag, name]) => update[flag] === true && isGiven(update[name])).map(
    ([flag, name]) => ({
      path: `properties.${name}`,
      rule: `not be given together with ${flag}`,
      found: 'both',
    }),
  );
}

function merged(kept: PlainObject, given: PlainObject): MergedProperties {
  const snapshot: { [name: string]: Plain | undefined } = { ...kept };
  for (const name of SETTABLE) if (isGiven(given[name])) snapshot[name] = given[name];
  if (snapshot['run_strategy'] === undefined) {
    return { kind: 'merged', snapshot, strategy: DEFAULT_RUN_STRATEGY };
  }
  const problems: Problem[] = [];
  const strategy = parseRunStrategy(snapshot['run_strategy'], 'properties.run_strategy', problems);
  if (strategy === undefined) return invalid('the properties are not valid', problems);
  return {
    kind: 'merged',
    snapshot: { ...snapshot, run_strategy: strategyJson(strategy) },
    strategy,
  };
}

function isGiven(value: Plain | undefined): boolean {
  return value !== undefined && value !== null;
}

/** The head with what turns read of new properties. */
export function withSettings(
  head: LiveHead,
  { snapshot, strategy }: Extract<MergedProperties, { readonly kind: 'merged' }>,
): LiveHead {
  const steps = snapshot['step_concurrency'];
  return { ...head, strategy, stepConcurrency: typeof steps === 'number' ? steps : 0 };
}

/** Makes a snapshot the newest one. Its creation time is its version, so it differs from the one before. */
export function keepSnapshot(turn: Turn, snapshot: PlainObject, author: string): PlainObject {
  const before = turn.properties.get(LATEST_PROPERTIES)?.snapshot['create_time'];
  const create_time = Math.max(turn.nowMs, typeof before === 'number' ? before + 1 : 0);
  const row = { ...snapshot, workflow_id: turn.workflowId, create_time, author };
  turn.properties = turn.properties.set(LATEST_PROPERTIES, propertiesRow(row));
  return row;
}

/** Updates the properties; queued instances see a new run strategy at once. */
export function updateProperties(
  turn: Turn,
  head: LiveHead,
  update: PlainObject,
  author: string,
): void {
  const outcome = mergeUpdate(turn.properties.get(LATEST_PROPERTIES)?.snapshot ?? {}, update);
  if (outcome.kind === 'refused') {
    turn.reply(outcome);
    return;
  }
  const contradiction = switchRefusal(head.strategy.rule, outcome.strategy.rule, head);
  if (contradiction !== undefined) {
    turn.reply(refusal('precondition-failed', contradiction));
    return;
  }
  replaceSnapshot(turn, withSettings(head, outcome), outcome.snapshot, {
    author,
    log: 'updated the properties',
  });
}

/** Adds a tag, or replaces the one of its name in its place. */
export function addTag(turn: Turn, head: LiveHead, tag: PlainObject, author: string): void {
  const snapshot = turn.properties.get(LATEST_PROPERTIES)?.snapshot ?? {};
  const added = {
    ...tag,
    namespace: 'PLATFORM',
    creator: author,
    created_at_milli: turn.nowMs,
  };
  const tags = tagsOf(snapshot);
  const isNamed = (other: PlainObject): boolean => other['name'] === tag['name'];
  const next = tags.some(isNamed)
    ? tags.map((other) => (isNamed(other) ? added : other))
    : [...tags, added];
  const log = `added the tag [${String(tag['name'])}]`;
  replaceSnapshot(turn, head, { ...snapshot, tags: next }, { author, log });
}

/** Removes a tag. */
export function deleteTag(turn: Turn, head: LiveHead, name: string, author: string): void {
  const snapshot = turn.properties.get(LATEST_PROPERTIES)?.snapshot ?? {};
  const tags = tagsOf(snapshot);
  const left = tags.filter((tag) => tag['name'] !== name);
  if (left.length === tags.length) {
    turn.reply(refusal('not-found', `workflow [${turn.workflowId}] has no tag [${name}]`));
    return;
  }
  const next = { ...snapshot, tags: left.length === 0 ? undefined : left };
  replaceSnapshot(turn, head, next, { author, log: `deleted the tag [${name}]` });
}

function tagsOf(snapshot: PlainObject): readonly PlainObject[] {
  const tags = snapshot['tags'];
  return Array.isArray(tags) ? tags.filter(isObject) : [];
}

function isObject(value: Plain): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Change {
  readonly author: string;
  readonly log: string;
}

function replaceSnapshot(
  turn: Turn,
  head: LiveHead,
  snapshot: PlainObject,
  { author, log }: Change,
): void {
  const row = keepSnapshot(turn, snapshot, author);
  turn.record({ kind: 'properties-changed', author, time: turn.nowMs });
  turn.head = letGo(turn, listed(turn, addToTimeline(turn, head, author, log)));
  turn.reply({ kind: 'properties', snapshot: row });
}
