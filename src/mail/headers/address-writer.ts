// Mailboxes and groups as header text. RFC 5322 s3.4.
import type { Charset } from "../octets/charset.ts";
import { runFor, singleWord } from "./encoded-word.ts";
import {
  endField,
  type FieldLine,
  fits,
  LONGEST_TOKEN,
  putToken,
  putWord,
  roomForWord,
  startField,
  startUnfolded,
  WISHED,
} from "./folding.ts";
import { type Address, displayName, isGroup, type Mailbox } from "./mailbox.ts";
import { foldMixed } from "./text.ts";
import { isPrintable, quoteString } from "./tokens.ts";

// Display names and group names: atoms, else a quoted-string, else encoded-words, never words inside quotes.
// RFC 5322 s3.2.5, RFC 2047 s5(3).

/** How a name is written without words, or undefined when it needs them. */
export function plainPhrase(name: string): string | undefined {
  if (!isPrintable(name) || name.includes("=?")) return undefined;
  if (ATOMS.test(name) && (name.length < LONGEST_TOKEN || name.split(" ").every(isShort))) return name;
  // mailparser and postal-mime strip blanks at the edges of a quoted name.
  if (name.startsWith(" ") || name.endsWith(" ")) return undefined;
  const quoted = quoteString(name);
  return quoted.length < LONGEST_TOKEN ? quoted : undefined;
}

// RFC 5322 s3.2.3: atoms with single spaces between them.
const ATOMS = /^[\w!#$%&'*+\-/=?^`{|}~]+(?: [\w!#$%&'*+\-/=?^`{|}~]+)*$/;

function isShort(atom: string): boolean {
  return atom.length < LONGEST_TOKEN;
}

/** Writes a name. `tail` follows it: without a space after a plain name, with one after a word (RFC 2047 s5(3)). */
function foldPhrase(line: FieldLine, name: string, charset: Charset, tail = ""): void {
  // JavaMail ends a group's name at a colon even inside quotes.
  const plain = tail !== "" && name.includes(":") ? undefined : plainPhrase(name);
  if (plain === undefined) {
    foldWords(line, name, charset);
    if (tail !== "") putToken(line, tail);
  } else if (plain.startsWith('"') || fitsNewLine(line, plain.length + tail.length)) {
    putToken(line, plain + tail);
  } else {
    const tokens = plain.split(" ");
    for (const [i, token] of tokens.entries()) putToken(line, i === tokens.length - 1 ? token + tail : token);
  }
}

// GMime up to 3.2.13 keeps the CRLF of a fold between atoms, so a name that fits a line is not folded.
function fitsNewLine(line: FieldLine, length: number): boolean {
  return line.fresh ? fits(line, length) : length < WISHED;
}

// CPython shows a space between neighbouring words of a name, so one word is the aim, and atoms between words stay.
function foldWords(line: FieldLine, name: string, charset: Charset): void {
  const run = runFor(name, { charset, kind: "phrase" });
  const canFold = line.folds && !line.fresh;
  const place = { charset, kind: "phrase" as const, room: roomForWord(line), canFold, closes: false };
  const word = singleWord({ run, from: 0, to: run.count, place });
  if (word !== undefined) putWord(line, word);
  else foldMixed(line, name, { charset, kind: "phrase" });
}

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

/** One checked mailbox as it is in a header, without folds. @throws MessageError `charset.unmappable`. */
export function writeMailbox(mailbox: Mailbox, charset: Charset): string {
  const line = startUnfolded();
  foldMailbox(line, mailbox, { separator: "", charset, within: "list" });
  return line.text;
}
