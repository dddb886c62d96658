// Mailboxes and groups as header text. RFC 5322 s3.4.
import type { Charset } from "../encoding/charset.ts";
import { endField, type FieldLine, fits, putToken, startField, startUnfolded } from "./folding.ts";
import { type Address, displayName, isGroup, type Mailbox } from "./mailbox.ts";
import { foldPhrase, plainPhrase } from "./phrase.ts";

/** A whole field of addresses, folded between them. */
export function formatAddresses(name: string, addresses: readonly Address[], charset: Charset): string {
  const line = startField(name);
  const last = addresses.length - 1;
  for (const [i, address] of addresses.entries()) {
    const separator = i === last ? "" : ",";
    if (isGroup(address)) foldGroup(line, address.group, { members: address.members, separator, charset });
    else foldMailbox(line, address, { separator, charset, within: "list" });
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
  for (const [i, member] of members.entries()) {
    foldMailbox(line, member, { separator: i === last ? end : ",", charset, within: "group" });
  }
}

interface MailboxPlace {
  readonly separator: string;
  readonly charset: Charset;
  readonly within: "list" | "group";
}

function foldMailbox(line: FieldLine, mailbox: Mailbox, { separator, charset, within }: MailboxPlace): void {
  const { address } = mailbox;
  const name = displayName(mailbox);
  // postal-mime ends a group at a semicolon even inside quotes.
  const worded = within === "group" && name?.includes(";");
  const plain = name === undefined ? "" : worded ? undefined : plainPhrase(name);
  // A mailbox that fits one line stays on one line.
  const whole = plain === "" ? bareAddress(line, address) + separator : `${plain} <${address}>${separator}`;
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

// postal-mime takes a bare `a@[IPv6:…]` for a group and drops bare quotes; in angle brackets both are read by all, but
// for a quoted `>`, which ends the address for it.
function bareAddress(line: FieldLine, address: string): string {
  const bracketed = line.folds && (address.endsWith("]") || address.startsWith('"')) && !address.includes(">");
  return bracketed ? `<${address}>` : address;
}

/** One checked mailbox as it stands in a header, without folds. @throws MessageError `charset.unmappable`. */
export function writeMailbox(mailbox: Mailbox, charset: Charset): string {
  const line = startUnfolded();
  foldMailbox(line, mailbox, { separator: "", charset, within: "list" });
  return line.text;
}
