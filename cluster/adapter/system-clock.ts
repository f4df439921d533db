// Time, waiting and chance as the operating system has them.

import { randomUUID } from 'node:crypto';
import type { Alarms } from '../port/alarms.ts';
import type { Clock } from '../port/clock.ts';
import type { Random } from '../port/random.ts';

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** The longest a timer of Node.js waits; a longer one would ring at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export const systemAlarms: Alarms = {
  after(delayMs, ring) {
    const timer = setTimeout(ring, Math.min(Math.max(0, delayMs), DELAY_MS_MAX));
    return () => clearTimeout(timer);
  },
  soon(run) {
    setImmediate(run);
  },
};

export const systemRandom: Random = { next: Math.random, uuid: randomUUID };
