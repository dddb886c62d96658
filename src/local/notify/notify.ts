// What becomes of a message after it is stored. Mail to the mailbox simulator ends as its address says, a message with the
// EICAR test file (which every virus scanner takes for a virus) is rejected, everything else is delivered; notifications
// and feedback mails say so.
import { isError } from "../../mail/octets/kinds.ts";
import { decodedBody } from "../../mail/read/body.ts";
import { accountOf } from "../account/accounts.ts";
import { forwards, topicFor } from "../account/identities.ts";
import { count } from "../account/limits.ts";
import { storeMessage, storeNotification } from "../inbox/store.ts";
import { readView } from "../inbox/view.ts";
import type { SesNotification, StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { domainOf } from "../protocol/address.ts";
import { autoReply, feedbackMail } from "./feedback-mail.ts";
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
    await storeMessage(subject.state, autoReply(subject, recipient));
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
  await storeNotification(state, notification);
  deliver(state, notification);
}

async function forward(subject: Subject, happening: Happening): Promise<void> {
  if (!forwards(subject.account, subject.message)) return;
  const mail = feedbackMail(subject, happening);
  if (mail !== undefined) await storeMessage(subject.state, mail);
}

/** How it ends at one recipient. */
export type RecipientFate = "delivered" | "bounced" | "suppressed" | "complained" | "out-of-office" | "rejected";

/** A recipient and how it ends there. */
export interface RecipientOutcome {
  readonly recipient: string;
  readonly outcome: RecipientFate;
}

const BY_LOCAL_PART: ReadonlyMap<string, RecipientFate> = new Map([
  ["bounce", "bounced"],
  ["suppressionlist", "suppressed"],
  ["complaint", "complained"],
  ["ooto", "out-of-office"],
]);

/** The outcome at every recipient, in the order of the envelope. */
export function outcomesOf(message: StoredMessage): readonly RecipientOutcome[] {
  const rejected = message.kind === "sent" && holdsTestVirus(message.raw);
  return message.recipients.map((recipient) => ({ recipient, outcome: rejected ? "rejected" : outcomeAt(recipient) }));
}

// `bounce+any-label@simulator.amazonses.com` bounces like the address without a label.
function outcomeAt(recipient: string): RecipientFate {
  if (!isSimulator(recipient)) return "delivered";
  const [local = ""] = recipient.slice(0, recipient.lastIndexOf("@")).toLowerCase().split("+", 1);
  return BY_LOCAL_PART.get(local) ?? "delivered";
}

/** The recipients that end one of these ways. */
function recipientsWith(outcomes: readonly RecipientOutcome[], ...wanted: readonly RecipientFate[]): readonly string[] {
  return outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ recipient }) => recipient);
}

// In two halves, so that no scanner takes this file for the test file.
const SIGNATURE = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

// The test file has at most 128 octets; encoded in whatever way, with line ends, it stays far below this.
const longestEncoded = 1_024;

/** True when a part of the message is the test file: the signature, and nothing but white space behind it. */
function holdsTestVirus(raw: Uint8Array): boolean {
  for (const { part } of readView(raw).parts) {
    const size = part.bodyEnd - part.bodyStart;
    if (part.parts.length > 0 || size < SIGNATURE.length || size > longestEncoded) continue;
    if (isTestFile(decodedBody(raw, part))) return true;
  }
  return false;
}

function isTestFile(content: Uint8Array): boolean {
  const text = Buffer.from(content).toString("latin1");
  return text.startsWith(SIGNATURE) && text.slice(SIGNATURE.length).trim() === "";
}

/** True for an address of the mailbox simulator, with any label. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === "simulator.amazonses.com";
}
