// The addresses of a request: checked all together before anything else about it, then in 7-bit ASCII; and for a raw
// message, who it is from, who must be verified, who gets it.
import { type ReceivedMailbox, readAddress, readReceivedMailbox } from "../protocol/address-list.ts";
import { invalidValue } from "../protocol/errors.ts";
import { asciiAddress, type DeliveryNotes } from "./notes.ts";
import { hasField, type ReceivedMessage } from "./received-message.ts";
import type { Recipients } from "./submit.ts";

/** Addresses as the client gave them, in the order that the service looks at them. */
export interface GivenAddresses {
  readonly source: string | undefined;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly feedbackTo: string | undefined;
  readonly replyTo: readonly string[];
}

/** What the addresses of a request are called in its API. */
export type AddressNames = Readonly<Record<keyof GivenAddresses, string>>;

/** Addresses that passed the check. */
export interface ReadAddresses {
  /** Texts in 7-bit ASCII, for the fields of a message. */
  readonly ascii: GivenAddresses;
  readonly source: ReceivedMailbox | undefined;
  readonly feedbackTo: ReceivedMailbox | undefined;
  readonly recipients: Recipients;
}

/** Checks the addresses of a request. @throws SesError InvalidParameterValue for the first mistake */
export function readAddresses(given: GivenAddresses, names: AddressNames, notes: DeliveryNotes): ReadAddresses {
  const one = (text: string | undefined) => (text === undefined ? undefined : readReceivedMailbox(text));
  const bare = (texts: readonly string[]) => texts.flatMap(readAddress).map(({ address }) => address);
  const source = one(given.source);
  const recipients = { to: bare(given.to), cc: bare(given.cc), bcc: bare(given.bcc) };
  const feedbackTo = one(given.feedbackTo);
  bare(given.replyTo);
  return { ascii: inAscii(given, names, notes), source, feedbackTo, recipients };
}

function inAscii(given: GivenAddresses, names: AddressNames, notes: DeliveryNotes): GivenAddresses {
  const one = (name: "source" | "feedbackTo") => {
    const text = given[name];
    return text === undefined ? undefined : asciiAddress(text, names[name], notes);
  };
  const list = (name: "to" | "cc" | "bcc" | "replyTo") =>
    given[name].map((text, index) => asciiAddress(text, `${names[name]}.${index + 1}`, notes));
  return {
    source: one("source"),
    to: list("to"),
    cc: list("cc"),
    bcc: list("bcc"),
    feedbackTo: one("feedbackTo"),
    replyTo: list("replyTo"),
  };
}

/** Who a raw message is from, who must be verified, and where feedback goes: Source, else Return-Path, else From. */
export function rawSenders(received: ReceivedMessage, source: ReceivedMailbox | undefined) {
  const own = [...received.from, source, received.sender, received.returnPath];
  const [author] = received.from;
  const from = source ?? author;
  return {
    source: from?.address ?? "",
    senders: own.filter((mailbox) => mailbox !== undefined),
    feedbackTo: (source ?? received.returnPath ?? author)?.address ?? "",
  };
}

/**
 * Who gets a raw message: whom the parameters name, else whom its own fields name. A recipient that the fields do not
 * show under To is shown under Cc, or not at all. Letters of either case show the same address to a reader.
 *
 * @throws SesError
 */
export function rawRecipients(received: ReceivedMessage, given: Recipients): Recipients {
  const { to, cc, bcc } = given;
  if (to.length + cc.length + bcc.length === 0) {
    const names = ["to", "cc", "bcc"];
    if (!names.some((name) => hasField(received, name))) throw invalidValue("Missing required header 'To'.");
    return { to: received.to, cc: received.cc, bcc: received.bcc };
  }
  const [inTo, inCc] = [inLowerCase(received.to), inLowerCase(received.cc)];
  const isTo = (address: string) => inTo.has(address.toLowerCase());
  const isCc = (address: string) => !isTo(address) && inCc.has(address.toLowerCase());
  return {
    to: to.filter(isTo),
    cc: [...to.filter(isCc), ...cc],
    bcc: [...to.filter((address) => !isTo(address) && !isCc(address)), ...bcc],
  };
}

function inLowerCase(addresses: readonly string[]): ReadonlySet<string> {
  return new Set(addresses.map((address) => address.toLowerCase()));
}
