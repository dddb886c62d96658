// Who the message itself says it is from: API v2 takes the author from the bytes, and bounces go there unless the call
// names another address.

import { addressKey, readAddresses } from "../../headers/address.ts";
import { isGroup } from "../../headers/mailbox.ts";
import { IssueList } from "../../issues.ts";
import { readHead } from "../../raw/head.ts";

// SES refuses a head long before that.
const HEAD_BYTES = 1_048_576;
const FIELDS = 10_000;

/**
 * Whether `address` is the only mailbox of the only From field, so that a bounce reaches it anyway.
 *
 * @param raw a message, whatever charset its head is in
 * @example
 * isSoleAuthor(new TextEncoder().encode("From: Ann <ann@example.com>\r\n\r\n"), "ann@example.com"); // true
 */
export function isSoleAuthor(raw: Uint8Array, address: string): boolean {
  const author = soleAuthor(raw);
  return author !== undefined && addressKey(author) === addressKey(address);
}

function soleAuthor(raw: Uint8Array): string | undefined {
  const bytes = raw.subarray(0, HEAD_BYTES);
  const scan = { bytes, start: 0, line: 1, headBytes: HEAD_BYTES, fields: FIELDS, endsAt: () => false };
  const { fields } = readHead(scan);
  const [from, ...more] = fields.filter(({ name }) => name.toLowerCase() === "from");
  if (from === undefined || more.length > 0) return undefined;
  const list = new IssueList();
  // A tab folds like a space. What an 8-bit octet of a name stands for does not matter here.
  const text = from.value.replaceAll("\t", " ").replace(/[^\x20-\x7e]/g, "?");
  const found = readAddresses(text, list.root.at("From"), "mailboxes");
  const [only, ...others] = found;
  return list.hasErrors || only === undefined || isGroup(only) || others.length > 0 ? undefined : only.address;
}
