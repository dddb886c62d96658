// The actions that send: SendEmail composes a message out of parameters; SendRawEmail takes one as it is, and sends it to
// the Destinations, or without them to whom its own fields name.

import { uuid } from "../model/ids.ts";
import { blobOf, given, listOf, type Parameters } from "../protocol/query.ts";
import { missing, required, type Validation, validation } from "../protocol/validation.ts";
import { text } from "../protocol/xml.ts";
import { type AddressNames, rawRecipients, rawSenders, readAddresses } from "../sending/addresses.ts";
import { composeSimple, type SimpleContent } from "../sending/compose.ts";
import { deliveryNotes } from "../sending/notes.ts";
import { checkParts, readReceivedMessage } from "../sending/received-message.ts";
import { sendingOptions } from "../sending/sending-options.ts";
import { checkSize, envelopeOf, submit, V1_BYTES } from "../sending/submit.ts";
import type { Actions, Call } from "./action.ts";

export const sending: Actions = {
  async SendEmail(call) {
    const { parameters } = call;
    const source = requireParameters(call);
    const notes = deliveryNotes(call.state.settings);
    const addresses = readAddresses(givenAddresses(parameters, source), SEND_EMAIL_NAMES, notes);
    const { ascii, recipients } = addresses;
    envelopeOf(recipients);
    const raw = await composeSimple({
      from: ascii.source ?? source,
      ...ascii,
      subject: contentOf(parameters, "Message.Subject") ?? { data: "", place: "Message.Subject" },
      text: contentOf(parameters, "Message.Body.Text"),
      html: contentOf(parameters, "Message.Body.Html"),
      at: call.state.now(),
      seed: uuid(call.state.random),
      notes,
    });
    checkSize(raw, V1_BYTES);
    const author = addresses.source?.address ?? source;
    const senders = [addresses.source, addresses.feedbackTo].filter((sender) => sender !== undefined);
    const id = await submit(call.state, call.account, {
      action: "SendEmail",
      accessKeyId: call.accessKeyId,
      raw,
      received: readReceivedMessage(raw),
      source: author,
      senders,
      feedbackTo: addresses.feedbackTo?.address ?? author,
      recipients,
      options: sendingOptions(parameters),
      notes: notes.list,
    });
    return text("MessageId", id);
  },
  async SendRawEmail(call) {
    const { parameters, state } = call;
    const raw = blobOf(requiredData(call), "rawMessage.data");
    checkSize(raw, V1_BYTES);
    const notes = deliveryNotes(state.settings);
    const named = { source: given(parameters, "Source"), to: listOf(parameters, "Destinations") };
    const { source, recipients } = readAddresses({ ...NO_ADDRESSES, ...named }, SEND_RAW_NAMES, notes);
    // No bytes at all are a message to the service, as long as parameters say from whom and to whom.
    const received = readReceivedMessage(raw, source === undefined ? "needed" : "needed-in-head");
    checkParts(received);
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

// Gives the Source, which is one of the required parameters.
function requireParameters({ parameters }: Call): string {
  const found = validation();
  const source = required(found, given(parameters, "Source"), "source");
  if (!hasMembers(parameters, "Destination.")) missing(found, "destination");
  if (!hasMembers(parameters, "Message.")) missing(found, "message");
  else requireMessage(parameters, found);
  found.done();
  return source;
}

function requireMessage(parameters: Parameters, found: Validation): void {
  if (!hasMembers(parameters, "Message.Subject.")) missing(found, "message.subject");
  else if (!parameters.has("Message.Subject.Data")) missing(found, "message.subject.data");
  if (!hasMembers(parameters, "Message.Body.")) missing(found, "message.body");
  for (const kind of ["Text", "Html"]) {
    const name = `Message.Body.${kind}`;
    if (hasMembers(parameters, `${name}.`) && !parameters.has(`${name}.Data`)) {
      missing(found, `message.body.${kind.toLowerCase()}.data`);
    }
  }
}

function hasMembers(parameters: Parameters, prefix: string): boolean {
  for (const name of parameters.keys()) if (name.startsWith(prefix)) return true;
  return false;
}

const SEND_EMAIL_NAMES: AddressNames = {
  source: "Source",
  to: "Destination.ToAddresses",
  cc: "Destination.CcAddresses",
  bcc: "Destination.BccAddresses",
  feedbackTo: "ReturnPath",
  replyTo: "ReplyToAddresses",
};

function givenAddresses(parameters: Parameters, source: string) {
  return {
    source,
    to: listOf(parameters, SEND_EMAIL_NAMES.to),
    cc: listOf(parameters, SEND_EMAIL_NAMES.cc),
    bcc: listOf(parameters, SEND_EMAIL_NAMES.bcc),
    feedbackTo: given(parameters, SEND_EMAIL_NAMES.feedbackTo),
    replyTo: listOf(parameters, SEND_EMAIL_NAMES.replyTo),
  };
}

function contentOf(parameters: Parameters, name: string): SimpleContent | undefined {
  const data = parameters.get(`${name}.Data`);
  return data === undefined ? undefined : { data, charset: given(parameters, `${name}.Charset`), place: name };
}

const NO_ADDRESSES = { source: undefined, to: [], cc: [], bcc: [], feedbackTo: undefined, replyTo: [] };

const SEND_RAW_NAMES: AddressNames = {
  source: "Source",
  to: "Destinations",
  cc: "Destinations",
  bcc: "Destinations",
  feedbackTo: "Source",
  replyTo: "Source",
};

function requiredData({ parameters }: Call): string {
  const found = validation();
  const data = required(found, parameters.get("RawMessage.Data"), "rawMessage");
  found.done();
  return data;
}
