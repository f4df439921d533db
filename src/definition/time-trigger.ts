// Time triggers: when a workflow starts by itself.

import { type Attribute, fixed } from './attribute.ts';
import { Cron } from './cron.ts';
import { type DurationRange, durationAttribute } from './duration.ts';
import { Fields } from './fields.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Problem } from './problem.ts';

export interface TimeTrigger {
  readonly type: 'CRON' | 'PREDEFINED';
  readonly cron: Cron;
  /** An IANA name. */
  readonly timezone: string;
  /** How far an execution may be shifted, in milliseconds. */
  readonly fuzzyMaxDelay: Attribute<number>;
}

const TYPES = ['CRON', 'PREDEFINED', 'INTERVAL'] as const;

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['hourly', '0 * * * *'],
  ['daily', '0 0 * * *'],
  ['weekly', '0 0 * * 0'],
  ['monthly', '0 0 1 * *'],
  ['yearly', '0 0 1 1 *'],
]);

/** Time between two executions, at least. */
const GAP_MS = 120_000;
const DELAY: DurationRange = {
  fromMs: 0,
  toMs: 86_400_000,
  bareMs: 1,
  rule: 'be a duration of at most 1 day, in milliseconds or such as "30s"',
};

const NO_DELAY: Attribute<number> = fixed(0);

/** Reads a trigger; `json` is how answers show it. */
export function parseTimeTrigger(
  json: JsonValue,
  path: string,
  problems: Problem[],
): { readonly trigger: TimeTrigger | undefined; readonly json: JsonObject } | undefined {
  const fields = Fields.of(json, path, problems);
  if (fields === undefined) return undefined;
  const type = fields.word('type', TYPES);
  if (fields.read('type') === undefined) fields.refuse('type', `be one of ${TYPES.join(', ')}`);
  if (type === undefined) return undefined;
  if (type === 'INTERVAL') {
    fields.refuse(
      'type',
      'be CRON or PREDEFINED, because intervals have no executions of their own',
    );
    return undefined;
  }
  const timezone = parseTimezone(fields);
  const text = type === 'CRON' ? fields.requiredText('cron') : predefined(fields);
  const fuzzyMaxDelay = parseDelay(fields);
  const cron =
    text === undefined || timezone === undefined
      ? undefined
      : parseCron(fields, type, text, timezone);
  const kept = fields.close();
  if (cron === undefined || timezone === undefined) return { trigger: undefined, json: kept };
  return { trigger: { type, cron, timezone, fuzzyMaxDelay }, json: kept };
}

function parseTimezone(fields: Fields): string | undefined {
  const zone = fields.text('timezone');
  if (zone === undefined) return fields.read('timezone') === undefined ? 'UTC' : undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fields.refuse('timezone', 'be the name of a time zone, such as Europe/Paris');
    return undefined;
  }
}

function predefined(fields: Fields): string | undefined {
  const expression = fields.requiredText('expression');
  if (expression === undefined) return undefined;
  const cron = PREDEFINED.get(expression.replace(/^@/, '').toLowerCase());
  if (cron === undefined) {
    const words = [...PREDEFINED.keys()].map((word) => `@${word}`).join(', ');
    fields.refuse('expression', `be one of ${words}`);
  }
  return cron;
}

function parseDelay(fields: Fields): Attribute<number> {
  const json = fields.read('fuzzy_max_delay');
  if (json === undefined) return NO_DELAY;
  const delay = durationAttribute(json, fields.pathOf('fuzzy_max_delay'), DELAY);
  fields.keep('fuzzy_max_delay', json);
  if (delay.kind !== 'refused') return delay;
  fields.problems.push(delay.problem);
  return NO_DELAY;
}

function parseCron(
  fields: Fields,
  type: TimeTrigger['type'],
  text: string,
  timezone: string,
): Cron | undefined {
  const field = type === 'CRON' ? 'cron' : 'expression';
  const reading = Cron.parse(text, timezone);
  if (reading.kind === 'refused') {
    fields.refuse(field, reading.rule);
    return undefined;
  }
  if (reading.gapMs < GAP_MS) {
    fields.refuse(field, 'leave at least 2 minutes between two executions');
  }
  return reading.cron;
}
