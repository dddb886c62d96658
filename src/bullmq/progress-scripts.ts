// How messages are counted, in Lua: each once when it is enqueued and once when it has an outcome, in the same step in
// which that is written, so that counts are right whoever dies when.

/**
 * Functions over KEYS[3] (the whole queue), KEYS[4] (campaigns) and KEYS[5] (one campaign, or absent).
 *
 * The rate is an average that forgets: what went t seconds ago weighs exp(-t / 10), divided by the weight of the time
 * since the first one, so that it is right from the start.
 */
export const COUNTING = `
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local FORGETS = 10
local KEPT = 2592000

local function scopes()
  if not KEYS[5] then return { KEYS[3] } end
  redis.call('ZADD', KEYS[4], now, ARGV[#ARGV])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - KEPT)
  redis.call('EXPIRE', KEYS[5], KEPT)
  return { KEYS[3], KEYS[5] }
end

-- Counts a job as enqueued, once; false when it was counted before.
local function enter(job, recipients)
  if redis.call('HSETNX', job, 'mw:counted', 1) == 0 then return false end
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, 'messages', 1)
    redis.call('HINCRBY', scope, 'recipients', recipients)
  end
  return true
end

local function settle(status, recipients)
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, status, 1)
    redis.call('HINCRBY', scope, 'settled', recipients)
    local flow = redis.call('HMGET', scope, 'weight', 'at')
    local before = tonumber(flow[1] or 0) * math.exp((tonumber(flow[2] or now) - now) / FORGETS)
    redis.call('HSETNX', scope, 'first', string.format('%.3f', now))
    redis.call('HSET', scope, 'weight', string.format('%.6f', before + recipients), 'at', string.format('%.3f', now))
  end
end

local function move(from, to)
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, from, -1)
    redis.call('HINCRBY', scope, to, 1)
  end
end
`;
