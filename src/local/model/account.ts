// Accounts by region: identities, limits, counts; and the form in which they are saved. Plain data, no behaviour.

/** States of a verification, as the API names them. */
export type VerificationStatus = "NotStarted" | "Pending" | "Success" | "Failed" | "TemporaryFailure";

/** Everything that an identity can have an SNS topic for. */
export const NOTIFICATION_TYPES = ["Bounce", "Complaint", "Delivery"] as const;

/** What an SNS topic of an identity can be set for. */
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** An address or a domain whose verification was requested, or that was added for its settings. */
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
