import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../cluster/port/clock.ts';
import { StoreClock } from '../../../cluster/runtime/store-clock.ts';

/** A machine whose monotonic clock began some time ago, and whose wall clock is anything. */
class Machine implements Clock {
  monotonic = 5_000;
  wall = 1_000;
  monotonicMs(): number {
    return this.monotonic;
  }
  wallMs(): number {
    return this.wall;
  }
}

/** What the store's clock shows at a monotonic time of the machine. */
const storeAt = (monotonicMs: number): number => Math.floor(1_700_000_000_000 + monotonicMs);

test('before the first renewal it is the clock of the machine', () => {
  expect(new StoreClock(new Machine()).wallMs()).toBe(1_000);
});

test('it is never further from the clock of the store than the fastest renewal took', () => {
  const way = fc.record({ there: fc.nat(2_000), back: fc.nat(2_000), pause: fc.nat(5_000) });
  fc.assert(
    fc.property(fc.array(way, { minLength: 1, maxLength: 30 }), (renewals) => {
      const machine = new Machine();
      const clock = new StoreClock(machine);
      let fastest = Number.POSITIVE_INFINITY;
      for (const { there, back, pause } of renewals) {
        const sentAtMs = machine.monotonic;
        const storeMs = storeAt(sentAtMs + there);
        machine.monotonic += there + back;
        clock.observe(storeMs, sentAtMs);
        fastest = Math.min(fastest, there + back);
        machine.monotonic += pause;
        machine.wall = -machine.wall * 3;
        const wrong = Math.abs(clock.wallMs() - storeAt(machine.monotonic));
        // While a small fall is waited for it is as wrong as it was before.
        expect(wrong).toBeLessThanOrEqual(Math.max(fastest, 1_000) + 2);
      }
    }),
  );
});

test('it does not fall for less than a second, and follows what is more', () => {
  const machine = new Machine();
  const clock = new StoreClock(machine);
  clock.observe(900_000, machine.monotonic);
  expect(clock.wallMs()).toBe(900_000);
  clock.observe(899_500, machine.monotonic);
  expect(clock.wallMs()).toBe(900_000);
  machine.monotonic += 700;
  expect(clock.wallMs()).toBeCloseTo(900_200, -1);
  clock.observe(800_000, machine.monotonic);
  expect(clock.wallMs()).toBeCloseTo(800_000, -1);
});
