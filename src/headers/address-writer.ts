// Mailboxes and groups as header text. RFC 5322 s3.4.
import { type Charset, utf8 } from "../encoding/charset.ts";
import { endField, type FieldLine, fits, putToken, startField, startUnfolded } from "./folding.ts";
import { type Address, isGroup, type Mailbox } from "./mailbox.ts";
import { foldPhrase, plainPhrase } from "./phrase.ts";

/** A whole field of addresses, folded between them. */
export function formatAddresses(name: string, addresses: readonly Address[], charset: Charset): string {
  const line = startField(name);
  const last = addresses.length - 1;
  for (const [i, address] of addresses.entries()) {
    const separator = i === last ? "" : ",";
    if (isGroup(address)) foldGroup(line, address.group, { members: address.members, separator, charset });
    else foldMailbox(line, address, separator, charset);
  }
  return endField(line);
}

interface GroupRest {
  readonly members: readonly Mailbox[];
  readonly separator: string;
  readonly charset: Charset;
}

function foldGroup(line: FieldLine, name: string, { members, separator, charset }: GroupRest): void {
  const end = `;${separator}`;
  foldPhrase(line, name, charset, members.length === 0 ? `:${end}` : ":");
  const last = members.length - 1;
  for (const [i, member] of members.entries()) foldMailbox(line, member, i === last ? end : ",", charset);
}

function foldMailbox(line: FieldLine, { name, address }: Mailbox, separator: string, charset: Charset): void {
  const plain = name === undefined ? "" : plainPhrase(name);
  // A mailbox that fits one line stays on one line.
  const whole = plain === "" ? address + separator : `${plain} <${address}>${separator}`;
  if (
    name === undefined ||
    (plain !== undefined && (fits(line, whole.length) || (!line.fresh && whole.length <= 77)))
  ) {
    putToken(line, whole);
  } else {
    foldPhrase(line, name, charset);
    putToken(line, `<${address}>${separator}`);
  }
}

/**
 * One mailbox as it stands in a header, without folds.
 *
 * @param charset of encoded-words; UTF-8 when absent.
 * @throws MessageError `charset.unmappable`.
 * @example
 * formatMailbox({ name: "Ann, Lee", address: "ann@example.org" }); // "\"Ann, Lee\" <ann@example.org>"
 */
export function formatMailbox(mailbox: Mailbox, charset: Charset = utf8): string {
  const line = startUnfolded();
  foldMailbox(line, mailbox, "", charset);
  return line.text;
}
