// The rate and the day that all workers share, in Lua. One hash says up to when the rate is spoken for, and how much of
// the day is.
import { script } from "./connection.ts";

// As in a separate sender: a little less than the rate flows, a halved one is back in about four seconds, and
// refusals of one burst halve it once.
const SHARED = `
local INFLOW, LEAST, RECOVERS, ONCE = 0.97, 1 / 16, 0.25, 1000
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local stamp = string.format('%.3f', now)
local function recovered(rate, allowed, at)
  return math.min(rate, allowed + math.max(0, now - at) / 1000 * rate * RECOVERS)
end
`;

/** What {@link TAKE} answers with. */
export const TAKEN = { go: 0, later: 2, unset: 3, rest: 4, day: 5 } as const;

/**
 * Speaks for messages of ARGV[1], ARGV[2], … recipients, for as many of them as may have a place now. A message takes its
 * place in time and moves the next place on by what its recipients take: a large one is paid back before the next goes, and
 * no second has more than the rate and one message. No worker may speak for places far ahead: what a worker has spoken for
 * dies with it, and a rate that is halved should be heard. Less than a pause of a disk would leave places unused.
 *
 * Gives one of {@link TAKEN} and milliseconds; for `go` the time and the places that were taken, in milliseconds of the
 * clock of Redis.
 */
export const TAKE = script(`${SHARED}
local AHEAD, IDLE, SOON, HOUR = 200, 30, 20, 3600000
local state = redis.call('HMGET', KEYS[1], 'rate', 'allowed', 'at', 'next', 'rest', 'max', 'used', 'known')
if not state[1] then return { ${TAKEN.unset}, 200 } end
local rest = tonumber(state[5] or 0) - now
if rest > 0 then return { ${TAKEN.rest}, math.ceil(rest) } end
local most = state[6] and now - tonumber(state[8]) < HOUR and tonumber(state[6]) or math.huge
local before = tonumber(state[7] or 0)
local rate = tonumber(state[1])
local allowed = recovered(rate, tonumber(state[2] or rate), tonumber(state[3] or now))
local place = math.max(tonumber(state[4] or 0), now - IDLE)
local used = before
local answer = { ${TAKEN.go}, stamp }
for index, given in ipairs(ARGV) do
  local recipients = tonumber(given)
  local isDay = used + recipients > most
  if isDay or place > now + AHEAD then
    if index > 1 then break end
    if isDay then return { ${TAKEN.day}, 0 } end
    return { ${TAKEN.later}, math.ceil(place - now - AHEAD) + SOON }
  end
  answer[#answer + 1] = string.format('%.3f', place)
  used = used + recipients
  place = place + recipients * 1000 / (allowed * INFLOW)
end
redis.call('HSET', KEYS[1], 'allowed', allowed, 'at', stamp, 'next', string.format('%.3f', place), 'used', used)
redis.call('HINCRBY', KEYS[1], 'total', used - before)
return answer
`);

/**
 * Who asks the service: KEYS[2] is theirs for ten seconds. ARGV[1]: milliseconds for which an answer holds.
 *
 * Gives the recipients so far to who is to ask, else false.
 */
export const SHOULD_ASK = script(`${SHARED}
local answered = redis.call('HGET', KEYS[1], 'told')
if answered and now - tonumber(answered) < tonumber(ARGV[1]) then return false end
if not redis.call('SET', KEYS[2], 1, 'NX', 'PX', 10000) then return false end
return redis.call('HGET', KEYS[1], 'total') or '0'
`);

/**
 * Numbers of the service: rate, recipients of a day, those of the last 24 hours, and the recipients so far when it was
 * asked. An empty one is not reported: the rate is then one that every account has, unless another is known.
 */
export const LEARN = script(`${SHARED}
local rate, max, used, before = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('HSET', KEYS[1], 'told', stamp)
if max ~= '' then
  local since = tonumber(redis.call('HGET', KEYS[1], 'total') or 0) - tonumber(before)
  redis.call('HSET', KEYS[1], 'max', max, 'used', tonumber(used) + since, 'known', stamp)
else
  redis.call('HDEL', KEYS[1], 'max')
end
if rate == '' then return redis.call('HSETNX', KEYS[1], 'rate', 1) end
local state = redis.call('HMGET', KEYS[1], 'rate', 'allowed', 'at')
local allowed = tonumber(rate)
if state[1] then
  local known = tonumber(state[1])
  local before = recovered(known, tonumber(state[2] or known), tonumber(state[3] or now))
  -- One that is halved stays so.
  if before < known then allowed = math.min(before, allowed) end
end
return redis.call('HSET', KEYS[1], 'rate', rate, 'allowed', allowed, 'at', stamp)
`);

/** Halves the rate; once for all refusals of a second. */
export const HALVE = script(`${SHARED}
local state = redis.call('HMGET', KEYS[1], 'rate', 'allowed', 'at', 'halved')
if not state[1] or now - tonumber(state[4] or 0) < ONCE then return 0 end
local rate = tonumber(state[1])
local allowed = recovered(rate, tonumber(state[2] or rate), tonumber(state[3] or now))
redis.call('HSET', KEYS[1], 'allowed', math.max(rate * LEAST, allowed / 2), 'at', stamp, 'halved', stamp)
return 1
`);

/** Lets everybody rest for ARGV[1] milliseconds. */
export const REST = script(`${SHARED}
return redis.call('HSET', KEYS[1], 'rest', string.format('%.3f', now + ARGV[1]))
`);
