// Reads messages with postal-mime.
import PostalMime, { type Address, addressParser, decodeWords, type Email } from "postal-mime";
import { contentOf } from "./digest.ts";
import type { MailReader, ReadAddress, ReadAttachment, Reading } from "./reading.ts";

export const postalMime: MailReader = { name: "postal-mime", lineEnds: "LF", read, close: () => undefined };

async function parse(bytes: Uint8Array): Promise<Email> {
  return PostalMime.parse(bytes, { forceRfc822Attachments: true });
}

async function read(bytes: Uint8Array): Promise<Reading> {
  const email = await parse(bytes);
  const attachments: ReadAttachment[] = [];
  for (const attachment of email.attachments) {
    const { content } = attachment;
    const octets = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
    attachments.push({
      type: attachment.mimeType,
      filename: attachment.filename ?? undefined,
      disposition: attachment.disposition ?? undefined,
      cid: attachment.contentId?.replace(/^<|>$/g, ""),
      ...contentOf(octets),
      enclosed: attachment.mimeType === "message/rfc822" ? await enclosed(octets) : undefined,
    });
  }
  return {
    // `from` and `sender` hold the first mailbox only, so the fields are read here.
    from: addresses(email, "from"),
    sender: addresses(email, "sender"),
    to: (email.to ?? []).map(address),
    cc: (email.cc ?? []).map(address),
    replyTo: (email.replyTo ?? []).map(address),
    subject: email.subject ?? "",
    messageId: email.messageId ?? "",
    inReplyTo: email.inReplyTo ?? "",
    references: email.references ?? "",
    date: Date.parse(email.date ?? ""),
    text: email.text ?? "",
    html: email.html ?? "",
    attachments,
    names: email.headers.map(({ key }) => key),
    custom: new Map(
      email.headers.filter(({ key }) => key.startsWith("x-")).map(({ key, value }) => [key, decodeWords(value)]),
    ),
    defects: [],
  };
}

async function enclosed(bytes: Uint8Array): Promise<ReadAttachment["enclosed"]> {
  const email = await parse(bytes);
  return { subject: email.subject ?? "", text: email.text ?? "" };
}

function addresses(email: Email, key: string): readonly ReadAddress[] {
  return email.headers.filter((header) => header.key === key).flatMap(({ value }) => addressParser(value).map(address));
}

function address(read: Address): ReadAddress {
  return read.group === undefined
    ? { name: read.name, address: read.address ?? "" }
    : { group: read.name, members: read.group.map(({ name, address: spec }) => ({ name, address: spec })) };
}
