// Recovers a shard: brings back what its last owner left, once the store has granted it.
//
// Loading is recovery (promise P7): there is no log to replay. What has to go on without a message is found in a few
// ranges: inbox and outbox rows, open effects, due timers, unfinished erasures. Actors are loaded when they get a turn.

import type { Plain, PlainObject } from '../core/plain.ts';
import type { Letter } from '../core/envelope.ts';
import {
  parseEffectKey,
  parseErasureKey,
  parseOrderedNumber,
  parseOutboxKey,
  prefixEnd,
} from '../core/row-key.ts';
import type { Shard } from './shard.ts';
import type { ShardServices } from './services.ts';

const PAGE = 1_000;
/** Effects of an earlier owner started at once; the rest follow in steps, so that a crowd does not stampede. */
const EFFECTS_AT_ONCE = 500;
const EFFECTS_STEP_MS = 20;
/** How often a node that is not sure of its lease looks whether it may start them. */
const UNSURE_MS = 200;

/** Brings a shard that was just acquired up to date. Rejects when the store does not answer or a row is damaged. */
export async function recoverShard(shard: Shard, services: ShardServices): Promise<Shard> {
  const { number } = shard;
  const scan = (space: string, visit: (key: string, value: Plain) => void): Promise<void> =>
    scanSpace(number, services, space, visit);
  await scan('m/', (key, value) =>
    shard.outbox.recoverMark(parseOrderedNumber(key.slice(2)), Number(value)),
  );
  await scan('o/', (key, value) => {
    const { targetShard, linkSeq } = parseOutboxKey(key);
    if (!Array.isArray(value) || services.bugs.outboxForgotten === true) return;
    shard.outbox.recoverRow(targetShard, linkSeq, Number(value[0]), value[1] as readonly Letter[]);
  });
  if (services.bugs.effectsForgotten !== true) await recoverEffects(shard, services, scan);
  await scan('d/', (key) => shard.erasures.begin(parseErasureKey(key)));
  await shard.timers.load();
  await scan('i/', (key, value) =>
    shard.recoverInbox(parseOrderedNumber(key.slice(2)), value as unknown as Letter),
  );
  return shard;
}

async function scanSpace(
  number: number,
  services: ShardServices,
  space: string,
  visit: (key: string, value: Plain) => void,
): Promise<void> {
  const to = prefixEnd(space);
  for (let from = space; ; ) {
    const rows = await services.store.range(number, { from, to, limit: PAGE });
    for (const [key, value] of rows) visit(key, value);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    from = `${last[0]}\u0000`;
  }
}

type Scan = (space: string, visit: (key: string, value: Plain) => void) => Promise<void>;

async function recoverEffects(shard: Shard, services: ShardServices, scan: Scan): Promise<void> {
  const { effects } = shard;
  await scan('e/', (key, value) => {
    const { address, id } = parseEffectKey(key);
    effects.recover({ key, from: address, id, effect: value as PlainObject });
  });
  const startSome = (): void => {
    // The node may have stood still since it read them, and others have run and ended them.
    const mayStart = services.mayAct();
    if (mayStart) effects.startLeft(EFFECTS_AT_ONCE);
    if (effects.left > 0) services.alarms.after(mayStart ? EFFECTS_STEP_MS : UNSURE_MS, startSome);
  };
  if (effects.left > 0) services.alarms.soon(startSome);
}
