// What holds up the workers of an account, in Lua: one hash, with a field for the account and one for each configuration
// set, so that all workers of all processes wait together and one message tries again for all of them.
import { script } from "./connection.ts";

// While one tries, the others look again after so long.
const LOOK_AGAIN_MS = 1_000;
// A hold that nobody ended goes at last: there is no worker any more.
const KEPT_MS = 7 * 86_400_000;

// Whole milliseconds, as everywhere where a time is stored.
const SHARED = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(key, field)
  local text = redis.call('HGET', key, field)
  return text and cjson.decode(text)
end
local function write(key, field, hold)
  redis.call('HSET', key, field, cjson.encode(hold))
  redis.call('PEXPIRE', key, ${KEPT_MS})
end
`;

/**
 * Functions for the script that lets an attempt go: `passage(key, fields, attempt, lease)` gives a wait in milliseconds
 * and the hold that asks for it, or 0 and whether this attempt is the one that tries. Whoever tries has so many
 * milliseconds for it: then another one does.
 */
export const PASSAGE = `${SHARED}
local function passage(key, fields, attempt, lease)
  local found = {}
  for _, field in ipairs(fields) do
    local hold = read(key, field)
    if hold then
      if hold['until'] > now then return hold['until'] - now, cjson.encode(hold) end
      if hold.probe and hold.probe ~= attempt and hold.lease > now then
        return math.min(${LOOK_AGAIN_MS}, hold.lease - now), cjson.encode(hold)
      end
      found[field] = hold
    end
  end
  local tries = false
  for field, hold in pairs(found) do
    hold.probe = attempt
    hold.lease = now + lease
    write(key, field, hold)
    tries = true
  end
  return 0, tries
end
`;

/**
 * An attempt was refused. KEYS: the hash, accounts of the queue. ARGV: field, attempt, reason as JSON, first wait,
 * longest wait, account.
 *
 * Gives milliseconds to wait. The wait doubles when the one that tried was refused for the same kind of reason.
 */
export const REFUSED = script(`${SHARED}
local field, attempt, reason = ARGV[1], ARGV[2], cjson.decode(ARGV[3])
local first, most = tonumber(ARGV[4]), tonumber(ARGV[5])
local hold = read(KEYS[1], field)
if hold and hold.probe ~= attempt then return math.max(hold['until'] - now, ${LOOK_AGAIN_MS}) end
local wait = first
if hold and (hold.code == 'send.quota') == (reason.code == 'send.quota') then
  wait = math.min(hold.wait * 2, math.max(first, most))
end
reason.since = hold and hold.since or now
reason['until'] = now + wait
reason.wait = wait
write(KEYS[1], field, reason)
redis.call('SADD', KEYS[2], ARGV[6])
return wait
`);

/**
 * The attempt that tried has an outcome. KEYS[1]: the hash. ARGV: attempt, 1 when the service looked at the message,
 * fields.
 *
 * With 1 all go on, else another one tries.
 */
export const TRIED = script(`${SHARED}
for at = 3, #ARGV do
  local hold = read(KEYS[1], ARGV[at])
  if hold and hold.probe == ARGV[1] then
    if ARGV[2] == '1' then
      redis.call('HDEL', KEYS[1], ARGV[at])
    else
      hold.probe = nil
      hold.lease = nil
      write(KEYS[1], ARGV[at], hold)
    end
  end
end
`);
