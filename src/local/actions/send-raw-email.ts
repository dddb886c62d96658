// SendRawEmail: takes a message as it is. Destinations decide who gets it; without them its own fields do.

import type { ReceivedMailbox } from "../protocol/address-list.ts";
import { invalidValue } from "../protocol/errors.ts";
import { blobOf, given, listOf } from "../protocol/query.ts";
import { validation } from "../protocol/validation.ts";
import { text } from "../protocol/xml.ts";
import { deliveryNotes } from "../sending/notes.ts";
import { hasField, type ReceivedMessage, readReceivedMessage } from "../sending/received-message.ts";
import { checkParts } from "../sending/received-parts.ts";
import { type AddressNames, readAddresses } from "../sending/request-addresses.ts";
import { checkSize, type Recipients, submit, V1_BYTES } from "../sending/submit.ts";
import type { Action, Call } from "./action.ts";
import { sendingOptions } from "./sending-options.ts";

export const sendRawEmail: Action = {
  name: "SendRawEmail",
  throttle: "recipients",
  changes: "messages",
  async run(call) {
    const { parameters, state } = call;
    const raw = blobOf(requiredData(call), "rawMessage.data");
    checkSize(raw, V1_BYTES);
    const notes = deliveryNotes(state.settings);
    const named = { source: given(parameters, "Source"), to: listOf(parameters, "Destinations") };
    const { source, recipients } = readAddresses({ ...NOBODY, ...named }, NAMES, notes);
    // No bytes at all are a message to the service, as long as parameters say from whom and to whom.
    const received = readReceivedMessage(raw, source === undefined ? "needed" : "needed-in-head");
    checkParts(raw, received.bodyAt);
    const id = await submit(state, call.account, {
      action: "SendRawEmail",
      accessKeyId: call.accessKeyId,
      raw,
      received,
      ...rawSenders(received, source),
      recipients: rawRecipients(received, recipients),
      options: { ...sendingOptions(parameters), fromArn: given(parameters, "FromArn") },
      notes: notes.list,
    });
    return text("MessageId", id);
  },
};

const NOBODY = { source: undefined, to: [], cc: [], bcc: [], feedbackTo: undefined, replyTo: [] };
const NAMES: AddressNames = {
  source: "Source",
  to: "Destinations",
  cc: "Destinations",
  bcc: "Destinations",
  feedbackTo: "Source",
  replyTo: "Source",
};

function requiredData({ parameters }: Call): string {
  const data = parameters.get("RawMessage.Data");
  const found = validation();
  if (data === undefined) found.fail(undefined, "rawMessage", "Member must not be null");
  found.done();
  return data ?? "";
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
