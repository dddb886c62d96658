// Reads messages with mailparser.
import { type AddressObject, type Attachment, type ParsedMail, simpleParser } from "mailparser";
import { contentOf } from "./digest.ts";
import type { MailReader, ReadAddress, ReadAttachment, Reading } from "./reading.ts";

export const mailparser: MailReader = { name: "mailparser", lineEnds: "LF", read, close: () => undefined };

// Nothing is to be made of the content but what stands there.
const AS_IT_IS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
  keepDeliveryStatus: true,
};

async function parse(bytes: Uint8Array): Promise<ParsedMail> {
  return simpleParser(Buffer.from(bytes), AS_IT_IS);
}

async function read(bytes: Uint8Array): Promise<Reading> {
  const mail = await parse(bytes);
  const sender: unknown = mail.headers.get("sender");
  return {
    from: addresses(mail.from),
    sender: addresses(isAddressObject(sender) ? sender : undefined),
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    replyTo: addresses(mail.replyTo),
    subject: mail.subject ?? "",
    messageId: mail.messageId ?? "",
    inReplyTo: mail.inReplyTo ?? "",
    references: [mail.references ?? []].flat().join(" "),
    date: mail.date?.getTime() ?? Number.NaN,
    text: mail.text ?? "",
    html: mail.html === false || mail.html === undefined ? "" : mail.html,
    attachments: await Promise.all(mail.attachments.map(attachment)),
    names: mail.headerLines.map(({ key }) => key),
    // Fields that it does not know stay as they stand in the message.
    custom: undefined,
    defects: [],
  };
}

async function attachment(read: Attachment): Promise<ReadAttachment> {
  return {
    type: read.contentType,
    filename: read.filename,
    disposition: read.contentDisposition === undefined ? undefined : String(read.contentDisposition),
    cid: read.cid,
    ...contentOf(read.content),
    enclosed: read.contentType === "message/rfc822" ? await enclosed(read.content) : undefined,
  };
}

async function enclosed(bytes: Uint8Array): Promise<ReadAttachment["enclosed"]> {
  const mail = await parse(bytes);
  return { subject: mail.subject ?? "", text: mail.text ?? "" };
}

function isAddressObject(value: unknown): value is AddressObject {
  return typeof value === "object" && value !== null && "value" in value;
}

function addresses(field: AddressObject | AddressObject[] | undefined): readonly ReadAddress[] {
  if (field === undefined) return [];
  return [field].flat().flatMap(({ value }) =>
    value.map((one) => {
      const { group } = one;
      if (group === undefined) return { name: one.name, address: one.address ?? "" };
      return { group: one.name, members: group.map(({ name, address }) => ({ name, address: address ?? "" })) };
    }),
  );
}
