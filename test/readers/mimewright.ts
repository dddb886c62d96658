// Reads messages with the library's own reader.
import { type Address, type ReadMessage, readMessage } from "mimewright/read";
import { contentOf } from "./digest.ts";
import type { MailReader, ReadAddress, ReadAttachment, Reading } from "./reading.ts";

export const mimewright: MailReader = {
  name: "mimewright",
  lineEnds: "LF",
  read: async (bytes) => readingOf(readMessage(bytes)),
  close: () => undefined,
};

/** What our reader found, as all readers are compared. */
export function readingOf(mail: ReadMessage): Reading {
  const fieldValue = (name: string) => mail.fields.find((field) => field.name.toLowerCase() === name)?.value ?? "";
  return {
    from: mail.from.map(addressOf),
    sender: mail.sender === undefined ? [] : [addressOf(mail.sender)],
    to: mail.to.map(addressOf),
    cc: mail.cc.map(addressOf),
    replyTo: mail.replyTo.map(addressOf),
    subject: mail.subject ?? "",
    messageId: mail.messageId ?? "",
    inReplyTo: fieldValue("in-reply-to"),
    references: fieldValue("references"),
    date: mail.date?.time ?? Number.NaN,
    text: mail.text() ?? "",
    html: mail.html() ?? "",
    attachments: mail.attachments.map((file): ReadAttachment => {
      const inner = file.message();
      return {
        type: file.type,
        filename: file.filename,
        disposition: file.disposition,
        cid: file.cid,
        ...contentOf(file.content()),
        enclosed: inner === undefined ? undefined : { subject: inner.subject ?? "", text: inner.text() ?? "" },
      };
    }),
    names: mail.fields.map(({ name }) => name.toLowerCase()),
    custom: undefined,
    defects: [],
  };
}

function addressOf(address: Address): ReadAddress {
  if (!("members" in address)) return { name: address.name ?? "", address: address.address };
  return {
    group: address.group,
    members: address.members.map((one) => ({ name: one.name ?? "", address: one.address })),
  };
}
