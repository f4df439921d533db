// The scripts that Redis runs for us, each as one step. A script that fails half-way is not undone, so every one checks
// first and then does only what cannot fail.
//
// A server without memory refuses the first write of a script, but not the later ones: a commit therefore begins with the
// rows that need room, and one that only removes rows is taken. Leases and fences need next to none and are always taken,
// or a full server would take every node's lease away.

import { createHash } from 'node:crypto';
import { ACCUSED_MS, OUTAGE_MS } from '../port/node-leases.ts';
import { VOTERS, votesNeeded } from '../core/standing.ts';
import type { RedisScript } from './redis-connection.ts';

function script(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

const READ_ONLY = '#!lua flags=no-writes\n';
const EVEN_WHEN_FULL = '#!lua flags=allow-oom\n';

/** Lists are passed to commands in parts: Lua has a limited stack. */
const IN_PARTS = `
local function in_parts(name, key, list)
  local sum = 0
  for first = 1, #list, 2000 do
    sum = sum + redis.call(name, key, unpack(list, first, math.min(first + 1999, #list)))
  end
  return sum
end
`;

/**
 * KEYS: fence, rows, order. ARGV: owner, epoch, seq, then row keys and values; an empty value removes the row.
 * Answers {what, stored epoch, stored seq}. The owner is compared too: when a server that forgot a grant gives the same
 * epoch to somebody else, only one of the two can write. Who wrote last is noted, so that it can be told later whether two
 * commits of the same seq are the same.
 */
export const COMMIT = script(`${IN_PARTS}
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'owner', 'writer')
local epoch, seq = tonumber(fence[1] or '0'), tonumber(fence[2] or '0')
local wanted = tonumber(ARGV[3])
if fence[1] ~= ARGV[2] or fence[3] ~= ARGV[1] then return {'fenced', epoch, seq} end
if seq >= wanted then return {'already', epoch, seq} end
if seq ~= wanted - 1 then return {'gap', epoch, seq} end
local rows, order, removed = {}, {}, {}
for at = 4, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    removed[#removed + 1] = ARGV[at]
  else
    rows[#rows + 1] = ARGV[at]
    rows[#rows + 1] = ARGV[at + 1]
    order[#order + 1] = '0'
    order[#order + 1] = ARGV[at]
  end
end
if in_parts('HSET', KEYS[2], rows) > 0 then in_parts('ZADD', KEYS[3], order) end
if in_parts('HDEL', KEYS[2], removed) > 0 then in_parts('ZREM', KEYS[3], removed) end
local writer = ARGV[2] .. ' ' .. ARGV[1]
if fence[4] == writer then
  redis.call('HSET', KEYS[1], 'seq', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'seq', ARGV[3], 'writer', writer)
end
return {'committed', epoch, wanted}
`);

/** Who writes in a grant, as the commit script notes it. */
export const writerOf = (epoch: number, owner: string): string => `${epoch} ${owner}`;

/**
 * KEYS: fence. ARGV: owner, heard epoch, version of the members, living owners.
 * Answers {epoch, seq, who wrote that}, or nothing when a living owner has it, or may have it (store port, D7).
 */
export const ACQUIRE = script(`${EVEN_WHEN_FULL}
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'owner', 'writer', 'asOf')
local owner, known, as_of = fence[3] or '', fence[5] or '0', ARGV[3]
if owner == ARGV[1] then
  if tonumber(as_of) < tonumber(known) then as_of = known end
elseif owner ~= '' then
  if tonumber(as_of) < tonumber(known) then return {} end
  for at = 4, #ARGV do
    if ARGV[at] == owner then return {} end
  end
end
local epoch = string.format('%.0f', math.max(tonumber(fence[1] or '0'), tonumber(ARGV[2])) + 1)
redis.call('HSET', KEYS[1], 'epoch', epoch, 'owner', ARGV[1], 'asOf', as_of)
return {epoch, fence[2] or '0', fence[4] or ''}
`);

/** KEYS: fence. ARGV: epoch, owner from now on. */
export const RELEASE = script(`${EVEN_WHEN_FULL}
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if epoch ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', tonumber(epoch) + 1), 'owner', ARGV[2])
return 1
`);

/**
 * KEYS: fence. ARGV: epoch, owner, then the epoch, seq and writer that were found. Gives a grant back that the server has
 * forgotten. Answers 0 when what was found is not there any more.
 */
export const REINSTATE = script(`${EVEN_WHEN_FULL}
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'writer')
if (fence[1] or '0') ~= ARGV[3] or (fence[2] or '0') ~= ARGV[4] or (fence[3] or '') ~= ARGV[5] then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'owner', ARGV[2])
return 1
`);

/** Answers of both scripts that read: {stored epoch, stored seq, what was asked for}, all of the same moment. */
const READ = `${READ_ONLY}
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
local function values_of(keys)
  local values = {}
  for first = 1, #keys, 2000 do
    local last = math.min(first + 1999, #keys)
    local found = redis.call('HMGET', KEYS[2], unpack(keys, first, last))
    for at = 1, #found do values[#values + 1] = found[at] end
  end
  return values
end
`;

/** KEYS: fence, rows. ARGV: row keys. Reads their values. */
export const GET = script(`${READ}
return {fence[1] or '0', fence[2] or '0', values_of(ARGV)}
`);

/** KEYS: fence, rows, order. ARGV: first key, key above the range, limit, 1 for greatest first. Reads {keys, values}. */
export const RANGE = script(`${READ}
local keys
if ARGV[4] == '1' then
  keys = redis.call('ZREVRANGEBYLEX', KEYS[3], '(' .. ARGV[2], '[' .. ARGV[1], 'LIMIT', 0, ARGV[3])
else
  keys = redis.call('ZRANGEBYLEX', KEYS[3], '[' .. ARGV[1], '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
end
return {fence[1] or '0', fence[2] or '0', {keys, values_of(keys)}}
`);

/**
 * Of all lease scripts KEYS: what is known of all, claims, ends, renewals. A version is at least the time, so that none is used
 * twice even by a server that forgets some.
 */
const LEASES = `${EVEN_WHEN_FULL}
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function whole(number) return string.format('%.0f', number) end
local function changed()
  local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
  redis.call('HSET', KEYS[1], 'version', whole(math.max(version + 1, now)))
end
local function remove(id)
  if redis.call('HDEL', KEYS[2], id) == 0 then return 0 end
  redis.call('HDEL', KEYS[3], id)
  redis.call('HDEL', KEYS[4], id)
  changed()
  return 1
end
local function look(lease)
  local renewed = tonumber(redis.call('HGET', KEYS[1], 'renewed') or '0')
  local ends = redis.call('HGETALL', KEYS[3])
  for at = 1, #ends, 2 do
    local at_end = tonumber(ends[at + 1])
    if now - renewed > ${OUTAGE_MS} or at_end > now + 2 * lease then
      redis.call('HSET', KEYS[3], ends[at], whole(now + lease))
    elseif at_end <= now then
      remove(ends[at])
    end
  end
  redis.call('HSET', KEYS[1], 'renewed', whole(now))
end
local function put(id, claim, lease)
  if redis.call('HGET', KEYS[2], id) ~= claim then
    redis.call('HSET', KEYS[2], id, claim)
    changed()
  end
  redis.call('HSET', KEYS[3], id, whole(now + lease))
end
local function grant(answer)
  local version = redis.call('HGET', KEYS[1], 'version') or '0'
  return {answer, whole(now), version, redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3])}
end
`;

/** ARGV: id, claim, lease in milliseconds, node. */
export const JOIN = script(`${LEASES}
look(tonumber(ARGV[3]))
for _, id in ipairs(redis.call('HKEYS', KEYS[2])) do
  if id ~= ARGV[1] and string.match(id, '^(.*)~') == ARGV[4] then return grant('taken') end
end
put(ARGV[1], redis.call('HGET', KEYS[2], ARGV[1]) or ARGV[2], tonumber(ARGV[3]))
return grant('granted')
`);

/** By number of voters, from none on, how many have to accuse. */
const NEEDED = Array.from({ length: VOTERS + 1 }, (_, voters) => votesNeeded(voters)).join(', ');

/**
 * ARGV: id, claim, lease in milliseconds, number, ids of those who are accused: `,id,id,`. A renewal is noted as its
 * number, its time and those ids.
 */
export const RENEW = script(`${LEASES}
look(tonumber(ARGV[3]))
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return grant('ended') end
local function renewal_of(id)
  local noted = redis.call('HGET', KEYS[4], id) or '0 0 ,'
  local number, at, accused = string.match(noted, '^(%d+) (%d+) (.*)$')
  return tonumber(number), tonumber(at), accused
end
if tonumber(ARGV[4]) <= renewal_of(ARGV[1]) then return grant('granted') end
put(ARGV[1], ARGV[2], tonumber(ARGV[3]))
redis.call('HSET', KEYS[4], ARGV[1], ARGV[4] .. ' ' .. whole(now) .. ' ' .. ARGV[5])
local needed = {${NEEDED}}
local function is_voted_out(id)
  local claim = redis.call('HGET', KEYS[2], id)
  if not claim then return false end
  local voters, accusers = cjson.decode(claim).voters or {}, 0
  for _, voter in ipairs(voters) do
    local _, at, accused = renewal_of(voter)
    local votes = string.find(accused, ',' .. id .. ',', 1, true)
    if votes and at >= now - ${ACCUSED_MS} then accusers = accusers + 1 end
  end
  return needed[#voters + 1] ~= nil and accusers >= needed[#voters + 1]
end
for id in string.gmatch(ARGV[5], '[^,]+') do
  if is_voted_out(id) then remove(id) end
end
return grant('granted')
`);

/** ARGV: id. */
export const LEAVE = script(`${LEASES}
return remove(ARGV[1])
`);

export const MEMBERSHIP = script(`${LEASES}
return grant('granted')
`);
