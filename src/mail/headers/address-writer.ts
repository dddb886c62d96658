// Mailboxes and groups as header text. RFC 5322 s3.4.
import type { Charset } from "../octets/charset.ts";
import { putSingleWord } from "./encoded-word.ts";
import {
  endField,
  type FieldLine,
  fits,
  LONGEST_TOKEN,
  putToken,
  roomForWord,
  startField,
  startUnfolded,
  WISHED,
} from "./folding.ts";
import { type Address, displayName, type Group, isGroup, type Mailbox } from "./mailbox.ts";
import { foldMixed } from "./text.ts";
import { ATOM, isPrintable, quoteString } from "./tokens.ts";

// Display names and group names: atoms, else a quoted-string, else encoded-words, never words inside quotes.
// RFC 5322 s3.2.5, RFC 2047 s5(3).

/** How a name is written without words, or undefined when it needs them. */
export function plainPhrase(name: string): string | undefined {
  if (name.includes("=?")) return undefined;
  if (isAtoms(name)) return name;
  // mailparser and postal-mime strip blanks at the edges of a quoted name.
  if (!isPrintable(name) || name.startsWith(" ") || name.endsWith(" ")) return undefined;
  const quoted = quoteString(name);
  return quoted.length < LONGEST_TOKEN ? quoted : undefined;
}

// RFC 5322 s3.2.3: atoms with single spaces between them. The pattern is for names that fit a line: its stack grows.
const ATOMS = new RegExp(`^${ATOM}(?: ${ATOM})*$`);

function isAtoms(name: string): boolean {
  if (name.length < LONGEST_TOKEN) return ATOMS.test(name);
  return name.split(" ").every((atom) => atom.length < LONGEST_TOKEN && ATOMS.test(atom));
}

/** Writes the name of a group. `tail` follows a plain name without a space, a word with one (RFC 2047 s5(3)). */
function foldPhrase(line: FieldLine, name: string, charset: Charset, tail: string): void {
  // JavaMail ends a group's name at a colon even inside quotes.
  const plain = name.includes(":") ? undefined : plainPhrase(name);
  if (plain !== undefined) foldPlain(line, plain, tail);
  else {
    foldWords(line, name, charset);
    putToken(line, tail);
  }
}

function foldPlain(line: FieldLine, plain: string, tail: string): void {
  if (plain.startsWith('"') || fitsNewLine(line, plain.length + tail.length)) putToken(line, plain + tail);
  else for (const token of (plain + tail).split(" ")) putToken(line, token);
}

// GMime up to 3.2.13 keeps the CRLF of a fold between atoms, so a name that fits a line is not folded.
function fitsNewLine(line: FieldLine, length: number): boolean {
  return line.fresh ? fits(line, length) : length < WISHED;
}

// CPython shows a space between neighbouring words of a name, so one word is the aim, and atoms between words stay.
function foldWords(line: FieldLine, name: string, charset: Charset): void {
  const canFold = line.folds && !line.fresh;
  const place = { charset, kind: "phrase" as const, room: roomForWord(line), canFold, closes: false };
  if (!putSingleWord(line, name, place)) foldMixed(line, name, { charset, kind: "phrase" });
}

/** A whole field of addresses, folded between them. */
export function formatAddresses(name: string, addresses: readonly Address[], charset: Charset): string {
  const line = startField(name);
  const between: MailboxPlace = { separator: ",", close: ">,", charset, within: "list" };
  const last: MailboxPlace = { ...between, separator: "", close: ">" };
  let left = addresses.length;
  for (const address of addresses) {
    const place = --left === 0 ? last : between;
    if (isGroup(address)) foldGroup(line, address, place);
    else foldMailbox(line, address, place);
  }
  return endField(line);
}

interface MailboxPlace {
  readonly separator: string;
  /** The same, behind an address in angle brackets. */
  readonly close: string;
  readonly charset: Charset;
  readonly within: "list" | "group";
}

function foldGroup(line: FieldLine, { group, members }: Group, { separator, charset }: MailboxPlace): void {
  const end = `;${separator}`;
  foldPhrase(line, group, charset, members.length === 0 ? `:${end}` : ":");
  for (const [i, member] of members.entries()) {
    const separator = i === members.length - 1 ? end : ",";
    foldMailbox(line, member, { separator, close: `>${separator}`, charset, within: "group" });
  }
}

function foldMailbox(line: FieldLine, mailbox: Mailbox, { separator, close, charset, within }: MailboxPlace): void {
  const { address } = mailbox;
  const name = displayName(mailbox);
  if (name === undefined) {
    putToken(line, bareAddress(line, address) + separator);
    return;
  }
  const plain = plainPhrase(name);
  // postal-mime ends a group at a semicolon even inside quotes.
  if (plain !== undefined && !(within === "group" && name.includes(";"))) {
    const whole = `${plain} <${address}${close}`;
    // A mailbox that fits one line stays on one line.
    if (fits(line, whole.length) || (!line.fresh && whole.length < WISHED)) {
      putToken(line, whole);
      return;
    }
  }
  if (plain === undefined) foldWords(line, name, charset);
  else foldPlain(line, plain, "");
  putToken(line, `<${address}${close}`);
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
  foldMailbox(line, mailbox, { separator: "", close: ">", charset, within: "list" });
  return line.text;
}
