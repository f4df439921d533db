// Timeouts and retry policies as they are written.

import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../src/definition/attribute.ts';
import { parseDuration } from '../../../src/definition/duration.ts';
import type { JsonObject, JsonValue } from '../../../src/definition/json.ts';
import { compiled, firstStep, noop, stepProblems, workflow } from './compiled.ts';

const HOUR = 3_600_000;

/** What an attribute comes to once its texts are `texts`. */
function resolved<Value>(attribute: Attribute<Value>, ...texts: readonly string[]): unknown {
  if (attribute.kind === 'fixed') return attribute.value;
  const result = attribute.read(texts);
  return result.kind === 'value' ? result.value : result.problem.rule;
}

describe('a duration', () => {
  it.each([
    ['45', 45_000],
    ['90s', 90_000],
    ['2 min', 120_000],
    ['1day 2h', 26 * HOUR],
    ['1h2min3sec4ms', HOUR + 123_004],
    ['2 Hours', 2 * HOUR],
    ['30s 1h', HOUR + 30_000],
    ['PT1H30M', 1.5 * HOUR],
    ['P1DT5S', 24 * HOUR + 5_000],
  ])('of %s is read', (text, ms) => {
    expect(parseDuration(text, 1_000)).toBe(ms);
  });

  it.each(['', 'soon', '1.5h', '-5', '5 fortnights', '1h and more', 'P', 'PT', 'h'])(
    'is not %j',
    (text) => {
      expect(parseDuration(text, 1_000)).toBeUndefined();
    },
  );
});

describe('a timeout', () => {
  it('counts seconds, and is more than nothing and at most 120 days', () => {
    expect(compiled(workflow({ timeout: 90 })).timeout).toEqual({ kind: 'fixed', value: 90_000 });
    expect(stepProblems({ timeout: '120 days' })).toEqual([]);
    for (const timeout of [0, -1, 1.5, '0s', '121d', 'soon', true, []] satisfies JsonValue[]) {
      expect(stepProblems({ timeout })).toHaveLength(1);
    }
  });

  it('is worked out in the run when it names a parameter', () => {
    const { timeout } = firstStep(noop('a', { timeout: '${n}min' }));
    expect(timeout).toMatchObject({ kind: 'written', texts: ['${n}min'] });
    expect(resolved(timeout, '3min')).toBe(180_000);
    expect(resolved(timeout, 'xmin')).toMatch(/^be a duration/);
  });
});

describe('a retry policy', () => {
  const policy = (retry_policy: JsonObject) => firstStep(noop('a', { retry_policy })).retryPolicy;
  const usual = { backoffMs: 60_000, exponent: 2 };

  it('is filled up with defaults', () => {
    expect(
      resolved(policy({ error_retry_limit: '5', backoff: { error_retry_exponent: 3 } })),
    ).toEqual({
      error: { limit: 5, backoffMs: 60_000, exponent: 3, delayLimitMs: 600_000 },
      platform: { limit: 10, ...usual, delayLimitMs: HOUR },
      timeout: { limit: 0, ...usual, delayLimitMs: HOUR },
    });
    expect(firstStep(noop('a')).retryPolicy).toMatchObject({ value: { error: { limit: 2 } } });
  });

  it('waits equally long with a fixed back-off', () => {
    const backoff = { type: 'fixed_backoff', timeout_retry_backoff_in_secs: '2 min' };
    expect(resolved(policy({ backoff }))).toMatchObject({
      timeout: { limit: 0, backoffMs: 120_000, exponent: 1, delayLimitMs: 120_000 },
    });
  });

  it('is worked out in the run when it names parameters, and the default when that fails', () => {
    const written = policy({
      error_retry_limit: '${n}',
      platform_retry_limit: 4,
      backoff: { type: 'FIXED_BACKOFF', error_retry_backoff_in_secs: '${gap}s' },
    });
    expect(written).toMatchObject({
      kind: 'written',
      texts: ['${n}', '${gap}s'],
      otherwise: { error: { limit: 2 }, platform: { limit: 10 } },
    });
    expect(resolved(written, '7', '5s')).toMatchObject({
      error: { limit: 7, backoffMs: 5_000 },
      platform: { limit: 4 },
    });
    expect(resolved(written, '700', '5s')).toBe('be a whole number from 0 to 99');
  });

  it('is checked where it names no parameter, also beside one that does', () => {
    for (const retry_policy of [
      { error_retry_limit: 100 },
      { error_retry_limit: '$n', platform_retry_limit: -1 },
      { timeout_retry_limit: 'often' },
      { retries: 3 },
      { backoff: { type: 'RANDOM_BACKOFF' } },
      { backoff: { type: 'FIXED_BACKOFF', error_retry_exponent: 2 } },
      { backoff: { error_retry_backoff_in_secs: 0 } },
      { backoff: { error_retry_limit_in_secs: '25h' } },
    ] satisfies JsonObject[]) {
      expect(stepProblems({ retry_policy })).toHaveLength(1);
    }
  });
});
