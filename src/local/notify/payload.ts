// The JSON the service publishes about a message, as its developer guide describes it for topics of identities:
// `{ notificationType, mail, bounce | complaint | delivery }`.

import { sendingIdentity } from "../account/identities.ts";
import type { Account, NotificationType } from "../model/account.ts";
import { messageId } from "../model/ids.ts";
import type { StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";

/** Something to notify about. */
export type Happening =
  | { readonly type: "Bounce"; readonly subType: "General" | "Suppressed"; readonly recipients: readonly string[] }
  | { readonly type: "Complaint"; readonly recipients: readonly string[] }
  | { readonly type: "Delivery"; readonly recipients: readonly string[] };

/** A message with what the notification takes from around it. */
export interface Subject {
  readonly state: LocalState;
  readonly account: Account;
  readonly message: StoredMessage;
  /** When it happened, in ms. */
  readonly at: number;
}

// The account number that AWS documentation uses for examples.
const ACCOUNT_ID = "123456789012";
const MTA = "a8-1.smtp-out.amazonses.com";
const LOOPBACK = "127.0.0.1";

const KEYS = { Bounce: "bounce", Complaint: "complaint", Delivery: "delivery" } as const satisfies Record<
  NotificationType,
  string
>;

/** What is published. */
export function payload(subject: Subject, happening: Happening): Readonly<Record<string, unknown>> {
  return {
    notificationType: happening.type,
    [KEYS[happening.type]]: details(subject, happening),
    mail: mail(subject),
  };
}

function mail({ account, message }: Subject): Readonly<Record<string, unknown>> {
  return {
    timestamp: new Date(message.at).toISOString(),
    source: message.source,
    sourceArn:
      message.sourceArn ?? `arn:aws:ses:${account.region}:${ACCOUNT_ID}:identity/${sendingIdentity(account, message)}`,
    sourceIp: LOOPBACK,
    callerIdentity: message.accessKeyId ?? "local",
    sendingAccountId: ACCOUNT_ID,
    messageId: message.id,
    destination: message.recipients,
  };
}

function details(subject: Subject, happening: Happening): Readonly<Record<string, unknown>> {
  const timestamp = new Date(subject.at).toISOString();
  const feedbackId = () => messageId(subject.account.region, subject.at, subject.state.random);
  switch (happening.type) {
    case "Bounce":
      return bounce(happening, { timestamp, feedbackId: feedbackId() });
    case "Complaint":
      return {
        complainedRecipients: happening.recipients.map((emailAddress) => ({ emailAddress })),
        timestamp,
        feedbackId: feedbackId(),
        userAgent: "Amazon SES Mailbox Simulator",
        complaintFeedbackType: "abuse",
        arrivalDate: timestamp,
      };
    case "Delivery":
      return {
        timestamp,
        processingTimeMillis: Math.max(0, subject.at - subject.message.at),
        recipients: happening.recipients,
        smtpResponse: "250 2.6.0 Message received",
        reportingMTA: MTA,
        remoteMtaIp: LOOPBACK,
      };
  }
}

type Bounce = Extract<Happening, { type: "Bounce" }>;

function bounce(
  { subType, recipients }: Bounce,
  common: { readonly timestamp: string; readonly feedbackId: string },
): Readonly<Record<string, unknown>> {
  return {
    bounceType: "Permanent",
    bounceSubType: subType,
    bouncedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      action: "failed",
      status: "5.1.1",
      diagnosticCode: diagnosis(subType),
    })),
    ...common,
    // A suppressed address is never tried, so no other server answered.
    ...(subType === "General" ? { remoteMtaIp: LOOPBACK } : {}),
    reportingMTA: subType === "General" ? `dns; ${MTA}` : "dns; amazonses.com",
  };
}

/** What the receiving server said. RFC 3464 s2.3.6 */
export function diagnosis(subType: Bounce["subType"]): string {
  return subType === "General"
    ? "smtp; 550 5.1.1 user unknown"
    : "Amazon SES has suppressed sending to this address because it has a recent history of bouncing.";
}
