// Refusals that every message would get, shared by all workers: of an account, and of its configuration sets.
import type { Redis } from "ioredis";
import { wholeMs } from "../deliver/core/clock.ts";
import type { HoldReason } from "../deliver/core/hold.ts";
import type { Pauses } from "../deliver/core/holds.ts";
import { REFUSED, TRIED } from "./hold-scripts.ts";
import { holdsKey, type QueueKeys } from "./keys.ts";

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
