// Retry policies: how often failures of an attempt are tried again, and when.

import { type Attribute, type AttributeValue, fixed } from './attribute.ts';
import { type DurationRange, isWritten, readDuration } from './duration.ts';
import { Fields } from './fields.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { type Problem, problem } from './problem.ts';

/** How often failures of one class are tried again, and when. */
interface RetryRule {
  readonly limit: number;
  readonly backoffMs: number;
  /** Each delay is the one before times this; 1: all are alike. */
  readonly exponent: number;
  readonly delayLimitMs: number;
}

export interface RetryPolicy {
  readonly error: RetryRule;
  readonly platform: RetryRule;
  readonly timeout: RetryRule;
}

const CLASSES = ['error', 'platform', 'timeout'] as const;
const BACKOFFS = ['EXPONENTIAL_BACKOFF', 'FIXED_BACKOFF'] as const;

const MINUTE_MS = 60_000;
const DEFAULT_POLICY: RetryPolicy = {
  error: { limit: 2, backoffMs: MINUTE_MS, exponent: 2, delayLimitMs: 10 * MINUTE_MS },
  platform: { limit: 10, backoffMs: MINUTE_MS, exponent: 2, delayLimitMs: 60 * MINUTE_MS },
  timeout: { limit: 0, backoffMs: MINUTE_MS, exponent: 2, delayLimitMs: 60 * MINUTE_MS },
};

/** The policy of steps that give none. */
export const DEFAULT_RETRY_POLICY: Attribute<RetryPolicy> = fixed(DEFAULT_POLICY);

const DELAY: DurationRange = {
  fromMs: 1_000,
  toMs: 86_400_000,
  bareMs: 1_000,
  rule: 'be a duration from 1 second to 1 day, in seconds or such as "5min"',
};

/** Reads a whole number, or gives the rule it breaks. */
type Reader = (json: JsonValue, path: string) => AttributeValue<number>;

const count =
  (from: number, to: number): Reader =>
  (json, path) => {
    const value = typeof json === 'string' && /^\d{1,9}$/.test(json) ? Number(json) : json;
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) {
      return { kind: 'value', value };
    }
    return {
      kind: 'refused',
      problem: problem(path, `be a whole number from ${from} to ${to}`, json),
    };
  };

const LIMIT = count(0, 99);
const EXPONENT = count(1, 1_000);
const delay: Reader = (json, path) => readDuration(json, path, DELAY);

/** One number of a policy as it was written. */
interface Entry {
  readonly field: string;
  readonly path: string;
  readonly given: JsonValue;
  readonly read: Reader;
}

/** A policy as it was written. */
interface Draft {
  readonly backoff: (typeof BACKOFFS)[number];
  readonly entries: readonly Entry[];
}

export interface ParsedRetryPolicy {
  readonly policy: Attribute<RetryPolicy>;
  /** As answers show it. */
  readonly json: JsonObject;
}

/** Reads a policy. What it leaves out is as by default; one that names parameters is worked out in each run. */
export function parseRetryPolicy(
  json: JsonValue,
  path: string,
  problems: Problem[],
): ParsedRetryPolicy | undefined {
  const before = problems.length;
  const fields = Fields.of(json, path, problems);
  if (fields === undefined) return undefined;
  const limits = CLASSES.flatMap((name) => entry(fields, `${name}_retry_limit`, LIMIT));
  const { backoff, delays } = parseBackoff(fields);
  const kept = fields.close();
  const draft: Draft = { backoff, entries: [...limits, ...delays] };
  const texts = draft.entries.map(({ given }) => given).filter(isWritten);
  const policy = policyOf(
    draft,
    texts.map(() => undefined),
  );
  if (policy.kind === 'refused') problems.push(policy.problem);
  if (problems.length > before || policy.kind === 'refused') return undefined;
  if (texts.length === 0) return { policy: fixed(policy.value), json: kept };
  const read = (values: readonly string[]): AttributeValue<RetryPolicy> => policyOf(draft, values);
  return {
    policy: { kind: 'written', path, texts, read, otherwise: DEFAULT_POLICY },
    json: kept,
  };
}

function parseBackoff(fields: Fields): { backoff: Draft['backoff']; delays: readonly Entry[] } {
  const given = fields.read('backoff');
  const none = { backoff: BACKOFFS[0], delays: [] };
  if (given === undefined) return none;
  const inner = Fields.of(given, fields.pathOf('backoff'), fields.problems);
  if (inner === undefined) return none;
  const backoff = inner.word('type', BACKOFFS) ?? BACKOFFS[0];
  const delays = CLASSES.flatMap((name) => [
    ...entry(inner, `${name}_retry_backoff_in_secs`, delay),
    ...(backoff === 'FIXED_BACKOFF'
      ? []
      : [
          ...entry(inner, `${name}_retry_exponent`, EXPONENT),
          ...entry(inner, `${name}_retry_limit_in_secs`, delay),
        ]),
  ]);
  fields.keep('backoff', inner.close());
  return { backoff, delays };
}

function entry(fields: Fields, field: string, read: Reader): readonly Entry[] {
  const given = fields.read(field);
  if (given === undefined) return [];
  fields.keep(field, given);
  return [{ field, path: fields.pathOf(field), given, read }];
}

/**
 * The policy of a draft whose texts have become `values`, in the order of its entries. A value of undefined is not known
 * yet and counts as left out.
 */
function policyOf(
  draft: Draft,
  values: readonly (string | undefined)[],
): AttributeValue<RetryPolicy> {
  const numbers = new Map<string, number>();
  let next = 0;
  for (const { field, path, given, read } of draft.entries) {
    const value = isWritten(given) ? values[next++] : given;
    if (value === undefined) continue;
    const result = read(value, path);
    if (result.kind === 'refused') return result;
    numbers.set(field, result.value);
  }
  const [error, platform, timeout] = CLASSES.map((name) => ruleOf(name, draft.backoff, numbers));
  return {
    kind: 'value',
    value: {
      error: error ?? DEFAULT_POLICY.error,
      platform: platform ?? DEFAULT_POLICY.platform,
      timeout: timeout ?? DEFAULT_POLICY.timeout,
    },
  };
}

function ruleOf(
  name: (typeof CLASSES)[number],
  backoff: Draft['backoff'],
  numbers: ReadonlyMap<string, number>,
): RetryRule {
  const usual = DEFAULT_POLICY[name];
  const limit = numbers.get(`${name}_retry_limit`) ?? usual.limit;
  const backoffMs = numbers.get(`${name}_retry_backoff_in_secs`) ?? usual.backoffMs;
  if (backoff === 'FIXED_BACKOFF')
    return { limit, backoffMs, exponent: 1, delayLimitMs: backoffMs };
  return {
    limit,
    backoffMs,
    exponent: numbers.get(`${name}_retry_exponent`) ?? usual.exponent,
    delayLimitMs: numbers.get(`${name}_retry_limit_in_secs`) ?? usual.delayLimitMs,
  };
}
