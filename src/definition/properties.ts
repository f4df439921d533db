// Properties of a workflow: what applies to all its versions, as pushes and update requests bring it.

import { parseDuration } from './duration.ts';
import { Fields } from './fields.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { type Problem, problem } from './problem.ts';
import { parseRunStrategy, strategyJson } from './run-strategy.ts';
import { DESCRIPTION_LENGTH } from './step.ts';

/** Steps of one workflow at a time, at most. */
const STEP_CONCURRENCY = 1_000;

const RESETS = [
  'reset_run_strategy_rule',
  'reset_workflow_concurrency',
  'reset_step_concurrency',
] as const;

/**
 * Reads the properties of a push. Null or absent is null, and so is what is wrong, with a problem. The result holds what
 * was given, words in their own spelling; whether an owner is needed depends on what the workflow has already.
 */
export function parseProperties(
  json: unknown,
  path: string,
  problems: Problem[],
): JsonObject | null {
  if (json === undefined || json === null) return null;
  const fields = Fields.of(json, path, problems);
  if (fields === undefined) return null;
  parseSettable(fields);
  return fields.close();
}

/** Reads a request to update properties, which may also reset some of them. */
export function parsePropertiesUpdate(
  json: unknown,
  path: string,
  problems: Problem[],
): JsonObject | null {
  const fields = Fields.of(json, path, problems);
  if (fields === undefined) return null;
  parseSettable(fields);
  for (const flag of RESETS) fields.truth(flag);
  return fields.close();
}

function parseSettable(fields: Fields): void {
  parseOwner(fields);
  fields.object('access_control');
  parseStrategy(fields);
  fields.whole('step_concurrency', 1, STEP_CONCURRENCY);
  parseAlerting(fields);
  parseRetention(fields);
  fields.truth('alerting_disabled');
  fields.truth('signal_trigger_disabled');
  fields.truth('time_trigger_disabled');
  fields.text('description', DESCRIPTION_LENGTH);
  const tags = fields.read('tags');
  if (tags !== undefined && !(Array.isArray(tags) && tags.length === 0)) {
    fields.refuse('tags', 'be left out, because tags are set one by one');
  }
}

function parseOwner(fields: Fields): void {
  const owner = fields.read('owner');
  if (owner === undefined) return;
  const name = isJsonObject(owner) ? owner['name'] : owner;
  if (typeof name === 'string' && name.trim() !== '') fields.keep('owner', owner);
  else fields.refuse('owner', 'be a name, or an object with a name');
}

const RETENTION_RULE = 'be keep, or a time from 1 second to 10 years such as "12h" or "7 days"';
const RETENTION_MS_MAX = 3_650 * 86_400_000;

/** How long instances are kept after their end, in milliseconds; undefined: for ever. `text` was read by parseProperties. */
export function retentionMs(text: string): number | undefined {
  return text === 'keep' ? undefined : parseDuration(text, SECOND_MS);
}

const SECOND_MS = 1_000;

/** Baton's own: Maestro keeps everything. */
function parseRetention(fields: Fields): void {
  const given = fields.read('retention');
  if (given === undefined) return;
  const ms = typeof given === 'string' ? retentionMs(given) : 0;
  const isTime = ms !== undefined && ms >= SECOND_MS && ms <= RETENTION_MS_MAX;
  if (given === 'keep' || isTime) fields.keep('retention', given);
  else fields.refuse('retention', RETENTION_RULE);
}

/** Kept as answers show it, however it was written. */
function parseStrategy(fields: Fields): void {
  const given = fields.read('run_strategy');
  if (given === undefined) return;
  const strategy = parseRunStrategy(given, fields.pathOf('run_strategy'), fields.problems);
  if (strategy !== undefined) fields.keep('run_strategy', strategyJson(strategy));
}

const DEADLINES = ['duration_minutes', 'completed_by_hour', 'completed_by_ts'] as const;

/** Kept for whoever sends alerts: only its outline is checked. */
function parseAlerting(fields: Fields): void {
  const given = fields.read('alerting');
  if (given === undefined) return;
  const inner = Fields.of(given, fields.pathOf('alerting'), fields.problems);
  if (inner === undefined) return;
  inner.texts('emails');
  inner.texts('pagerduties');
  inner.object('slack');
  inner.object('bypass_digest_config');
  inner.object('type_configs');
  inner.object('pagerduty_config');
  const tct = inner.object('tct');
  const deadlines = DEADLINES.filter((name) => (tct?.[name] ?? undefined) !== undefined);
  if (tct !== undefined && deadlines.length !== 1) {
    const rule = `have exactly one of ${DEADLINES.join(', ')}`;
    inner.problems.push(problem(inner.pathOf('tct'), rule, deadlines.join(', ')));
  }
  fields.keep('alerting', inner.close());
}
