// Mailboxes and groups as header text. RFC 5322 s3.4.
import type { Charset } from "../octets/charset.ts";
import { singleWord } from "./encoded-word.ts";
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
import { endsLikeWord, foldMixed } from "./text.ts";
import { isAtext, isPrintable, quoteString } from "./tokens.ts";

// Display names and group names: atoms, else a quoted-string, else encoded-words, never words inside quotes.
// RFC 5322 s3.2.5, RFC 2047 s5(3).

/** How a name is written without words, or undefined when it needs them. */
export function plainPhrase(name: string): string | undefined {
  if (!isPrintable(name) || name.includes("=?")) return undefined;
  if (isAtoms(name, 0, name.length)) return name;
  // mailparser and postal-mime strip blanks at the edges of a quoted name.
  if (name.startsWith(" ") || name.endsWith(" ")) return undefined;
  const quoted = quoteString(name);
  return quoted.length < LONGEST_TOKEN ? quoted : undefined;
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
  const place = {
    charset,
    kind: "phrase" as const,
    room: roomForWord(line),
    canFold: line.folds && !line.fresh,
    closes: false,
  };
  const word = singleWord(name, place);
  if (word !== undefined) putWord(line, word);
  else
    foldMixed(line, name, {
      charset,
      kind: "phrase",
      bridge: 0,
      needsWords: (text, start, end) => !isPlainAtoms(text, start, end),
    });
}

function isPlainAtoms(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_TOKEN - 1 || !isAtoms(text, start, end) || endsLikeWord(text, start, end)) return false;
  // Within the piece only: a search from each piece to the end of a long name would be quadratic.
  return !text.slice(start, end).includes("=?");
}

// Atoms with single spaces between them.
function isAtoms(text: string, start: number, end: number): boolean {
  let afterSpace = true;
  let length = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20) {
      if (afterSpace) return false;
      afterSpace = true;
      length = 0;
    } else {
      if (!isAtext(unit) || ++length >= LONGEST_TOKEN) return false;
      afterSpace = false;
    }
  }
  return !afterSpace;
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
