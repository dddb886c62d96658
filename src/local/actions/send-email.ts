// SendEmail: composes a message out of parameters and sends it.

import { uuid } from "../model/ids.ts";
import { given, listOf, type Parameters } from "../protocol/query.ts";
import { type Validation, validation } from "../protocol/validation.ts";
import { text } from "../protocol/xml.ts";
import { composeSimple, type SimpleContent } from "../sending/compose-simple.ts";
import { deliveryNotes } from "../sending/notes.ts";
import { readReceivedMessage } from "../sending/received-message.ts";
import { type AddressNames, readAddresses } from "../sending/request-addresses.ts";
import { sendingOptions } from "../sending/sending-options.ts";
import { checkSize, envelopeOf, submit, V1_BYTES } from "../sending/submit.ts";
import type { Action, Call } from "./action.ts";

export const sendEmail: Action = {
  name: "SendEmail",
  throttle: "recipients",
  changes: "messages",
  async run(call) {
    const { parameters } = call;
    const source = requireParameters(call);
    const notes = deliveryNotes(call.state.settings);
    const addresses = readAddresses(givenAddresses(parameters, source), NAMES, notes);
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
};

// Gives the Source, which is one of the required parameters.
function requireParameters({ parameters }: Call): string {
  const found = validation();
  const source = given(parameters, "Source");
  if (source === undefined) missing(found, "source");
  if (!hasMembers(parameters, "Destination.")) missing(found, "destination");
  if (!hasMembers(parameters, "Message.")) missing(found, "message");
  else requireMessage(parameters, found);
  found.done();
  return source ?? "";
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

function missing(found: Validation, member: string): void {
  found.fail(undefined, member, "Member must not be null");
}

function hasMembers(parameters: Parameters, prefix: string): boolean {
  for (const name of parameters.keys()) if (name.startsWith(prefix)) return true;
  return false;
}

const NAMES: AddressNames = {
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
    to: listOf(parameters, NAMES.to),
    cc: listOf(parameters, NAMES.cc),
    bcc: listOf(parameters, NAMES.bcc),
    feedbackTo: given(parameters, NAMES.feedbackTo),
    replyTo: listOf(parameters, NAMES.replyTo),
  };
}

function contentOf(parameters: Parameters, name: string): SimpleContent | undefined {
  const data = parameters.get(`${name}.Data`);
  return data === undefined ? undefined : { data, charset: given(parameters, `${name}.Charset`), place: name };
}
