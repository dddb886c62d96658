// SendRawEmail: takes a message as it is. Destinations decide who gets it; without them its own fields do.
import type { Action, Call } from "../action.ts";
import { invalidValue } from "../errors.ts";
import { blobOf, given, listOf } from "../query.ts";
import { readReceivedList, readReceivedMailbox } from "../received-addresses.ts";
import { hasField, type ReceivedMessage, readReceivedMessage } from "../received-message.ts";
import { checkSize, type Recipients, submit, V1_BYTES } from "../sending.ts";
import { validation } from "../validation.ts";
import { text } from "../xml.ts";
import { sendingOptions } from "./sending-options.ts";

export const sendRawEmail: Action = {
  name: "SendRawEmail",
  throttle: "recipients",
  changes: "messages",
  async run(call) {
    const raw = blobOf(requiredData(call), "rawMessage.data");
    checkSize(raw, V1_BYTES);
    const source = given(call.parameters, "Source");
    const sourceAddress = source === undefined ? undefined : readReceivedMailbox(source).address;
    const received = readReceivedMessage(raw);
    const destinations = listOf(call.parameters, "Destinations").filter((address) => address !== "");
    const id = await submit(call.state, call.account, {
      action: "SendRawEmail",
      accessKeyId: call.accessKeyId,
      raw,
      received,
      ...rawSenders(received, sourceAddress),
      recipients: rawRecipients(received, destinations),
      options: { ...sendingOptions(call.parameters), fromArn: given(call.parameters, "FromArn") },
    });
    return text("MessageId", id);
  },
};

function requiredData({ parameters }: Call): string {
  const data = given(parameters, "RawMessage.Data");
  const found = validation();
  if (data === undefined) {
    const member = parameters.has("RawMessage.Data") ? "rawMessage.data" : "rawMessage";
    found.fail(undefined, member, "Member must not be null");
  }
  found.done();
  return data ?? "";
}

/** Who a raw message is from, who must be verified, and where feedback goes: Source, else Return-Path, else From. */
export function rawSenders(received: ReceivedMessage, source: string | undefined) {
  const own = [source, ...received.from, received.sender, received.returnPath];
  const [author = ""] = received.from;
  return {
    source: source ?? author,
    senders: [...new Set(own.filter((address) => address !== undefined))],
    feedbackTo: source ?? received.returnPath ?? author,
  };
}

/** Who gets a raw message. @throws SesError */
export function rawRecipients(received: ReceivedMessage, destinations: readonly string[]): Recipients {
  if (destinations.length === 0) {
    const names = ["to", "cc", "bcc"];
    if (!names.some((name) => hasField(received, name))) throw invalidValue("Missing required header 'To'.");
    return { to: received.to, cc: received.cc, bcc: received.bcc };
  }
  const envelope = destinations.flatMap((entry) => readReceivedList(entry).map(({ address }) => address));
  const to = envelope.filter((address) => received.to.includes(address));
  const cc = envelope.filter((address) => !to.includes(address) && received.cc.includes(address));
  return { to, cc, bcc: envelope.filter((address) => !to.includes(address) && !cc.includes(address)) };
}
