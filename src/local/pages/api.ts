// The JSON that the routes under `/_local/` answer, as the page and other clients read it. Types only.
import type { AccountLimits, NotificationType, VerificationStatus } from "../model/account.ts";
import type { DeliveryNote, MessageKind } from "../model/message.ts";
import type { FaultPlan } from "../model/state.ts";
import type { RecipientFate } from "../notify/notify.ts";

/** A message in a list. Times are ISO 8601, sizes bytes. */
export interface EntryJson {
  readonly id: string;
  readonly kind: MessageKind;
  readonly region: string;
  readonly at: string;
  readonly action: string;
  readonly from: string;
  readonly source: string;
  readonly recipients: readonly string[];
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly size: number;
}

/** `GET /_local/messages`: oldest first; `total` counts all that match, also those `limit` left out. */
export interface ListJson {
  readonly total: number;
  readonly messages: readonly EntryJson[];
}

/** A file in a message; its content is at `url`. */
export interface FileJson {
  readonly filename: string | null;
  readonly type: string;
  readonly disposition: string | null;
  readonly cid: string | null;
  readonly size: number;
  readonly url: string;
}

/** `GET /_local/messages/{id}`: the delivered copy, read. */
export interface MessageJson extends EntryJson {
  readonly feedbackTo: string;
  readonly accessKeyId: string | null;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly configurationSet: string | null;
  readonly outcomes: readonly { readonly recipient: string; readonly outcome: RecipientFate }[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly FileJson[];
  /** Things that the html would load from elsewhere; they are never loaded here. */
  readonly remoteReferences: number;
  /** Why the message was not taken apart. */
  readonly problem: string | null;
  /** What the service changed, or would have. */
  readonly notes: readonly DeliveryNote[];
}

/** One node of the MIME tree; `depth` is 0 for the message itself. Sizes are those of the encoded bytes. */
export interface NodeJson {
  readonly depth: number;
  readonly type: string;
  readonly encoding: string;
  readonly disposition: string | null;
  readonly filename: string | null;
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly defects: readonly string[];
}

/** `GET /_local/messages/{id}/structure`. */
export interface StructureJson {
  readonly nodes: readonly NodeJson[];
}

/** One finding about a message. */
export interface FindingJson {
  /** `service`: what SES changes; `preflight`: what goes wrong at a reader; `lint`: what breaks a rule or a limit. */
  readonly check: "service" | "preflight" | "lint";
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly place: string;
  /** The standard or page that the rule comes from. */
  readonly rfc: string | null;
  readonly hint: string | null;
}

/** `GET /_local/messages/{id}/lint`: `total` counts all findings, also those beyond the list. */
export interface LintJson {
  readonly limits: string;
  readonly total: number;
  readonly findings: readonly FindingJson[];
}

/** An identity as the page shows it. */
export interface IdentityJson {
  readonly name: string;
  readonly type: "EmailAddress" | "Domain";
  readonly status: VerificationStatus;
  readonly dkimStatus: VerificationStatus;
  readonly forwarding: boolean;
  readonly topics: Readonly<Partial<Record<NotificationType, string>>>;
}

/** Counts of 15 minutes. */
export interface PointJson {
  readonly at: string;
  readonly deliveryAttempts: number;
  readonly bounces: number;
  readonly complaints: number;
  readonly rejects: number;
}

/** One region. */
export interface AccountJson {
  readonly region: string;
  readonly sandbox: boolean;
  readonly quota: { readonly sentLast24Hours: number; readonly max24HourSend: number; readonly maxSendRate: number };
  readonly statistics: readonly PointJson[];
  readonly identities: readonly IdentityJson[];
}

/** `GET /_local/state`. */
export interface StateJson {
  readonly url: string;
  readonly now: string;
  readonly messages: number;
  readonly bytes: number;
  readonly settings: {
    readonly preset: "easy" | "verified" | "strict";
    readonly autoVerify: boolean;
    readonly anySender: boolean;
    readonly signatures: boolean;
    readonly clockWindow: boolean;
    readonly actionThrottle: boolean;
  };
  readonly limits: AccountLimits;
  readonly faults: FaultPlan;
  readonly accounts: readonly AccountJson[];
}

/** One of `GET /_local/notifications`. */
export interface NotificationJson {
  readonly type: NotificationType;
  readonly messageId: string;
  readonly region: string;
  readonly at: string;
  readonly topicArn: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly envelope: Readonly<Record<string, unknown>>;
}

/** What every failed request answers. */
export interface ErrorJson {
  readonly error: string;
}
