// Called once for each message after it is stored: simulator outcomes, notifications to topics, feedback mails. Settings
// are those of the address a message is from, else those of its domain or of a domain above it.
import { isError } from "../../encoding/kinds.ts";
import { accountOf } from "../account/accounts.ts";
import { forwardingEnabled, parents } from "../account/identities.ts";
import { count } from "../account/limits.ts";
import { takeMessage, takeNotification } from "../inbox/store.ts";
import type { Account, Identity, NotificationType } from "../model/account.ts";
import type { SesNotification, StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { autoReply, feedbackMail } from "./feedback-mail.ts";
import { outcomesOf, type RecipientOutcome, recipientsWith } from "./outcome.ts";
import { type Happening, payload, type Subject } from "./payload.ts";
import { deliver, snsEnvelope } from "./sns.ts";

/**
 * Plays what becomes of a message. What it records (statistics, notifications, feedback mails) is in `state` when
 * the promise settles; deliveries to callbacks and URLs may still be under way. It never rejects.
 */
export async function notify(state: LocalState, message: StoredMessage): Promise<void> {
  if (message.kind !== "sent") return;
  try {
    await play({ state, account: accountOf(state, message.region), message, at: state.now() });
  } catch (error) {
    // The message itself is taken and acknowledged, whatever happens to the mails about it.
    process.emitWarning(`Feedback about ${message.id} was lost: ${isError(error) ? error.message : error}`);
  }
}

async function play(subject: Subject): Promise<void> {
  const outcomes = outcomesOf(subject.message);
  countOutcomes(subject, outcomes);
  for (const happening of happenings(outcomes)) {
    await publish(subject, happening);
    await forward(subject, happening);
  }
  for (const recipient of recipientsWith(outcomes, "out-of-office")) {
    await takeMessage(subject.state, autoReply(subject, recipient));
  }
}

function countOutcomes({ account, at }: Subject, outcomes: readonly RecipientOutcome[]): void {
  count(account, "bounces", recipientsWith(outcomes, "bounced", "suppressed").length, at);
  count(account, "complaints", recipientsWith(outcomes, "complained").length, at);
  count(account, "rejects", recipientsWith(outcomes, "rejected").length, at);
}

// Several bounces of one send are one notification; a notification has one sub-type, so at most two.
function happenings(outcomes: readonly RecipientOutcome[]): readonly Happening[] {
  const all: readonly Happening[] = [
    { type: "Delivery", recipients: recipientsWith(outcomes, "delivered", "complained", "out-of-office") },
    { type: "Bounce", subType: "General", recipients: recipientsWith(outcomes, "bounced") },
    { type: "Bounce", subType: "Suppressed", recipients: recipientsWith(outcomes, "suppressed") },
    { type: "Complaint", recipients: recipientsWith(outcomes, "complained") },
  ];
  return all.filter(({ recipients }) => recipients.length > 0);
}

async function publish(subject: Subject, happening: Happening): Promise<void> {
  const { state, account, message, at } = subject;
  const topicArn = topicFor(account, message, happening.type);
  if (topicArn === undefined) return;
  const published = payload(subject, happening);
  const notification: SesNotification = {
    type: happening.type,
    messageId: message.id,
    region: account.region,
    at,
    topicArn,
    message: published,
    envelope: snsEnvelope(state, { topicArn, region: account.region, at, message: published }),
  };
  await takeNotification(state, notification);
  deliver(state, notification);
}

async function forward(subject: Subject, happening: Happening): Promise<void> {
  if (!forwards(subject.account, subject.message)) return;
  const mail = feedbackMail(subject, happening);
  if (mail !== undefined) await takeMessage(subject.state, mail);
}

/** The identities whose settings count, the one that wins first. */
function identitiesBehind(account: Account, address: string): readonly Identity[] {
  const names = [address, ...parents(address)];
  return names.map((name) => account.identities.get(name)).filter((identity) => identity !== undefined);
}

/** The topic for notifications of this type; undefined when none is set. */
export function topicFor(account: Account, message: StoredMessage, type: NotificationType): string | undefined {
  for (const identity of identitiesBehind(account, message.source)) {
    const topic = identity.topics.get(type);
    if (topic !== undefined) return topic;
  }
  return undefined;
}

/** True when bounces and complaints of this message are forwarded by mail. */
export function forwards(account: Account, message: StoredMessage): boolean {
  const identities = identitiesBehind(account, message.source);
  // An address that nobody changed a setting of leaves the decision to its domain.
  const set = identities.find((identity) => !identity.forwardingEnabled || identity.topics.size > 0);
  const decides = set ?? identities[0];
  return decides === undefined || forwardingEnabled(decides);
}

/** The name of the identity that the message was sent as. */
export function sendingIdentity(account: Account, message: StoredMessage): string {
  return identitiesBehind(account, message.source)[0]?.name ?? message.source;
}
