// Triggers as they are written.

import { describe, expect, it } from 'vitest';
import { Cron } from '../../../src/definition/cron.ts';
import type { JsonObject } from '../../../src/definition/json.ts';
import { compiled, noop, problemsOf, workflow } from './compiled.ts';

const timed = (trigger: JsonObject): JsonObject => workflow({ time_triggers: [trigger] });
const cron = (text: string, more: JsonObject = {}): JsonObject =>
  timed({ type: 'CRON', cron: text, ...more });

/** The first execution after an instant, both as ISO text. */
function next(text: string, after: string, timezone = 'UTC'): string | undefined {
  const reading = Cron.parse(text, timezone);
  if (reading.kind === 'refused') return reading.rule;
  const ms = reading.cron.next(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

describe('a cron expression', () => {
  it.each([
    ['0 3 * * *', '2026-01-01T03:00:00.000Z'],
    ['*/2 * * * *', '2026-01-01T00:02:00.000Z'],
    ['0 0 12 1/1 * ? *', '2026-01-01T12:00:00.000Z'],
    ['0 0 * * 0', '2026-01-04T00:00:00.000Z'],
    ['0 0 0 ? * 1', '2026-01-04T00:00:00.000Z'],
    ['0 0 0 ? * MON-FRI', '2026-01-02T00:00:00.000Z'],
    ['0 0 0 ? * 6L', '2026-01-30T00:00:00.000Z'],
    ['0 0 0 ? * 2#1', '2026-01-05T00:00:00.000Z'],
  ])('of Unix or Quartz is read: %s', (text, expected) => {
    expect(next(text, '2026-01-01T00:00:00.000Z')).toBe(expected);
  });

  it('is meant in its time zone, through changes of the clock', () => {
    const after = '2026-03-28T12:00:00.000Z';
    expect(next('0 3 * * *', after, 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
    expect(next('0 3 * * *', '2026-03-27T12:00:00.000Z', 'Europe/Berlin')).toBe(
      '2026-03-28T02:00:00.000Z',
    );
  });

  it.each([
    '',
    'not a cron',
    '61 * * * *',
    '0 0 31 2 *',
    'H 3 * * *',
    '0 0 0 ? * * 2030',
    '@daily',
  ])('is not %j', (text) => {
    expect(Cron.parse(text, 'UTC').kind).toBe('refused');
  });
});

describe('a time trigger', () => {
  it('is shown with its type in capitals, and gives the run its zone', () => {
    const definition = compiled(
      workflow({
        time_triggers: [
          {
            type: 'predefined',
            expression: 'Daily',
            timezone: 'Asia/Tokyo',
            fuzzy_max_delay: '30s',
          },
          { type: 'CRON', cron: '0 3 * * *' },
        ],
      }),
    );
    expect(definition.firstTriggerTimezone).toBe('Asia/Tokyo');
    expect(definition.timeTriggers).toMatchObject([
      { type: 'PREDEFINED', fuzzyMaxDelay: { value: 30_000 } },
      { type: 'CRON', timezone: 'UTC', fuzzyMaxDelay: { value: 0 } },
    ]);
    expect(definition.json['time_triggers']).toEqual([
      { type: 'PREDEFINED', timezone: 'Asia/Tokyo', expression: 'Daily', fuzzy_max_delay: '30s' },
      { type: 'CRON', cron: '0 3 * * *' },
    ]);
  });

  it('is refused when it comes too often, never, or in an unknown zone', () => {
    for (const json of [
      cron('* * * * *'),
      cron('* * * * * ?'),
      cron('0,1 12 * * *'),
      cron('0 0 31 2 *'),
      cron('0 3 * * *', { timezone: 'Mars/Base' }),
      cron('0 3 * * *', { fuzzy_max_delay: 'long' }),
      cron('0 3 * * *', { expression: '@daily' }),
      timed({ type: 'CRON' }),
      timed({ type: 'PREDEFINED', expression: '@sometimes' }),
      timed({ type: 'INTERVAL', interval: '1 day' }),
      timed({ type: 'MOON' }),
      timed({}),
    ]) {
      expect(problemsOf(json)).toHaveLength(1);
    }
  });
});

describe('a signal trigger', () => {
  const signalled = (trigger: JsonObject): JsonObject => workflow({ signal_triggers: [trigger] });

  it('is read with all its signals', () => {
    const json = signalled({
      definitions: {
        left: { join_keys: ['user'] },
        right: { match_params: { ok: { value: 'yes' } }, join_keys: ['owner'] },
      },
      params: { n: { expression: "params.getFromSignal('left', 'n')", type: 'LONG' } },
      condition: 'n > 1',
      dedup_expr: "'same'",
    });
    expect(compiled(json).signalTriggers).toMatchObject([
      {
        signals: [
          { name: 'left', matches: [], joinKeys: ['user'] },
          { name: 'right', matches: [{ name: 'ok', value: 'yes', operator: '=' }] },
        ],
        condition: 'n > 1',
        dedupExpression: "'same'",
      },
    ]);
  });

  it('is refused when its signals do not go together', () => {
    const many = (count: number): JsonObject =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, {}]));
    expect(problemsOf(signalled({ definitions: many(8) }))).toEqual([]);
    for (const definitions of [
      many(0),
      many(9),
      { a: { join_keys: ['x'] }, b: {} },
      { a: { join_keys: ['x', 'x'] } },
      { a: { join_keys: ['x'], match_params: { x: { value: 1, operator: '=' } } } },
      { a: { match_params: { x: { value: 1, operator: '~' } } } },
      { a: { match_params: { x: { value: 1.5, operator: '=' } } } },
      { maestro_a: {} },
    ] satisfies JsonObject[]) {
      expect(problemsOf(signalled({ definitions }))).toHaveLength(1);
    }
    expect(problemsOf(signalled({ definitions: many(1), condition: '1 +' }))).toHaveLength(1);
  });
});

it('a workflow has at most 100 triggers of a kind', () => {
  const trigger = { definitions: { s: {} } };
  const signal_triggers = Array.from({ length: 101 }, () => trigger);
  expect(problemsOf({ id: 'w', steps: [noop('a')], signal_triggers })).toHaveLength(1);
});
