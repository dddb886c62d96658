// The whole endpoint as one object, and what is plugged into it: settings, clock, randomness, storage. No behaviour.

import type { Account, AccountLimits, SavedState } from "./account.ts";
import type { SesNotification, StoredMessage } from "./message.ts";

/** The Host names that the inbox page and its API answer to. */
export interface HostRules {
  /** In lower case, without port. */
  readonly names: ReadonlySet<string>;
  /** Such as `.example.com`, for every name below it. */
  readonly suffixes: readonly string[];
  /** Addresses are taken, whichever they are: there is no name in them to lead elsewhere. */
  readonly anyAddress: boolean;
}

/** Faults to play to clients; counts are "how many of the next matching requests", latency is for all of them. */
export interface FaultPlan {
  /** Requests answered with `Throttling`, `Rate exceeded`; over v2 `TooManyRequestsException`. */
  throttle: number;
  /** Requests answered with `Throttling`, `Maximum sending rate exceeded.`; over v2 `TooManyRequestsException`. */
  sendRate: number;
  /** Requests answered with `Throttling`, `Daily message quota exceeded.`; over v2 `LimitExceededException`. */
  dailyQuota: number;
  /** Requests answered with 500 InternalFailure. */
  internalFailure: number;
  /** Requests answered with 503 ServiceUnavailable. */
  unavailable: number;
  /** Requests answered with 403 `ExpiredToken`; over v2 `ExpiredTokenException`. */
  expiredToken: number;
  /** Requests answered with 403 `InvalidClientTokenId`; over v2 `UnrecognizedClientException`. */
  invalidToken: number;
  /** Requests answered with 403 `AccessDenied`; over v2 `AccessDeniedException`. */
  accessDenied: number;
  /** Requests answered with `MessageRejected`, `Sending paused for this account. …`. */
  accountPaused: number;
  /** Requests answered with the error of `errorCode`. */
  errors: number;
  /** A code of API v1 or the name of an error of v2, such as `AccountSendingPausedException`. */
  errorCode: string;
  /** The text of the errors, in place of the service's; empty for the service's. */
  errorMessage: string;
  /** Connections dropped before the request is looked at. */
  dropBefore: number;
  /** Connections dropped after the request was carried out: the message is taken, the client never hears of it. */
  dropAfter: number;
  /** Requests carried out, but the answer breaks off in the middle. */
  truncate: number;
  /** Milliseconds before each answer. */
  latency: number;
  /** The chance, from 0 to 1, that a request meets the fault that is due; latency is for all. */
  probability: number;
  /** Only these actions; empty means all. v2 requests count as `v2 SendEmail` and `v2 GetAccount`. */
  actions: readonly string[];
}

/** So many notifications are kept, in memory and in a directory: the newest. */
export const mostNotifications = 1_000;

/**
 * Where state is kept. Each promise settles once the data is durable: the endpoint answers only after that, so
 * what was acknowledged to a client survives a crash. Calls of `saveState` never overlap; `append` calls may.
 */
export interface Storage {
  append(message: StoredMessage): Promise<void>;
  /** Forgets the messages with these ids, unknown ones skipped; or all messages, also those memory has let go of. */
  remove(ids: readonly string[] | "all"): Promise<void>;
  saveState(state: SavedState): Promise<void>;
  appendNotification(notification: SesNotification): Promise<void>;
  /** Forgets all notifications. */
  removeNotifications(): Promise<void>;
  load(): Promise<Kept>;
  /** Settles when everything that was being written is; nothing can be written any more. */
  close(): Promise<void>;
}

/** What a storage kept, oldest first; `state` is undefined on the first start. */
export interface Kept {
  readonly state: SavedState | undefined;
  readonly messages: readonly StoredMessage[];
  readonly notifications: readonly SesNotification[];
}

/** Looks up DNS records: TXT gives texts, CNAME gives names. An unknown name gives an empty list. */
export type Resolve = (name: string, type: "TXT" | "CNAME") => Promise<readonly string[]>;

/** The strictness switches and everything else that does not change while the endpoint runs. */
export interface Settings {
  readonly preset: "easy" | "verified" | "strict";
  /** The Host names that pages and the JSON API answer to. */
  readonly hosts: HostRules;
  /** What links begin with, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly autoVerify: boolean;
  /** Senders count as verified without a request to verify them. */
  readonly anySender: boolean;
  readonly signatures: boolean;
  readonly clockWindow: boolean;
  readonly actionThrottle: boolean;
  /** Text that would be damaged because it is not 7-bit ASCII is refused; else it is delivered damaged. */
  readonly sevenBit: boolean;
  /** Secret by access key id; empty means that any key is accepted. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Limits the endpoint starts with. */
  readonly limits: Readonly<AccountLimits>;
  readonly resolve: Resolve | undefined;
  readonly onNotification: ((notification: SesNotification) => void | Promise<void>) | undefined;
  /** HTTP URL by topic ARN. */
  readonly topics: ReadonlyMap<string, string>;
  /** Bytes of raw messages kept in memory; beyond it the oldest are forgotten. */
  readonly inboxBytes: number;
}

/** The whole endpoint. One object, handed to every action and page. */
export interface LocalState {
  readonly settings: Settings;
  /** The time in ms since the epoch. */
  readonly now: () => number;
  /** This many random bytes. */
  readonly random: (size: number) => Uint8Array;
  readonly storage: Storage;
  /** Limits of an account when its region is first used. */
  readonly limits: AccountLimits;
  /** By region name; `accountOf(state, region)` adds a missing one. */
  readonly accounts: Map<string, Account>;
  /** By id, oldest first. */
  readonly messages: Map<string, StoredMessage>;
  /** Bytes of all of them; `storeMessage` and `removeMessages` keep it. */
  inboxSize: number;
  /** Oldest first. */
  readonly notifications: SesNotification[];
  readonly faults: FaultPlan;
  /** Called with every message once it is stored, and with undefined when messages were removed. */
  readonly listeners: Set<(message: StoredMessage | undefined) => void>;
  /** Where this machine reaches the server, without a slash at the end. */
  url: string;
  /** Aborted when the endpoint is closed: requests that still wait then cannot be answered any more. */
  readonly ended: AbortSignal;
}
