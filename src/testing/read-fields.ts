// Fields of a head as a mail reader shows them.
import type { Address } from "../mail/headers/mailbox.ts";
import { readAddressList } from "../mail/read/addresses.ts";
import { decodeWords } from "../mail/read/encoded-words.ts";
import { decodedValue } from "../mail/read/message.ts";
import type { RawField } from "../mail/read/outline.ts";
import { readParameters } from "../mail/read/parameters.ts";
import type { ReadHeader } from "./mail.ts";

/** The fields, unfolded and decoded. */
export function readHeaders(fields: readonly RawField[]): readonly ReadHeader[] {
  return fields.map((field) => ({ name: field.name, value: decodedValue(field) }));
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
 * The value of a field in a form that does not depend on how it was folded, quoted or encoded: what is equal here looks
 * equal to a reader. The boundary is left out.
 */
export function comparableValue(field: RawField): string {
  const { name, value } = field;
  const key = name.toLowerCase();
  if (addressFields.has(key)) return readAddressList(value).addresses.map(showAddress).join(", ");
  if (!parameterFields.has(key)) return decodedValue(field);
  const { value: first, parameters } = readParameters(value, decodeWords);
  const shown = [...parameters].filter(([parameter]) => parameter !== "boundary");
  // Their order means nothing (RFC 2045 s5.1).
  shown.sort(([one], [other]) => (one < other ? -1 : 1));
  return [first, ...shown.map(([parameter, text]) => `${parameter}=${JSON.stringify(text)}`)].join("; ");
}
