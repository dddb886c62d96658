// What every way of sending shares, in the service's order: addresses and size, who is verified, quota, rate. Then
// the message is taken, durable before the client hears of it.
import { decodeWords } from "../../mail/read/encoded-words.ts";
import { saveState } from "../account/accounts.ts";
import { isVerified } from "../account/identities.ts";
import { checkQuota, count, countQuota, takeSendRate } from "../account/limits.ts";
import { refreshDomains } from "../account/verification.ts";
import { deliveredHead, type ReplacedFields } from "../inbox/delivered.ts";
import { storeMessage } from "../inbox/store.ts";
import type { Account } from "../model/account.ts";
import { messageId } from "../model/ids.ts";
import type { DeliveryNote, StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { isSimulator, notify } from "../notify/notify.ts";
import { mailboxText, type ReceivedMailbox } from "../protocol/address-list.ts";
import { invalidValue, SesError } from "../protocol/errors.ts";
import { fieldValue, type ReceivedMessage } from "./received-message.ts";
import { checkTags, configurationSetOf, type SendingOptions, tagsOfMessage } from "./sending-options.ts";

/** The message size of the reference: 10 MB after MIME encoding, in bytes. */
export const V1_BYTES = 10_485_760;

const mostRecipients = 50;

/** Bare addresses by the way they were given. */
export interface Recipients {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

/** A message to be sent, its addresses checked for syntax. */
export interface Submission {
  readonly action: string;
  readonly accessKeyId: string | undefined;
  readonly raw: Uint8Array;
  readonly received: ReceivedMessage;
  /** The bare address the message is from. */
  readonly source: string;
  /** Mailboxes whose addresses must be verified, in the order that a refusal names them. */
  readonly senders: readonly ReceivedMailbox[];
  readonly feedbackTo: string;
  readonly recipients: Recipients;
  /** What parameters say; fields of the message fill in what is undefined. */
  readonly options: SendingOptions;
  /** Fields that parameters take the place of. */
  readonly replaced?: ReplacedFields;
  readonly notes: readonly DeliveryNote[];
}

/** Refuses a message that is too large. @throws SesError */
export function checkSize(raw: Uint8Array, most: number): void {
  if (raw.length > most) throw invalidValue(`Message length is more than ${most} bytes long: '${raw.length}'.`);
}

/** The envelope of a message: each address once. @throws SesError for none and for more than 50 */
export function envelopeOf({ to, cc, bcc }: Recipients): readonly string[] {
  const envelope = [...new Set([...to, ...cc, ...bcc])];
  if (envelope.length === 0) throw invalidValue("There are no recipients specified");
  if (envelope.length > mostRecipients) throw invalidValue(`Recipient count exceeds ${mostRecipients}.`);
  return envelope;
}

/**
 * Sends: the checks after syntax, then the counts, then the message.
 *
 * @returns the MessageId, once everything is durable
 * @throws SesError MessageRejected, Throttling, InvalidParameterValue
 */
export async function submit(state: LocalState, account: Account, submission: Submission): Promise<string> {
  const envelope = envelopeOf(submission.recipients);
  const message = storedMessage(state, account, submission, envelope);
  const senders = submission.senders.map(({ address }) => address);
  await refreshDomains(state, account, [...senders, ...envelope]);
  // From here to the counts nothing waits: of two requests at once the second sees what the first took.
  checkVerified(state, account, submission.senders, envelope);
  const counted = envelope.filter((address) => !isSimulator(address)).length;
  const now = state.now();
  if (counted > 0) checkQuota(account, now);
  takeSendRate(account, envelope.length, now);
  countQuota(account, counted, now);
  count(account, "deliveryAttempts", envelope.length, now);
  await storeMessage(state, message);
  await notify(state, message);
  await saveState(state);
  return message.id;
}

const mostShown = 10;

function checkVerified(
  state: LocalState,
  account: Account,
  senders: readonly ReceivedMailbox[],
  envelope: readonly string[],
): void {
  const now = state.now();
  const unknown = (address: string) => !isVerified(account, address, now);
  const unverified = state.settings.anySender ? [] : senders.filter(({ address }) => unknown(address));
  // As they were written, so that one address with and without its name is named twice.
  const failed = new Set(unverified.map(mailboxText));
  if (account.limits.sandbox) {
    for (const address of envelope) if (!isSimulator(address) && unknown(address)) failed.add(address);
  }
  if (failed.size > 0) throw notVerified(account, [...failed]);
}

/** What the service answers for addresses that are not verified. */
export function notVerified({ region }: Pick<Account, "region">, identities: readonly string[]): SesError {
  const shown = identities.slice(0, mostShown).join(", ");
  const cut = identities.length > mostShown ? ", ..." : "";
  return new SesError(
    "MessageRejected",
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${shown}${cut}`,
  );
}

function storedMessage(
  state: LocalState,
  account: Account,
  submission: Submission,
  recipients: readonly string[],
): StoredMessage {
  const { received, raw, options, replaced, notes } = submission;
  const at = state.now();
  const id = messageId(account.region, at, state.random);
  return {
    id,
    kind: "sent",
    region: account.region,
    at,
    action: submission.action,
    accessKeyId: submission.accessKeyId,
    source: submission.source,
    feedbackTo: submission.feedbackTo,
    recipients,
    ...submission.recipients,
    subject: shownText(received, "subject"),
    from: shownText(received, "from", replaced?.from),
    tags: options.tags === undefined || options.tags.length === 0 ? tagsOfMessage(received) : checkTags(options.tags),
    configurationSet: configurationSetOf(options.configurationSet, received),
    sourceArn: options.sourceArn ?? fieldValue(received, "x-ses-source-arn"),
    fromArn: options.fromArn ?? fieldValue(received, "x-ses-from-arn"),
    returnPathArn: options.returnPathArn ?? fieldValue(received, "x-ses-return-path-arn"),
    notes,
    raw,
    head: deliveredHead(raw, received.mail.fields, { id, region: account.region, at, replaced }),
    bodyAt: received.mail.root.bodyStart,
  };
}

const longestShown = 1_000;

function shownText(received: ReceivedMessage, name: string, replaced?: string): string {
  const value = replaced ?? fieldValue(received, name) ?? "";
  return decodeWords(value.slice(0, longestShown * 4)).slice(0, longestShown);
}
