// The addresses of a request: checked all together before anything else about it, then in 7-bit ASCII.

import { type ReceivedMailbox, readAddress, readReceivedMailbox } from "../protocol/address-list.ts";
import { asciiAddress, type DeliveryNotes } from "./notes.ts";
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
