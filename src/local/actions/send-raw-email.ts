// SendRawEmail: takes a message as it is. Destinations decide who gets it; without them its own fields do.
import { blobOf, given, listOf } from "../protocol/query.ts";
import { validation } from "../protocol/validation.ts";
import { text } from "../protocol/xml.ts";
import { deliveryNotes } from "../sending/notes.ts";
import { rawRecipients, rawSenders } from "../sending/raw-mail.ts";
import { checkParts, readReceivedMessage } from "../sending/received-message.ts";
import { type AddressNames, readAddresses } from "../sending/request-addresses.ts";
import { sendingOptions } from "../sending/sending-options.ts";
import { checkSize, submit, V1_BYTES } from "../sending/submit.ts";
import type { Action, Call } from "./action.ts";

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
