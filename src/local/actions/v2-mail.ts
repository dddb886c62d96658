// The message of a v2 request: the raw bytes it brings, or one composed of its parts.
import { decodeWords } from "../../mail/read/encoded-words.ts";
import type { ReplacedFields } from "../inbox/delivered.ts";
import { uuid } from "../model/ids.ts";
import type { LocalState } from "../model/state.ts";
import { domainOf } from "../protocol/address.ts";
import { mailboxText, type ReceivedMailbox, readReceivedList } from "../protocol/address-list.ts";
import { SesError } from "../protocol/errors.ts";
import { rawRecipients, rawSenders } from "../sending/addresses.ts";
import { composeSimple } from "../sending/compose.ts";
import type { DeliveryNotes } from "../sending/notes.ts";
import {
  authorOf,
  checkParts,
  fieldValue,
  type ReceivedMessage,
  readReceivedMessage,
} from "../sending/received-message.ts";
import { checkSize, notVerified, type Submission } from "../sending/submit.ts";
import type { V2Input } from "./v2-request.ts";

/** Bytes of a message over v2: 40 MB. */
const V2_BYTES = 41_943_040;

/** What a request sends, from whom and to whom. */
export type V2Mail = Pick<
  Submission,
  "raw" | "received" | "source" | "senders" | "feedbackTo" | "recipients" | "replaced"
>;

/** A request with where it is sent from. */
export interface V2Sending {
  readonly input: V2Input;
  readonly region: string;
  readonly notes: DeliveryNotes;
}

/** The message to send. @throws SesError */
export async function v2Mail(state: LocalState, sending: V2Sending): Promise<V2Mail> {
  const mail = sending.input.content.kind === "raw" ? rawMail(sending) : await simpleMail(state, sending);
  const { feedbackTo } = sending.input.addresses;
  if (feedbackTo === undefined) return mail;
  return { ...mail, feedbackTo: feedbackTo.address, senders: [...mail.senders, feedbackTo] };
}

async function simpleMail(state: LocalState, { input, notes }: V2Sending): Promise<V2Mail> {
  const { content, addresses } = input;
  const { ascii, source, recipients } = addresses;
  if (content.kind !== "simple" || source === undefined) throw new SesError("InternalFailure", "There is no content.");
  const raw = await composeSimple({
    ...content,
    ...ascii,
    from: ascii.source ?? source.address,
    at: state.now(),
    seed: uuid(state.random),
    notes,
  });
  checkSize(raw, V2_BYTES);
  const received = readReceivedMessage(raw);
  checkParts(received);
  const { address } = source;
  return {
    raw,
    received,
    source: address,
    senders: received.sender === undefined ? [source] : [source, received.sender],
    feedbackTo: address,
    recipients,
  };
}

function rawMail({ input, region, notes }: V2Sending): V2Mail {
  const { content, addresses } = input;
  const raw = content.kind === "raw" ? content.raw : new Uint8Array();
  checkSize(raw, V2_BYTES);
  const { source } = addresses;
  const received = readRaw(raw, source, region);
  const replaced = { from: addresses.ascii.source, replyTo: addresses.ascii.replyTo.join(",\r\n ") || undefined };
  noteReplaced(received, replaced, notes);
  // What FromEmailAddress replaces is not the sender any more, unless it is the same address.
  const from = received.from.filter(({ address }) => source === undefined || address === source.address);
  return {
    raw,
    received,
    ...rawSenders({ ...received, from }, source),
    recipients: rawRecipients(received, addresses.recipients),
    replaced,
  };
}

function readRaw(raw: Uint8Array, source: ReceivedMailbox | undefined, region: string): ReceivedMessage {
  try {
    const received = readReceivedMessage(raw, source === undefined ? "needed" : "optional");
    checkParts(received);
    return received;
  } catch (thrown) {
    // RFC 6761 s6.4: names under `invalid` do not exist, so no such sender is verified. Clients that ask whether they may send
    // (nodemailer's verify) send such a message, and wait for the answer about its sender.
    const sender = source ?? authorOf(raw);
    if (sender !== undefined && isInvalid(sender)) throw notVerified({ region }, [mailboxText(sender)]);
    throw thrown;
  }
}

function isInvalid({ address }: ReceivedMailbox): boolean {
  return /(?:^|\.)invalid$/.test(domainOf(address));
}

function noteReplaced(received: ReceivedMessage, { from, replyTo }: ReplacedFields, notes: DeliveryNotes): void {
  const own = fieldValue(received, "from");
  if (from !== undefined && own !== undefined && !readAlike(own, from)) {
    notes.add({
      code: "ses.from-replaced",
      severity: "warning",
      place: "FromEmailAddress",
      message: `SES v2 replaces the From field: readers see ${shown(from)} instead of ${shown(own)}`,
      hint: "Leave FromEmailAddress out, or give it the name too. FeedbackForwardingEmailAddress is for bounces.",
    });
  }
  const answers = fieldValue(received, "reply-to");
  if (replyTo !== undefined && answers !== undefined && !readAlike(answers, replyTo)) {
    notes.add({
      code: "ses.reply-to-replaced",
      severity: "warning",
      place: "ReplyToAddresses",
      message: `SES v2 replaces the Reply-To field: answers go to ${shown(replyTo)} instead of ${shown(answers)}`,
      hint: "Leave ReplyToAddresses out, or give them in the message alone.",
    });
  }
}

// Quotes and encoded-words apart, which readers do not see.
function readAlike(one: string, other: string): boolean {
  return shownMailboxes(one) === shownMailboxes(other);
}

function shownMailboxes(value: string): string {
  try {
    return readReceivedList(value)
      .map(({ name, address }) => `${decodeWords(name)} <${address}>`)
      .join("\n");
  } catch {
    // Reply-To of a raw message is not checked.
    return value;
  }
}

const mostShown = 200;

function shown(value: string): string {
  const line = value.replaceAll("\r\n", "");
  return line.length > mostShown ? `${line.slice(0, mostShown)}…` : line;
}
