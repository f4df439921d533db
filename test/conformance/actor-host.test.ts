// What every actor host keeps (rules H1 to H4 of cluster/port/actor-host.ts). The simulator runs the same host in virtual
// time.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROUND_MS, startNactHost, WAKE_UPS_MAX } from '../../cluster/adapter/nact-host.ts';
import type { ActorHost, HostedActor, HostedShard } from '../../cluster/port/actor-host.ts';

/** Everything that was asked for so far has happened, and input and output had their turn. */
const rest = (host: ActorHost): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (host.outstanding() === 0) resolve();
      else setImmediate(look);
    };
    setImmediate(look);
  });

describe.each([['nact', startNactHost]] as const)('%s', (_name, start) => {
  let host: ActorHost;
  let shard: HostedShard;
  let number = 0;
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };

  beforeEach(() => {
    host = start(`conformance-${++number}`, clock);
    shard = host.shard('one');
  });

  afterEach(() => host.stop());

  const never = (error: Error): void => {
    throw error;
  };

  test('every wake-up is one turn, also of many actors at once', async () => {
    const turns = new Map<number, number>();
    const count = 3 * WAKE_UPS_MAX;
    const actors = Array.from({ length: count }, (_, index) =>
      shard.spawn(`actor/${index}: with any name`, {
        turn: () => void turns.set(index, (turns.get(index) ?? 0) + 1),
        crashed: never,
      }),
    );
    for (const actor of actors) actor.wake();
    for (const actor of actors) actor.wake();
    expect(host.outstanding()).toBe(2 * count);
    await rest(host);
    expect(turns.size).toBe(count);
    expect(new Set(turns.values())).toEqual(new Set([2]));
  });

  test('no turn happens within the call that asks for it', async () => {
    const seen: string[] = [];
    const actor: HostedActor = shard.spawn('a', {
      turn() {
        seen.push('begins');
        if (seen.length < 3) actor.wake();
        seen.push('ends');
      },
      crashed: never,
    });
    actor.wake();
    seen.push('asked');
    await rest(host);
    expect(seen).toEqual(['asked', 'begins', 'ends', 'begins', 'ends']);
  });

  test('two actors that keep waking themselves both get turns, and a timer gets its own', async () => {
    const order: string[] = [];
    let isOver = false;
    const spin = (name: string): void => {
      const actor: HostedActor = shard.spawn(name, {
        turn() {
          order.push(name);
          if (!isOver) actor.wake();
        },
        crashed: never,
      });
      actor.wake();
    };
    spin('a');
    spin('b');
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    isOver = true;
    await rest(host);
    expect(new Set(order)).toEqual(new Set(['a', 'b']));
  });

  test('a turn that throws stops its actor, tells it so, and nobody else notices', async () => {
    const crashes: string[] = [];
    let turns = 0;
    const bad = shard.spawn('bad', {
      turn() {
        turns++;
        throw new Error('broken');
      },
      crashed: (error) => void crashes.push(error.message),
    });
    let good = 0;
    const other = shard.spawn('good', { turn: () => void good++, crashed: never });
    bad.wake();
    bad.wake();
    other.wake();
    await rest(host);
    expect(crashes).toEqual(['broken']);
    expect([turns, good]).toEqual([1, 1]);
    expect(host.outstanding()).toBe(0);
  });

  test('an actor that was stopped takes no turn any more, also none it was promised', async () => {
    let turns = 0;
    const actor = shard.spawn('a', { turn: () => void turns++, crashed: never });
    actor.wake();
    actor.stop();
    actor.wake();
    await rest(host);
    expect(turns).toBe(0);
    const again = shard.spawn('a', { turn: () => void turns++, crashed: never });
    again.wake();
    await rest(host);
    expect(turns).toBe(1);
  });

  test('wake-ups that wait cost little, also those of an actor that was stopped', async () => {
    let turns = 0;
    const add = (name: string) => shard.spawn(name, { turn: () => void turns++, crashed: never });
    const [first, stopped, last] = ['first', 'stopped', 'last'].map(add);
    for (let wake = 0; wake < WAKE_UPS_MAX; wake++) first?.wake();
    for (let wake = 0; wake < 2_000_000; wake++) stopped?.wake();
    last?.wake();
    stopped?.stop();
    await rest(host);
    expect(turns).toBe(WAKE_UPS_MAX + 1);
  }, 10_000);

  test('turns that take long leave input and output their turn, and others theirs, in the order of asking', async () => {
    const order: string[] = [];
    const add = (name: string, ms: number, isOver: () => boolean): HostedActor => {
      const actor: HostedActor = shard.spawn(name, {
        turn() {
          order.push(name);
          nowMs += ms;
          if (!isOver()) actor.wake();
        },
        crashed: never,
      });
      return actor;
    };
    const count = (name: string): number => order.filter((entry) => entry === name).length;
    const isOver = (): boolean => count('c') >= 3;
    for (const name of ['greedy', 'a', 'b', 'c']) {
      add(name, name === 'greedy' ? 2 * ROUND_MS : 0.6 * ROUND_MS, isOver).wake();
    }
    const listen = (): void => {
      order.push('-');
      if (host.outstanding() > 0) setImmediate(listen);
    };
    setImmediate(listen);
    await rest(host);
    // Some inputs between rounds are left out: what matters is that there is one, and who comes before and behind it.
    const rounds = order.join(' ').replaceAll(/(?:- )+/g, '- ');
    expect(rounds).toMatch(/^greedy - a b - c - greedy - a b - c - greedy - a b - c/);
  });
});
