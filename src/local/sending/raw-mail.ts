// A raw message with the parameters around it: who it is from, who must be verified, who gets it.
import type { ReceivedMailbox } from "../protocol/address-list.ts";
import { invalidValue } from "../protocol/errors.ts";
import { hasField, type ReceivedMessage } from "./received-message.ts";
import type { Recipients } from "./submit.ts";

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
