// Durations as people write them: numbers, texts such as `1h 30min`, ISO 8601 such as `PT90M`, and any of these with the
// names of workflow parameters in them.

import { type Attribute, type AttributeValue, fixed } from './attribute.ts';
import type { JsonValue } from './json.ts';
import { problem } from './problem.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^(?:d|days?)$/, DAY_MS],
  [/^(?:h|hours?)$/, 3_600_000],
  [/^(?:min|minutes?)$/, 60_000],
  [/^(?:s|secs?|seconds?)$/, SECOND_MS],
  [/^(?:ms|milliseconds?)$/, 1],
];

const PART = /(\d{1,15}) ?([a-z]+)\s*/y;
const ISO = /^p(?:(\d{1,9})d)?(?:t(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?)?$/;

/** Milliseconds of a text; `bare` is what a number without a unit counts. Undefined when it is no duration. */
export function parseDuration(text: string, bare: number): number | undefined {
  const lower = text.trim().toLowerCase();
  if (/^\d{1,15}$/.test(lower)) return Number(lower) * bare;
  return isoDuration(lower) ?? sumOfParts(lower);
}

function sumOfParts(text: string): number | undefined {
  if (text === '') return undefined;
  let sum = 0;
  PART.lastIndex = 0;
  for (let end = 0; end < text.length; end = PART.lastIndex) {
    const part = PART.exec(text);
    const unit = UNITS.find(([pattern]) => pattern.test(part?.[2] ?? ''));
    if (part === null || unit === undefined) return undefined;
    sum += Number(part[1]) * unit[1];
  }
  return sum;
}

function isoDuration(text: string): number | undefined {
  const match = /\d/.test(text) ? ISO.exec(text) : null;
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  const whole = ((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0);
  return (whole * 60 + (seconds ?? 0)) * SECOND_MS;
}

/** What a value with a unit may be, in milliseconds, both inclusive. */
export interface DurationRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** What a number without a unit counts. */
  readonly bareMs: number;
  /** Completes "must". */
  readonly rule: string;
}

const TIMEOUT: DurationRange = {
  fromMs: 1,
  toMs: 120 * DAY_MS,
  bareMs: SECOND_MS,
  rule: 'be a duration of more than 0 and at most 120 days, such as 90, "90s" or "1h 30min"',
};

/** Timeout of workflows and steps that give none. */
export const DEFAULT_TIMEOUT: Attribute<number> = fixed(10 * DAY_MS);

/** A timeout in milliseconds. Reports nothing: a fixed one that is wrong is `refused`. */
export function timeoutAttribute(
  json: JsonValue,
  path: string,
): Attribute<number> | Extract<AttributeValue<number>, { readonly kind: 'refused' }> {
  return durationAttribute(json, path, TIMEOUT);
}

/** A duration that is fixed, or left to a run's parameters. */
export function durationAttribute(
  json: JsonValue,
  path: string,
  range: DurationRange,
): Attribute<number> | Extract<AttributeValue<number>, { readonly kind: 'refused' }> {
  const read = (value: JsonValue | undefined): AttributeValue<number> =>
    readDuration(value, path, range);
  if (isWritten(json)) {
    return { kind: 'written', path, texts: [json], read: ([text]) => read(text) };
  }
  const result = read(json);
  return result.kind === 'value' ? fixed(result.value) : result;
}

/** Milliseconds of a number or a text without names. */
export function readDuration(
  json: JsonValue | undefined,
  path: string,
  range: DurationRange,
): AttributeValue<number> {
  const value =
    typeof json === 'string'
      ? parseDuration(json, range.bareMs)
      : typeof json === 'number' && Number.isInteger(json)
        ? json * range.bareMs
        : undefined;
  if (value !== undefined && value >= range.fromMs && value <= range.toMs) {
    return { kind: 'value', value };
  }
  return { kind: 'refused', problem: problem(path, range.rule, json) };
}

/** Does a value name parameters that are known in a run only? */
export function isWritten(json: JsonValue | undefined): json is string {
  return typeof json === 'string' && json.includes('$');
}
