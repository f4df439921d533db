// The life-cycle of a step: which status may follow which.

import { describe, expect, it } from 'vitest';
import {
  assertMayBecome,
  isComplete,
  isOpen,
  isRetryable,
  mayBecome,
  STEP_STATUSES,
} from '../../../src/instance/status.ts';

const WAY = [
  'NOT_CREATED',
  'CREATED',
  'INITIALIZED',
  'PAUSED',
  'WAITING_FOR_SIGNALS',
  'EVALUATING_PARAMS',
  'WAITING_FOR_PERMITS',
  'STARTING',
  'RUNNING',
  'FINISHING',
  'SUCCEEDED',
] as const;

describe('the statuses of a step', () => {
  it('are passed in their order and never backwards', () => {
    for (const [at, from] of WAY.entries()) {
      for (const [later, to] of WAY.entries()) expect(mayBecome(from, to)).toBe(later > at);
    }
  });

  it('do not follow one that is settled', () => {
    const settled = STEP_STATUSES.filter((status) => status !== 'NOT_CREATED' && !isOpen(status));
    expect(settled).toHaveLength(9);
    for (const from of settled) {
      for (const to of STEP_STATUSES) {
        expect(mayBecome(from, to)).toBe(false);
        expect(() => assertMayBecome(from, to)).toThrow('only as its life-cycle allows');
      }
    }
  });

  it('allow a failure that is tried again only once the step has started', () => {
    for (const to of ['USER_FAILED', 'PLATFORM_FAILED', 'TIMEOUT_FAILED'] as const) {
      for (const from of STEP_STATUSES) {
        expect(mayBecome(from, to)).toBe(
          isOpen(from) || from === 'NOT_CREATED' ? !isRetryable(from) : false,
        );
      }
    }
  });

  it('never change a failed attempt: whatever comes next happens to the attempt after it', () => {
    for (const from of ['USER_FAILED', 'PLATFORM_FAILED', 'TIMEOUT_FAILED'] as const) {
      for (const to of STEP_STATUSES) expect(mayBecome(from, to)).toBe(false);
    }
  });

  it('never lead to UNSATISFIED once the step is initialized', () => {
    const before = STEP_STATUSES.filter((status) => mayBecome(status, 'UNSATISFIED'));
    expect(before).toEqual(['NOT_CREATED', 'CREATED']);
  });

  it('are open, complete or cut, and nothing else', () => {
    for (const status of STEP_STATUSES) {
      if (status === 'NOT_CREATED') continue;
      const cut = ['FATALLY_FAILED', 'INTERNALLY_FAILED', 'STOPPED', 'TIMED_OUT'].includes(status);
      expect([isOpen(status), isComplete(status), cut].filter(Boolean)).toHaveLength(1);
    }
  });
});
