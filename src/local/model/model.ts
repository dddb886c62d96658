// What the endpoint knows and keeps: accounts by region, identities, quota window, statistics, messages.
// Plain data and the interfaces of what is plugged in (clock, randomness, storage); no behaviour lives here.
import type { HostRules } from "../http/hosts.ts";

/** States of a verification, as the API names them. */
export type VerificationStatus = "NotStarted" | "Pending" | "Success" | "Failed" | "TemporaryFailure";

/** Everything that an identity can have an SNS topic for. */
export const NOTIFICATION_TYPES = ["Bounce", "Complaint", "Delivery"] as const;

/** What an SNS topic of an identity can be set for. */
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** An address or a domain that somebody asked to verify. */
export interface Identity {
  /** An address as it was given (case counts), or a domain in lower case. */
  readonly name: string;
  readonly type: "EmailAddress" | "Domain";
  /** NotStarted for an entry that exists for its DKIM tokens or topics alone. */
  status: VerificationStatus;
  /** When the pending verification began, in ms; it fails 24 h (address) or 72 h (domain) later. */
  startedAt: number;
  /** What the link in the verification mail carries; undefined where no such mail was sent. */
  linkToken: string | undefined;
  dkimEnabled: boolean;
  dkimStatus: VerificationStatus;
  dkimStartedAt: number;
  forwardingEnabled: boolean;
  /** Topic ARNs by notification type; a type without a topic is absent. */
  readonly topics: Map<NotificationType, string>;
}

/** Limits of one account in one region; they can be changed while the endpoint runs. */
export interface AccountLimits {
  /** Recipients must be verified too. */
  sandbox: boolean;
  /** Recipients in a rolling 24 h; -1 = unlimited. */
  max24HourSend: number;
  /** Recipients per second; -1 = not enforced. */
  maxSendRate: number;
}

/** Recipients sent to in one second: the unit of the rolling 24 h. */
export interface QuotaEntry {
  /** Start of the second, in ms. */
  readonly at: number;
  recipients: number;
}

/** Counts of 15 minutes. */
export interface StatisticsPoint {
  /** Start of the 15 minutes, in ms. */
  readonly at: number;
  deliveryAttempts: number;
  bounces: number;
  complaints: number;
  rejects: number;
}

/** Everything of one region. */
export interface Account {
  readonly region: string;
  readonly limits: AccountLimits;
  /** By name, in the order they were added. */
  readonly identities: Map<string, Identity>;
  /** Oldest first. */
  readonly quota: QuotaEntry[];
  /** Oldest first. */
  readonly statistics: StatisticsPoint[];
  /** Thousandths of recipients that may be sent to now; negative after a send larger than the rate. Not persisted. */
  readonly bucket: { thousandths: number; at: number };
  /** Last call of each throttled action, in ms. Not persisted. */
  readonly lastCalls: Map<string, number>;
}

/**
 * Why there is a message: `sent` by a client, `verification` with the link that verifies an address, `feedback` is a
 * bounce or complaint forwarded by mail, `auto-reply` the answer of the out-of-office simulator address.
 */
export const MESSAGE_KINDS = ["sent", "verification", "feedback", "auto-reply"] as const;

/** Why a message is in the inbox. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Codes of what the service does to a message that its sender may not expect. */
export const NOTE_CODES = [
  /** text outside of 7-bit ASCII without a charset or encoded-words */
  "ses.seven-bit",
  /** a From field that FromEmailAddress takes the place of */
  "ses.from-replaced",
  /** a Reply-To field that ReplyToAddresses take the place of */
  "ses.reply-to-replaced",
  /** an attachment whose bytes its transfer encoding cannot carry */
  "ses.attachment-encoding",
  /** a parameter that has an effect at the service and none here */
  "ses.not-played",
] as const;

/** What the service does to a message that its sender may not expect; shown with the findings about the message. */
export interface DeliveryNote {
  readonly code: (typeof NOTE_CODES)[number];
  readonly severity: "error" | "warning";
  readonly message: string;
  /** The parameter, as in `Message.Subject`. */
  readonly place: string;
  /** What to do about it. */
  readonly hint: string | undefined;
}

/** A message the endpoint has taken. Never changed once stored. */
export interface StoredMessage {
  /** The MessageId the client was answered. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly region: string;
  /** When it was taken, in ms. */
  readonly at: number;
  /** `SendEmail`, `SendRawEmail`, `v2 SendEmail`; for what the endpoint itself wrote, its kind. */
  readonly action: string;
  readonly accessKeyId: string | undefined;
  /** The bare address of the sender: Source, else the From field. */
  readonly source: string;
  /** Where bounces and complaints go by mail. */
  readonly feedbackTo: string;
  /** The envelope: bare addresses that get the message, each once, in order. */
  readonly recipients: readonly string[];
  /** Bare addresses by the field or parameter they came in; `bcc` also holds envelope-only recipients. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  /** The Subject field, decoded and at most 1,000 characters: for lists, not for comparing content. */
  readonly subject: string;
  /** The From field, unfolded and decoded, at most 1,000 characters. */
  readonly from: string;
  /** Name and value pairs: the Tags parameter, else the X-SES-MESSAGE-TAGS field. */
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly configurationSet: string | undefined;
  readonly sourceArn: string | undefined;
  readonly fromArn: string | undefined;
  readonly returnPathArn: string | undefined;
  /** What the service changed or would have changed. */
  readonly notes: readonly DeliveryNote[];
  /** The bytes exactly as they were given (SendEmail: as composed). */
  readonly raw: Uint8Array;
  /** The head the recipient sees, CRLF, with the blank line that ends it. */
  readonly head: Uint8Array;
  /** Where the body begins in `raw`: `deliveredBytes(message)` joins head and body. */
  readonly bodyAt: number;
}

/** A bounce, complaint or delivery notification, as published to a topic. */
export interface SesNotification {
  readonly type: NotificationType;
  /** Of the message it is about. */
  readonly messageId: string;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  readonly topicArn: string;
  /** The SES JSON: `{ notificationType, mail, bounce | complaint | delivery }`. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The SNS envelope around it, as a topic's HTTP subscriber gets it. */
  readonly envelope: Readonly<Record<string, unknown>>;
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

/** What survives a restart, apart from the messages: JSON-safe. */
export interface SavedState {
  readonly version: 1;
  readonly accounts: readonly SavedAccount[];
}

/** One account in {@link SavedState}. */
export interface SavedAccount {
  readonly region: string;
  readonly limits: Readonly<AccountLimits>;
  readonly identities: readonly SavedIdentity[];
  readonly quota: readonly Readonly<QuotaEntry>[];
  readonly statistics: readonly Readonly<StatisticsPoint>[];
}

/** One identity in {@link SavedState}: topics as pairs, an unused link token as null. */
export interface SavedIdentity extends Omit<Readonly<Identity>, "topics" | "linkToken"> {
  readonly topics: readonly (readonly [NotificationType, string])[];
  readonly linkToken: string | null;
}

/**
 * Where state is kept. Each promise settles once the data is durable: the endpoint answers only after that, so
 * whatever a client was told survives a crash. Calls of `saveState` never overlap; `append` calls may.
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
  /** Senders count as verified though nobody asked for them. */
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
  /** Bytes of all of them; `takeMessage` and `removeMessages` keep it. */
  inboxSize: number;
  /** Oldest first. */
  readonly notifications: SesNotification[];
  readonly faults: FaultPlan;
  /** Called with every message once it is stored, and with undefined when messages were removed. */
  readonly listeners: Set<(message: StoredMessage | undefined) => void>;
  /** Where this machine reaches the server, without a slash at the end. */
  url: string;
  /** Aborted when the endpoint is closed: what still waits then has nobody to answer. */
  readonly ended: AbortSignal;
}

/** Which messages: every given condition must hold. Addresses are compared without regard to case. */
export interface MessageFilter {
  /** The MessageId. */
  readonly id?: string;
  /** A bare address that gets the message: one of the envelope's recipients, also those of Cc and Bcc. */
  readonly to?: string;
  /** A bare address among those of Cc. */
  readonly cc?: string;
  /** A bare address among those that get the message without being named in it. */
  readonly bcc?: string;
  /** A bare address: one of the From field, or the sender of the envelope. */
  readonly from?: string;
  /** A part of the subject, or a pattern for it. */
  readonly subject?: string | RegExp;
  /** A part of the plain text, or a pattern for it; of the html where there is no plain text. */
  readonly text?: string | RegExp;
  /** `name:value` of a tag, or its name alone; of several each one. */
  readonly tag?: string | readonly string[];
  /** The name of the configuration set. */
  readonly configurationSet?: string;
  /**
   * `Name:value` of a header field, as it was sent or as it is delivered, or its name alone; of several each one. The
   * name is compared without regard to case, the value as a whole, unfolded and decoded.
   */
  readonly header?: string | readonly string[];
  /** Whether there are files in the message, images of the html among them. */
  readonly hasAttachment?: boolean;
  /** Only messages taken at this time or later; a number is in ms since the epoch. */
  readonly since?: Date | number;
  /** Only messages taken before this time; a number is in ms since the epoch. */
  readonly before?: Date | number;
  readonly region?: string;
  readonly kind?: MessageKind;
  /** Only messages taken after this one. */
  readonly after?: string;
  /** Of those that match only the newest. */
  readonly latest?: boolean;
}
