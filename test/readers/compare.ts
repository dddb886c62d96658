// Compares what a reader found with what went in.
import { domainToASCII } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { Expected } from "./generate.ts";
import type { MailReader, ReadAddress, ReadAttachment, Reading } from "./reading.ts";

/** One value that was read differently. */
export interface Difference {
  readonly reader: string;
  /** As in `to[1].name`. */
  readonly place: string;
  readonly expected: unknown;
  readonly found: unknown;
  /** Media type of the attachment in question. */
  readonly type?: string;
}

/** Every difference between a reading and the input. */
export function differences(reader: MailReader, expected: Expected, found: Reading): readonly Difference[] {
  const list: Difference[] = [];
  const compare: Compare = (place, wanted, got, type) => {
    if (isDeepStrictEqual(wanted, got)) return;
    list.push({ reader: reader.name, place, expected: wanted, found: got, ...(type === undefined ? {} : { type }) });
  };
  for (const field of ["from", "sender", "to", "cc", "replyTo"] as const) {
    compareAddresses(field, expected[field], found[field], compare);
  }
  for (const field of ["subject", "messageId", "inReplyTo", "references", "date"] as const) {
    compare(field, expected[field], found[field]);
  }
  // A message of one part has the field of that part in its head.
  compare(
    "names",
    expected.names,
    found.names.filter((name) => name !== "content-transfer-encoding"),
  );
  compare("defects", [], found.defects);
  for (const field of ["text", "html"] as const) {
    compare(field, lineEnds(expected[field], reader), lineEnds(found[field], reader));
  }
  for (const [name, value] of expected.custom) {
    if (found.custom !== undefined) compare(`custom.${name}`, value, found.custom.get(name));
  }
  compare("attachments.length", expected.attachments.length, found.attachments.length);
  for (const [index, attachment] of expected.attachments.entries()) {
    const read = found.attachments[index];
    if (read !== undefined) compareAttachment(`attachments[${index}]`, attachment, read, reader, compare);
  }
  return list;
}

type Compare = (place: string, wanted: unknown, got: unknown, type?: string) => void;

function lineEnds(text: string, { lineEnds: kept }: MailReader): string {
  return kept === "CRLF" ? text : text.replaceAll("\r\n", "\n");
}

function compareAddresses(
  field: string,
  expected: readonly ReadAddress[],
  found: readonly ReadAddress[],
  compare: Compare,
): void {
  compare(`${field}.length`, expected.length, found.length);
  for (const [index, address] of expected.entries()) {
    const read = found[index];
    const place = `${field}[${index}]`;
    if (read === undefined) continue;
    if ("group" in address) {
      compare(`${place}.group`, address.group, "group" in read ? read.group : undefined);
      if ("group" in read) compareAddresses(`${place}.members`, address.members, read.members, compare);
    } else {
      compare(`${place}.name`, address.name, "name" in read ? read.name : undefined);
      compare(`${place}.address`, address.address, "address" in read ? aLabels(read.address) : undefined);
    }
  }
}

// mailparser shows A-labels as the letters they stand for.
function aLabels(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  return /[^\0-\x7f]/.test(domain) ? address.slice(0, at) + domainToASCII(domain) : address;
}

function compareAttachment(
  place: string,
  expected: ReadAttachment,
  read: ReadAttachment,
  reader: MailReader,
  compare: Compare,
): void {
  for (const key of ["type", "filename", "disposition", "cid"] as const) {
    compare(`${place}.${key}`, expected[key], read[key]);
  }
  if (read.sha256 !== undefined && expected.sha256 !== undefined && read.sha256 !== expected.sha256) {
    compare(`${place}.content`, expected.content, read.content, expected.type);
  }
  if (expected.enclosed !== undefined) {
    compare(`${place}.enclosed.subject`, expected.enclosed.subject, read.enclosed?.subject);
    const text = lineEnds(read.enclosed?.text ?? "", reader);
    compare(`${place}.enclosed.text`, lineEnds(expected.enclosed.text, reader), text);
  }
}
