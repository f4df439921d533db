// The sandbox limits, each at its edge.

import { describe, expect, it } from 'vitest';
import { TURN_NODES } from '../../../src/param/allowance.ts';
import { DEFAULT_LIMITS } from '../../../src/sel/limits.ts';
import { compile, evaluate } from '../../../src/sel/program.ts';
import { outcomeOf, stillEnvironment } from '../../support/sel-program.ts';

describe('a limit', () => {
  it.each([
    ['while (true) { }', 'limit loop-rounds'],
    ['x = 0; while (x < 25000) { x += 1; } x', 'LONG 25000'],
    ['x = 0; while (x < 25001) { x += 1; } x', 'limit loop-rounds'],
    ['new int[25000].length', 'LONG 25000'],
    ['new int[25001].length', 'limit array-size'],
    ["t = 'abcdefgh'; for (i = 0; i < 40; i += 1) { t = t + t; } t", 'limit memory'],
    ["t = 'ab'; while (true) { t = t.replace('', t); }", 'limit memory'],
    [`'${'a'.repeat(9_990)}'.length()`, 'limit length'],
    [`${'1 + ('.repeat(127)}1${')'.repeat(127)}`, 'LONG 128'],
    [`${'1 + ('.repeat(128)}1${')'.repeat(128)}`, 'limit stack-depth'],
    [`${'('.repeat(390)}1${')'.repeat(390)}`, 'LONG 1'],
    [`${'('.repeat(4_000)}1${')'.repeat(4_000)}`, 'limit nesting'],
    [`${'{'.repeat(4_000)}1;${'}'.repeat(4_000)}`, 'limit nesting'],
    [`${'a = '.repeat(2_000)}1`, 'limit nesting'],
    [`${'1+'.repeat(4_900)}1`, 'LONG 4901'],
    [`${'!'.repeat(9_000)}true`, 'BOOLEAN true'],
    [`${'false?1:'.repeat(1_200)}2`, 'LONG 2'],
    [`${'if(false)1;else '.repeat(600)}2;`, 'VOID'],
    [`${'true&&'.repeat(1_600)}true`, 'BOOLEAN true'],
  ])('holds: %.60s is %s', (source, expected) => {
    expect(outcomeOf(source)).toBe(expected);
  });

  it('on visited nodes is told apart, so that the caller can retry with more', () => {
    const source = 'x = 0; while (x < 20000) { x += 1; } x';
    const inTurn = { ...DEFAULT_LIMITS, visitedNodes: TURN_NODES };
    expect(outcomeOf(source, {}, inTurn)).toBe('limit visited-nodes');
    expect(outcomeOf(source, {}, DEFAULT_LIMITS)).toBe('LONG 20000');
  });

  it('on time asks the caller', () => {
    const overdue = { ...DEFAULT_LIMITS, overdue: () => true };
    expect(outcomeOf('x = 0; while (x < 25000) { x += 1; } x', {}, overdue)).toBe('limit time');
    expect(outcomeOf('1', {}, overdue)).toBe('LONG 1');
  });

  it('counts the same nodes for the same program', () => {
    const compiled = compile('x = 0; for (i = 0; i < 10; i += 1) { x += i; } x');
    if (compiled.kind === 'refused') throw new Error(compiled.error.message);
    const first = evaluate(compiled.program, stillEnvironment());
    expect(evaluate(compiled.program, stillEnvironment())).toEqual(first);
    expect(first.kind === 'value' && first.visitedNodes).toBeGreaterThan(60);
  });
});
