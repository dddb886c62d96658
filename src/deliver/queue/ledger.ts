// The ledger: at most one attempt at a message, whatever happens to the workers. A mark is in the job's own hash
// before the first byte goes out, the outcome after it, and both carry the name of the attempt.
import type { Redis } from "ioredis";
import type { SendResult } from "../core/result.ts";
import { type Script, script } from "./connection.ts";
import { holdOf, PASSAGE, type QueueHold } from "./holds.ts";
import { digestOf, type JobData, remainder } from "./job.ts";
import { ACCOUNT_FIELD, type QueueKeys } from "./keys.ts";
import { COUNTING } from "./progress.ts";

/** Whose job it is, and which attempt. */
export interface Holder {
  readonly id: string;
  /** BullMQ's token of the lock. */
  readonly lock: string;
  /** Never used twice. */
  readonly attempt: string;
}

/** Nothing is tried for so many milliseconds. */
interface Held {
  readonly in: number;
  readonly hold: QueueHold | undefined;
}

/** What the ledger says to an attempt that is about to write. */
export type Begun =
  /** Marked: go. */
  | "go"
  /** Marked: go, and say what came of it: the others wait for that. */
  | "try"
  /** Not marked: the account is refused, or the message's configuration set. */
  | Held
  /** Another attempt is marked and has no outcome. */
  | "doubt"
  /** There is an outcome. */
  | "done"
  /** Another worker has the lock. */
  | "lost"
  /** The job was removed. */
  | "gone";

/** What became of an outcome that was to be recorded. */
export type Settled =
  /** It is on record. */
  | "done"
  /** It replaces `unknown`, which another worker had to report of this attempt. */
  | "corrected"
  /** It does not count: another attempt has the mark, or the lock is lost, or there is an outcome. */
  | "superseded"
  | "gone";

/**
 * On what ground an outcome is recorded: as that of the `marked` attempt; `unmarked`, nothing was written; or in `doubt`
 * about the attempt of a worker that is gone.
 */
export type Ground = "marked" | "unmarked" | "doubt";

/** What is on record about a job. */
export interface Entry {
  readonly result?: SendResult;
  /** The attempt that is marked. */
  readonly marked?: string;
  /** How often a worker died while it made this one ready alone. */
  readonly tries: number;
}

/** An outcome, and the job that it is of: result, counts and what is left of the job are recorded in one go. */
export interface Outcome {
  readonly result: SendResult;
  readonly data: JobData;
}

const BEGIN = script(`${PASSAGE}
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local entry = redis.call('HMGET', KEYS[1], 'mw:status', 'mw:attempt')
if entry[1] then return 'done' end
if entry[2] ~= ARGV[1] then
  if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 'lost' end
  if entry[2] and ARGV[3] == 'report' then return 'doubt' end
end
local wait, hold = passage(KEYS[3], { '${ACCOUNT_FIELD}', ARGV[4] }, ARGV[1], tonumber(ARGV[5]))
if wait > 0 then return { wait, hold } end
redis.call('HSET', KEYS[1], 'mw:attempt', ARGV[1])
return hold and 'try' or 'go'
`);

const SETTLE = script(`${COUNTING}
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local attempt, lock, ground, status, result, recipients = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local function write()
  redis.call('HSET', KEYS[1], 'mw:status', status, 'mw:result', result)
  -- Of what is sent, addresses and bodies go.
  if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'data', ARGV[7]) end
end
local entry = redis.call('HMGET', KEYS[1], 'mw:status', 'mw:attempt', 'mw:doubt')
local mine = entry[2] == attempt
if entry[1] then
  if mine and not entry[3] and entry[1] == status then return 'done' end
  if not (mine and entry[3] and ground == 'marked') then return 'superseded' end
  redis.call('HDEL', KEYS[1], 'mw:doubt')
  write()
  move(entry[1], status)
  return 'corrected'
end
if ground == 'marked' and not mine then return 'superseded' end
if ground == 'unmarked' and entry[2] and not mine then return 'superseded' end
if ground == 'doubt' and (mine or not entry[2]) then return 'superseded' end
if ground ~= 'marked' and redis.call('GET', KEYS[2]) ~= lock then return 'superseded' end
write()
if ground == 'doubt' then redis.call('HSET', KEYS[1], 'mw:doubt', 1) end
enter(KEYS[1], recipients)
settle(status, recipients)
return 'done'
`);

// The mark goes, because it is certain that nothing was taken; how often that was the case stays.
const BACK = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'mw:status') == 1 then return false end
if redis.call('HGET', KEYS[1], 'mw:attempt') == ARGV[1] then redis.call('HDEL', KEYS[1], 'mw:attempt') end
return redis.call('HINCRBY', KEYS[1], 'mw:runs', ARGV[2])
`);

// A job that was removed is not made again.
const TRIED = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HINCRBY', KEYS[1], 'mw:tries', 1) end
`);

type Word = Extract<Begun, string>;
const BEGUN: ReadonlySet<string> = new Set(["go", "try", "doubt", "done", "lost", "gone"]);
const SETTLED: ReadonlySet<string> = new Set(["done", "corrected", "superseded", "gone"]);

/** What a job's run asks and tells. */
export interface Ledger {
  /** What is on record about a job. */
  look(id: string): Promise<Entry>;
  /** Puts on record that it is made ready now, alone. */
  tried(id: string): Promise<unknown>;
  /** Takes that back: it is ready, and did not crash a worker. */
  ready(id: string): Promise<unknown>;
  /** Marks the attempt; resolves when that is confirmed. @param set the field of the message's configuration set */
  begin(holder: Holder, set: string): Promise<Begun>;
  /** Records an outcome and counts it, once. */
  settle(holder: Holder, ground: Ground, outcome: Outcome): Promise<Settled>;
  /** Takes the mark back. @returns how many runs that `counts` have ended so; undefined when there is an outcome */
  back(holder: Holder, counts: "counts" | "free"): Promise<number | undefined>;
}

/** What a ledger keeps to. */
export interface LedgerOptions {
  readonly onAmbiguous: "report" | "retry";
  /** Where the account's holds are. */
  readonly holds: string;
  readonly account: string;
  /** Milliseconds after which another one tries, when nothing was heard of the one that does. */
  readonly lease: number;
}

/** The ledger of a queue in Redis. Scripts that are given again after a lost connection change nothing. */
export class RedisLedger implements Ledger {
  readonly #client: Redis;
  readonly #keys: QueueKeys;
  readonly #options: LedgerOptions;

  constructor(client: Redis, keys: QueueKeys, options: LedgerOptions) {
    this.#client = client;
    this.#keys = keys;
    this.#options = options;
  }

  async look(id: string): Promise<Entry> {
    const fields = ["mw:result", "mw:attempt", "mw:tries"] as const;
    const [result, marked, tries] = await this.#client.hmget(this.#keys.job(id), ...fields);
    return {
      tries: Number(tries ?? 0),
      ...(typeof result === "string" ? { result: parseResult(result) } : {}),
      ...(typeof marked === "string" ? { marked } : {}),
    };
  }

  tried(id: string): Promise<unknown> {
    return this.#run(TRIED, id, [], []);
  }

  ready(id: string): Promise<unknown> {
    return this.#client.hdel(this.#keys.job(id), "mw:tries");
  }

  async begin({ id, lock, attempt }: Holder, set: string): Promise<Begun> {
    const { onAmbiguous, holds, account, lease } = this.#options;
    const answer = await this.#run(BEGIN, id, [holds], [attempt, lock, onAmbiguous, set, lease]);
    if (!Array.isArray(answer)) return oneOf<Word>(answer, BEGUN);
    const [wait, hold]: readonly unknown[] = answer;
    return { in: Number(wait), hold: holdOf(hold, account) };
  }

  async settle({ id, lock, attempt }: Holder, ground: Ground, outcome: Outcome): Promise<Settled> {
    const { result, data } = outcome;
    const { totals, campaigns } = this.#keys;
    const scope = data.c === undefined ? [] : [this.#keys.campaign(data.c)];
    const left = result.status === "sent" ? JSON.stringify(remainder(data, () => digestOf(data))) : "";
    const args = [attempt, lock, ground, result.status, JSON.stringify(result), data.n, left, data.c ?? ""];
    const answer = await insist(this.#client, () => this.#run(SETTLE, id, [totals, campaigns, ...scope], args));
    return oneOf(answer, SETTLED);
  }

  async back({ id, attempt }: Holder, counts: "counts" | "free"): Promise<number | undefined> {
    const args = [attempt, counts === "counts" ? 1 : 0];
    const runs = await insist(this.#client, () => this.#run(BACK, id, [], args));
    return typeof runs === "number" ? runs : undefined;
  }

  #run(what: Script, id: string, more: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return what(this.#client, [this.#keys.job(id), this.#keys.lock(id), ...more], args);
  }
}

const AGAIN_AFTER_MS = 500;

// What happened is known here and nowhere else: it is reported until Redis takes it (full, read-only, loading), or until
// the connection is given up.
async function insist<T>(client: Redis, tell: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await tell();
    } catch (error) {
      if (client.status === "end") throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

/** The outcome on record in a job. */
export function parseResult(text: string): SendResult {
  return JSON.parse(text);
}

function oneOf<T extends string>(answer: unknown, known: ReadonlySet<string>): T {
  const isKnown = (value: unknown): value is T => typeof value === "string" && known.has(value);
  if (isKnown(answer)) return answer;
  throw new Error(`the ledger said ${String(answer)}`);
}

/** An outcome that Redis did not confirm. */
export interface Unsaved {
  /** The job. */
  readonly id: string;
  readonly campaign?: string;
  readonly result: SendResult;
}

/** A ledger that remembers what was reported until that is confirmed. */
export class UnsavedLedger implements Ledger {
  readonly #inner: Ledger;
  readonly #pending = new Map<string, Unsaved>();

  constructor(inner: Ledger) {
    this.#inner = inner;
  }

  get unsaved(): readonly Unsaved[] {
    return [...this.#pending.values()];
  }

  look(id: string): Promise<Entry> {
    return this.#inner.look(id);
  }

  tried(id: string): Promise<unknown> {
    return this.#inner.tried(id);
  }

  ready(id: string): Promise<unknown> {
    return this.#inner.ready(id);
  }

  begin(holder: Holder, set: string): Promise<Begun> {
    return this.#inner.begin(holder, set);
  }

  async settle(holder: Holder, ground: Ground, outcome: Outcome): Promise<Settled> {
    const { result, data } = outcome;
    const campaign = data.c === undefined ? {} : { campaign: data.c };
    this.#pending.set(holder.attempt, { id: holder.id, ...campaign, result });
    const settled = await this.#inner.settle(holder, ground, outcome);
    this.#pending.delete(holder.attempt);
    return settled;
  }

  back(holder: Holder, counts: "counts" | "free"): Promise<number | undefined> {
    return this.#inner.back(holder, counts);
  }
}
