// Refusals that every message would get, shared by all workers: of an account, and of its configuration sets. One hash in
// Redis, with a field for the account and one for each set, so that all workers of all processes wait together and one
// message tries again for all of them.
import type { Redis } from "ioredis";
import { wholeMs } from "../core/clock.ts";
import type { HoldReason, Pauses } from "../core/holds.ts";
import { script } from "./connection.ts";
import { holdsKey, type QueueKeys } from "./keys.ts";

// While one tries, the others look again after so long.
const LOOK_AGAIN_MS = 1_000;
// A hold that was never ended goes at last: there is no worker any more.
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

/** Why messages wait, and until when. Times are milliseconds since 1970, by the clock of Redis. */
export interface QueueHold extends HoldReason {
  /** The account that workers gave as their option. */
  readonly account: string;
  /** The first refusal. */
  readonly since: number;
  /** When one message tries again. In the past while no worker runs, or while that one is on its way. */
  readonly until: number;
}

/** What holds are made of. */
export interface HoldsOptions {
  readonly client: Redis;
  readonly keys: QueueKeys;
  readonly prefix: string;
  readonly account: string;
  readonly pauses: Required<Pauses>;
}

/** The holds as one worker sees them. */
export class RedisHolds {
  readonly #options: HoldsOptions;
  readonly #key: string;

  constructor(options: HoldsOptions) {
    this.#options = options;
    this.#key = holdsKey(options.prefix, options.account);
  }

  /** An attempt was refused. @returns milliseconds until a message is tried again, for all workers */
  async refused(attempt: string, reason: HoldReason, field: string): Promise<number> {
    const { client, keys, account, pauses } = this.#options;
    const first = reason.code === "send.quota" ? pauses.quota : pauses.refusal;
    const args = [field, attempt, JSON.stringify(reason), wholeMs(first), wholeMs(pauses.max), account];
    const wait = await REFUSED(client, [this.#key, keys.accounts], args);
    return typeof wait === "number" ? wait : first;
  }

  /** The attempt that tried has an outcome: the service looked at the message, or that says nothing. */
  async tried(attempt: string, said: "consent" | "nothing", fields: readonly string[]): Promise<void> {
    await TRIED(this.#options.client, [this.#key], [attempt, said === "consent" ? 1 : 0, ...fields]);
  }
}

/** What holds up a queue: of every account whose workers ever were held in it. */
export async function readHolds(client: Redis, keys: QueueKeys, prefix: string): Promise<readonly QueueHold[]> {
  const accounts = await client.smembers(keys.accounts);
  const all = await Promise.all(
    accounts.sort().map(async (account) => {
      const fields = await client.hgetall(holdsKey(prefix, account));
      return Object.keys(fields)
        .sort()
        .flatMap((field) => holdOf(fields[field], account) ?? []);
    }),
  );
  return Object.freeze(all.flat());
}

/** A hold as the scripts write it; undefined for what they do not write. */
export function holdOf(text: unknown, account: string): QueueHold | undefined {
  const value: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  if (!isHold(value)) return undefined;
  const { code, message, scope, configurationSet: set, since, until } = value;
  return Object.freeze({
    ...{ account, code, message, scope, since, until },
    ...(set === undefined ? {} : { configurationSet: set }),
  });
}

function isHold(value: unknown): value is Omit<QueueHold, "account"> {
  return typeof value === "object" && value !== null && "code" in value && "scope" in value && "until" in value;
}
