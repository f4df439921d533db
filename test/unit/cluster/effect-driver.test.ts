import { expect, test } from 'vitest';
import type { OpenedEffect } from '../../../cluster/core/batch.ts';
import { EffectDriver } from '../../../cluster/runtime/effect-driver.ts';

const opened = (id: string): OpenedEffect => ({
  key: `e/${id}`,
  from: { kind: 'thing', key: 'a' },
  id,
  effect: {},
});

test('of what an earlier owner left, what a turn settles or the shard takes along is never started', () => {
  const ran: string[] = [];
  const driver = new EffectDriver(
    { run: ({ id, again }) => ran.push(`${id} ${again}`), forget: () => undefined },
    () => undefined,
  );
  for (const id of ['a', 'b', 'c', 'd', 'e']) driver.recover(opened(id));
  driver.startLeft(1);
  driver.settling('e/b');
  driver.startLeft(2);
  expect(ran).toEqual(['a true', 'c true', 'd true']);
  expect([driver.left, driver.open]).toEqual([1, 4]);
  driver.dropAll();
  driver.startLeft(9);
  expect(ran).toHaveLength(3);
  expect([driver.left, driver.open]).toEqual([0, 0]);
});
