// SendEmail: composes a message out of parameters and sends it.
import type { Action, Call } from "../action.ts";
import { composeSimple, type SimpleContent } from "../compose-simple.ts";
import { uuid } from "../identifiers.ts";
import { given, listOf, type Parameters } from "../query.ts";
import { readReceivedList, readReceivedMailbox } from "../received-addresses.ts";
import { readReceivedMessage } from "../received-message.ts";
import { checkSize, envelopeOf, submit, V1_BYTES } from "../sending.ts";
import { type Validation, validation } from "../validation.ts";
import { text } from "../xml.ts";
import { sendingOptions } from "./sending-options.ts";

export const sendEmail: Action = {
  name: "SendEmail",
  throttle: "recipients",
  changes: "messages",
  async run(call) {
    const { parameters } = call;
    const source = requireParameters(call);
    const author = readReceivedMailbox(source).address;
    const returnPath = given(parameters, "ReturnPath");
    const feedbackTo = returnPath === undefined ? author : readReceivedMailbox(returnPath).address;
    const lists = {
      to: addressTexts(parameters, "Destination.ToAddresses"),
      cc: addressTexts(parameters, "Destination.CcAddresses"),
      bcc: addressTexts(parameters, "Destination.BccAddresses"),
      replyTo: addressTexts(parameters, "ReplyToAddresses"),
    };
    bare(lists.replyTo);
    const recipients = { to: bare(lists.to), cc: bare(lists.cc), bcc: bare(lists.bcc) };
    envelopeOf(recipients);
    const raw = await composeSimple({
      from: source,
      ...lists,
      subject: contentOf(parameters, "Message.Subject") ?? { data: "" },
      text: contentOf(parameters, "Message.Body.Text"),
      html: contentOf(parameters, "Message.Body.Html"),
      at: call.state.now(),
      seed: uuid(call.state.random),
    });
    checkSize(raw, V1_BYTES);
    const id = await submit(call.state, call.account, {
      action: "SendEmail",
      accessKeyId: call.accessKeyId,
      raw,
      received: readReceivedMessage(raw),
      source: author,
      senders: [...new Set([author, feedbackTo])],
      feedbackTo,
      recipients,
      options: sendingOptions(parameters),
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

function addressTexts(parameters: Parameters, name: string): readonly string[] {
  return listOf(parameters, name).filter((address) => address !== "");
}

function bare(texts: readonly string[]): readonly string[] {
  return texts.flatMap((entry) => readReceivedList(entry).map(({ address }) => address));
}

function contentOf(parameters: Parameters, name: string): SimpleContent | undefined {
  const data = parameters.get(`${name}.Data`);
  return data === undefined ? undefined : { data, charset: given(parameters, `${name}.Charset`) };
}
