// Names in Redis. They begin as those of BullMQ do, so that a prefix (and a hash tag in it) applies to all of them.
import { type Reader, refuse } from "../../given.ts";

/** What BullMQ puts before its keys. */
export const DEFAULT_PREFIX = "bull";

/** The names of one queue. */
export interface QueueKeys {
  /** The hash in which BullMQ keeps a job; marks and outcome of the message are in it too, and go with it. */
  job(id: string): string;
  /** BullMQ's lock of a job: holds the token of who works on it. */
  lock(id: string): string;
  /** Counts of the whole queue. */
  readonly totals: string;
  /** Counts of a campaign. */
  campaign(name: string): string;
  /** Campaigns by the time of their last change. */
  readonly campaigns: string;
  /** Accounts whose workers were held in this queue. */
  readonly accounts: string;
  /** A content by its hash. */
  blob(hash: string): string;
}

/** The names of a queue. */
export function queueKeys(prefix: string, name: string): QueueKeys {
  const base = `${prefix}:${name}:`;
  return {
    job: (id) => base + id,
    lock: (id) => `${base}${id}:lock`,
    totals: `${base}mw:totals`,
    campaign: (campaign) => `${base}mw:campaign:${campaign}`,
    campaigns: `${base}mw:campaigns`,
    accounts: `${base}mw:accounts`,
    blob: (hash) => `${base}mw:blob:${hash}`,
  };
}

/** The prefix of the names of an account's budget, which all queues of a Redis share. */
export function budgetPrefix(prefix: string, account: string): string {
  return `${prefix}:mw-budget:${account}`;
}

/** What holds up the workers of an account. */
export function holdsKey(prefix: string, account: string): string {
  return `${prefix}:mw-holds:${account}`;
}

// BullMQ parts its names by colons and takes numbers for its own ids.
const NAME = /^[A-Za-z0-9_.@-]{1,128}$/;

/** Reads the name of a queue, a campaign or an account. */
export const nameOption: Reader<string> = (value, place) =>
  typeof value === "string" && NAME.test(value) ? value : refuse(value, "1 to 128 of A-Z a-z 0-9 _ . @ -", place);

const LONGEST_KEY = 256;

/** Reads what the caller knows a message by. Half a surrogate pair has no bytes. */
export const keyOption: Reader<string> = (value, place) =>
  typeof value === "string" && value !== "" && value.length <= LONGEST_KEY && !/\p{Surrogate}/u.test(value)
    ? value
    : refuse(value, `a string of 1 to ${LONGEST_KEY} characters`, place);

/** The id of a job with a key of the caller's: readable, and no two keys have the same. */
export function idOfKey(key: string): string {
  return `key-${encodeURIComponent(key)}`;
}

/** The field of the account; those of sets begin otherwise. */
export const ACCOUNT_FIELD = "account";

/** The field of a configuration set; of messages without one, that of the sender's address. */
export function setField(configurationSet: string | undefined, from: string): string {
  return configurationSet === undefined ? `from:${from}` : `set:${configurationSet}`;
}
