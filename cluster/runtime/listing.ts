// Lists that every shard holds a part of: asks each owner once for all of its shards, then each shard that was not covered.

import type { ListPart } from '../core/envelope.ts';
import type { ListEntry, ListOptions } from '../port/sender.ts';
import { mergeEntries, readEntries } from './service-desk.ts';
import type { ShardServices } from './services.ts';

/** How long an owner may take to answer for all of its shards before each is asked by itself. */
const GATHER_MS = 2_000;

export interface ListingHooks {
  readonly services: ShardServices;
  /** Can a shard be read here? */
  readonly isHere: (shard: number) => boolean;
  /** Its part of the list, undefined when it is elsewhere by then. */
  readonly listHere: (shard: number) => Promise<readonly ListEntry[] | undefined>;
  readonly ownerOf: (shard: number) => string | undefined;
  /** Looks for the owner of one shard until it is found. */
  readonly listShard: (shard: number, part: ListPart) => Promise<readonly ListEntry[]>;
}

/** Options as they travel. */
export function partOf({ after, limit, reverse }: ListOptions): ListPart {
  return { after, limit, reverse };
}

/** The first entries of a list that is spread over all shards. */
export async function listEverywhere(
  list: string,
  options: ListOptions,
  hooks: ListingHooks,
): Promise<readonly ListEntry[]> {
  const part = partOf(options);
  const here: number[] = [];
  const elsewhere = new Map<string, number[]>();
  for (let number = 0; number < hooks.services.shardCount; number++) {
    if (hooks.isHere(number)) {
      here.push(number);
      continue;
    }
    const owner = hooks.ownerOf(number) ?? '';
    const shards = elsewhere.get(owner);
    if (shards === undefined) elsewhere.set(owner, [number]);
    else shards.push(number);
  }
  const parts = await Promise.all([
    ...here.map(async (number) => {
      return (await hooks.listHere(number)) ?? hooks.listShard(number, part);
    }),
    ...[...elsewhere].map(([owner, shards]) => listOf(owner, shards, list, options, hooks)),
  ]);
  return mergeEntries(parts.flat(), options);
}

async function listOf(
  owner: string,
  shards: readonly number[],
  list: string,
  options: ListOptions,
  hooks: ListingHooks,
): Promise<readonly ListEntry[]> {
  const { nodeId } = hooks.services;
  const part = partOf(options);
  const isElsewhere = owner !== '' && owner !== nodeId;
  const { entries, covered } = isElsewhere
    ? await gather(owner, shards, list, part, hooks)
    : { entries: [], covered: new Set<number>() };
  const rest = shards.filter((shard) => !covered.has(shard));
  const parts = await Promise.all(rest.map((shard) => hooks.listShard(shard, part)));
  return [...entries, ...parts.flat()];
}

async function gather(
  owner: string,
  shards: readonly number[],
  list: string,
  part: ListPart,
  { services }: ListingHooks,
): Promise<{ readonly entries: readonly ListEntry[]; readonly covered: ReadonlySet<number> }> {
  const { asks, clock, transport, nodeId } = services;
  const ask = asks.number();
  const reply = asks.open(ask, clock.monotonicMs() + GATHER_MS);
  transport.toNode(owner, {
    kind: 'gather',
    replyTo: { node: nodeId, ask },
    shards,
    list,
    part,
  });
  try {
    const answer = await reply;
    const covered = Array.isArray(answer['shards']) ? answer['shards'].map(Number) : [];
    return { entries: readEntries(answer['entries']), covered: new Set(covered) };
  } catch {
    // No answer in time: each shard is asked by itself.
    return { entries: [], covered: new Set() };
  }
}
