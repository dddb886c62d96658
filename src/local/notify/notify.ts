// Called once for each message after it is stored: simulator outcomes, notifications to topics, feedback mails.
import { isError } from "../../encoding/kinds.ts";
import { accountOf } from "../account/identities.ts";
import { count } from "../account/statistics.ts";
import { takeMessage } from "../inbox/inbox-store.ts";
import { takeNotification } from "../inbox/notification-store.ts";
import type { LocalState, SesNotification, StoredMessage } from "../model/model.ts";
import { deliver } from "./deliver.ts";
import { snsEnvelope } from "./envelope.ts";
import { autoReply, feedbackMail } from "./feedback-mail.ts";
import { outcomesOf, type RecipientOutcome, recipientsWith } from "./outcome.ts";
import { type Happening, payload, type Subject } from "./payload.ts";
import { forwards, topicFor } from "./settings.ts";

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
