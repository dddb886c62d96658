// Fields of a head as a mail reader shows them. Encoded-words and address lists are read by postal-mime, so that a
// fault in writing them cannot hide behind the same fault in reading.
import { addressParser, decodeWords, type Address as ParsedAddress } from "postal-mime";
import type { Address, Mailbox } from "../headers/mailbox.ts";
import { findField, type RawField } from "../read/outline.ts";
import { readParameters } from "../read/parameters.ts";
import { isDecoded } from "../read/word-places.ts";
import type { ReadHeader } from "./mail.ts";

/** The fields, unfolded and decoded. */
export function readHeaders(fields: readonly RawField[]): readonly ReadHeader[] {
  return fields.map(({ name, value }) => ({ name, value: readable(name, value) }));
}

// RFC 2047 s5: what looks like an encoded-word in a URI, an id or a date is not decoded by readers.
function readable(name: string, value: string): string {
  return isDecoded(name, value) ? decodeWords(value) : value;
}

/** The decoded value of the first field of that name, which is given in lower case. */
export function readText(fields: readonly RawField[], name: string): string | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : decodeWords(field.value);
}

/** The addresses of every field of that name, which is given in lower case. */
export function readAddressField(fields: readonly RawField[], name: string): readonly Address[] {
  return fields.filter((field) => field.name.toLowerCase() === name).flatMap((field) => parse(field.value));
}

function parse(value: string): readonly Address[] {
  return addressParser(value).map((parsed: ParsedAddress): Address => {
    if (parsed.group === undefined) return mailbox(parsed);
    return { group: parsed.name, members: parsed.group.map(mailbox) };
  });
}

function mailbox({ name, address }: { readonly name: string; readonly address: string }): Mailbox {
  return name === "" ? { address } : { name, address };
}

/** An address as people write it. */
export function showAddress(address: Address): string {
  if ("members" in address) return `${address.group}: ${address.members.map(showAddress).join(", ")};`;
  return address.name === undefined ? address.address : `${address.name} <${address.address}>`;
}

const addressFields = new Set([
  "from",
  "sender",
  "to",
  "cc",
  "bcc",
  "reply-to",
  "resent-from",
  "resent-sender",
  "resent-to",
  "resent-cc",
]);
const parameterFields = new Set(["content-type", "content-disposition"]);

/**
 * The value of a field in a form that does not tell how it was folded, quoted or encoded: what is equal here looks
 * equal to a reader. The boundary is left out.
 */
export function comparableValue({ name, value }: RawField): string {
  const key = name.toLowerCase();
  if (addressFields.has(key)) return parse(value).map(showAddress).join(", ");
  if (!parameterFields.has(key)) return readable(name, value);
  const { value: first, parameters } = readParameters(value);
  const shown = [...parameters].filter(([parameter]) => parameter !== "boundary");
  // Their order means nothing (RFC 2045 s5.1).
  shown.sort(([one], [other]) => (one < other ? -1 : 1));
  return [first, ...shown.map(([parameter, text]) => `${parameter}=${JSON.stringify(text)}`)].join("; ");
}
