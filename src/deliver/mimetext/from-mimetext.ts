// A message that was built with mimetext, made into input for message().

import { errorIssue, IssueList, MessageError, type Place } from "../../issues.ts";
import type { AddressInput, MailboxInput } from "../../mail/headers/address.ts";
import type { AttachmentInput, MessageInput } from "../../mail/message/types.ts";
import { type MimeTextField, type MimeTextMessage, type MimeTextPart, partReader } from "./part.ts";

const PEOPLE = new Map<string, "from" | "sender" | "replyTo" | "to" | "cc" | "bcc">([
  ["from", "from"],
  ["sender", "sender"],
  ["reply-to", "replyTo"],
  ["to", "to"],
  ["cc", "cc"],
  ["bcc", "bcc"],
]);

/**
 * Translates a message built with mimetext (3.x) into input for `message()`.
 *
 * Date and Message-ID come along when the message has them: mimetext makes them when it is first written. Blind copies
 * become `bcc`. Content under `base64` and `quoted-printable` is decoded, as a reader would; how it travels is chosen
 * anew.
 *
 * @param mimeText - what `createMimeMessage()` gave
 * @throws MessageError `input.type` for anything else; with every issue: `part.body` for a second body of one type (mimetext writes the first only),
 * `encoding.invalid` for data that is not what its encoding says, `header.reserved` for a field of a part that has no
 * option, `type.conflict` for bodies of two charsets
 * @example
 * const m = message(fromMimeText(mimeText));
 */
export function fromMimeText(mimeText: MimeTextMessage): MessageInput {
  if (!isMimeText(mimeText)) {
    const hint = "give what createMimeMessage() gave";
    throw new MessageError([errorIssue("input.type", [], "expected a message of mimetext", { hint })]);
  }
  const issues = new IssueList();
  const { root } = issues;
  const headers = readHeaders(mimeText.headers.fields, root.at("headers"));
  const parts = readParts(mimeText.messages, root.at("messages"));
  issues.throwIfErrors(MessageError);
  return { ...headers, ...parts };
}

function isMimeText(value: unknown): boolean {
  const headers = property(value, "headers");
  return Array.isArray(property(headers, "fields")) && Array.isArray(property(value, "messages"));
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function readHeaders(fields: readonly MimeTextField[], place: Place): MessageInput {
  const people: { [K in "from" | "replyTo" | "to" | "cc" | "bcc"]?: AddressInput } & { sender?: MailboxInput } = {};
  const headers: { readonly name: string; readonly value: string }[] = [];
  let subject: string | undefined;
  for (const { name, value, disabled } of fields) {
    const lower = name.toLowerCase();
    const option = PEOPLE.get(lower);
    const at = place.at(name);
    if (disabled === true || value === undefined || value === null) continue;
    if (option === "sender") people.sender = readMailbox(value, at);
    else if (option !== undefined) people[option] = readMailboxes(value, at);
    else if (typeof value !== "string") at.error("header.value", "expected a string as the value of a header field");
    else if (lower === "subject") subject = value;
    else if (lower !== "mime-version" || value !== "1.0") headers.push({ name, value });
  }
  return {
    ...people,
    from: people.from ?? [],
    ...(subject === undefined ? {} : { subject }),
    ...(headers.length === 0 ? {} : { headers }),
  };
}

function readMailboxes(value: unknown, place: Place): AddressInput {
  if (!Array.isArray(value)) return readMailbox(value, place);
  return value.map((one, index) => readMailbox(one, place.at(index)));
}

// A name and one address: what mimetext could not take apart stays in the address, and is refused there.
function readMailbox(value: unknown, place: Place): MailboxInput {
  const mailbox = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const [name, address] = [mailbox.get("name"), mailbox.get("addr")];
  if (typeof address === "string") return typeof name === "string" && name !== "" ? { name, address } : { address };
  place.error("address.syntax", "expected a mailbox of mimetext");
  return { address: "" };
}

function readParts(parts: readonly MimeTextPart[], place: Place): Partial<MessageInput> {
  const bodies = new Map<"text" | "html", string>();
  const attachments: AttachmentInput[] = [];
  const charsets = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const at = place.at(index);
    const reader = partReader(part, at);
    if (reader.disposition !== undefined) {
      const attachment = reader.attachment();
      if (attachment !== undefined) attachments.push(attachment);
      continue;
    }
    const body = reader.body();
    if (body === undefined) continue;
    if (bodies.has(body.option)) {
      const hint = "make one of them an attachment, or give message() a tree as body";
      at.error("part.body", "the message has more than one body of this type", { hint });
    }
    bodies.set(body.option, body.text);
    charsets.add(body.charset.toUpperCase());
  }
  if (charsets.size > 1) place.error("type.conflict", "the bodies have different charsets");
  const [charset = "UTF-8"] = charsets;
  return {
    ...Object.fromEntries(bodies),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(charset === "UTF-8" ? {} : { charset }),
  };
}
