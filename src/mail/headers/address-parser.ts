// Address lists as text: mailboxes and groups, strictly by the grammar of RFC 5322 s3.4 without its obsolete forms.
// What the grammar does not give is an error with its offset; nothing is guessed.

import type { Place } from "../../issues.ts";
import { isPlainAddress, LONGEST_ADDRESS, readAddrSpec, warnOfDash } from "./addr-spec.ts";
import { type Address, type AddressShape, type Mailbox, mailboxOf } from "./mailbox.ts";
import { checkStructuredText, isAtext } from "./tokens.ts";

/** A place in a text. Readers move `at` forward. */
interface Scanner {
  readonly text: string;
  at: number;
  /** True once a comment, or a blank inside an address, was passed over. */
  commented: boolean;
  /** Why reading stopped; with the offset of what is wrong. */
  error: ScanError | undefined;
}

/** What broke the grammar, and where. */
interface ScanError {
  readonly offset: number;
  readonly reason: string;
  readonly code: "address.syntax" | "address.length";
  /** What to write, where there is more to say than how addresses look. */
  readonly hint?: string;
}

/** Starts reading a text. */
function scan(text: string): Scanner {
  return { text, at: 0, commented: false, error: undefined };
}

/** Notes why reading stops. The first reason stays. */
function fail(scanner: Scanner, reason: string, detail: Partial<Omit<ScanError, "reason">> = {}): undefined {
  scanner.error ??= { offset: scanner.at, code: "address.syntax", ...detail, reason };
  return undefined;
}

/** The character at hand, empty at the end. */
function peek(scanner: Scanner): string {
  return scanner.text.charAt(scanner.at);
}

/** Passes over white space and comments. RFC 5322 s3.2.2: comments nest, so their depth is counted. */
function skipSpace(scanner: Scanner): void {
  const { text } = scanner;
  for (; scanner.at < text.length; scanner.at++) {
    const unit = text.charCodeAt(scanner.at);
    if (unit === 0x28) {
      if (!skipComment(scanner)) return;
    } else if (unit !== 0x20) return;
  }
}

// Leaves `at` on the closing parenthesis.
function skipComment(scanner: Scanner): boolean {
  const start = scanner.at;
  let depth = 0;
  for (let i = start; i < scanner.text.length; i++) {
    const unit = scanner.text.charCodeAt(i);
    if (unit === 0x5c) i++;
    else if (unit === 0x28) depth++;
    else if (unit === 0x29 && --depth === 0) {
      scanner.at = i;
      scanner.commented = true;
      return true;
    }
  }
  fail(scanner, "a comment is not closed", { offset: start });
  return false;
}

/** One or more words in a row: a name, or the local part of an address. */
interface Words {
  /** How many pieces there are. Atoms with dots between them are one. */
  readonly count: number;
  /** The first piece exactly as written. */
  readonly first: string;
  /** The pieces as a reader sees them: quotes and comments removed, white space kept. */
  readonly name: string;
  /** Where the first piece starts. */
  readonly offset: number;
}

/** Reads words up to a character that belongs to none. Undefined after an error. */
function readWords(scanner: Scanner): Words | undefined {
  skipSpace(scanner);
  const offset = scanner.at;
  let count = 0;
  let first = "";
  let name = "";
  let end = offset;
  for (;;) {
    const start = scanner.at;
    const quoted = peek(scanner) === '"';
    const content = quoted ? readQuoted(scanner) : readAtoms(scanner);
    if (content === undefined) return undefined;
    if (scanner.at === start) break;
    if (count === 0) first = scanner.text.slice(start, scanner.at);
    else name += spaceBetween(scanner.text, end, start);
    name += content;
    count++;
    end = scanner.at;
    skipSpace(scanner);
  }
  return scanner.error === undefined ? { count, first, name, offset } : undefined;
}

// A comment between two words separates them, so it leaves a space.
function spaceBetween(text: string, from: number, to: number): string {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) !== 0x20) return " ";
  return text.slice(from, to);
}

// Atoms and dots, as in `John Q.` and `a.b`; text beyond ASCII is judged by whoever uses it.
function readAtoms(scanner: Scanner): string {
  const start = scanner.at;
  const { text } = scanner;
  let at = start;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isAtext(unit) && unit !== 0x2e && unit < 0x80) break;
  }
  scanner.at = at;
  return text.slice(start, at);
}

function readQuoted(scanner: Scanner): string | undefined {
  const { text } = scanner;
  const start = scanner.at;
  let content = "";
  let from = start + 1;
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5c) {
      content += text.slice(from, i);
      from = ++i;
    } else if (unit === 0x22) {
      scanner.at = i + 1;
      return content + text.slice(from, i);
    }
  }
  return fail(scanner, "a quoted string is not closed", { offset: start });
}

/** Reads a host name or a domain literal, white space around it too. RFC 5322 s3.4.1. */
function readDomainText(scanner: Scanner): string | undefined {
  skipSpace(scanner);
  const start = scanner.at;
  if (peek(scanner) === "[") {
    const end = scanner.text.indexOf("]", start);
    if (end < 0) return fail(scanner, "a domain literal is not closed");
    scanner.at = end + 1;
  } else readAtoms(scanner);
  const domain = scanner.text.slice(start, scanner.at);
  skipSpace(scanner);
  return scanner.error === undefined ? domain : undefined;
}

interface Reader {
  readonly scanner: Scanner;
  readonly place: Place;
  readonly shape: AddressShape;
  readonly found: Address[];
  /** The group being read. */
  group: { readonly name: string; readonly members: Mailbox[] } | undefined;
  /** Set when an address was well delimited but refused: it is reported, and reading goes on behind it. */
  refused: boolean;
}

/**
 * Reads a list, or exactly one mailbox. Reports what is wrong and returns what is right. A text that breaks the
 * grammar gives no address at all: where one ends in it is not known.
 */
export function parseAddresses(text: string, place: Place, shape: AddressShape): readonly Address[] {
  if (!checkStructuredText(text, place)) return [];
  if (isPlainAddress(text)) {
    warnOfDash(text, { place, offset: 0 });
    return [mailboxOf(undefined, text)];
  }
  const scanner = scan(text);
  const reader: Reader = { scanner, place, shape, found: [], group: undefined, refused: false };
  skipSpace(scanner);
  if (scanner.at === text.length && scanner.error === undefined) {
    place.error("address.missing", "there is no address in it");
    return [];
  }
  while (readElement(reader));
  if (scanner.error !== undefined) {
    reportScanError(scanner.error, reader);
    return [];
  }
  if (scanner.commented) {
    place.warning("address.comment", "comments, and blanks inside addresses, were left out", {
      rfc: "RFC 5322 s3.2.2",
    });
  }
  return reader.found;
}

function reportScanError({ offset, reason, code, hint }: ScanError, { place }: Reader): void {
  place.error(code, `${reason} at offset ${offset}`, {
    rfc: "RFC 5322 s3.4",
    hint: hint ?? 'write name@example.com, Name <name@example.com> or "Name, with signs" <name@example.com>',
  });
}

// Reads one mailbox or group and the separator behind it. False at the end and after an error.
function readElement(reader: Reader): boolean {
  const { scanner, group } = reader;
  const words = readWords(scanner);
  if (words === undefined) return false;
  const next = peek(scanner);
  if (next === ":") return openGroup(reader, words);
  if (next === ";" && words.count === 0 && group !== undefined && group.members.length === 0 && !reader.refused) {
    return closeGroup(reader);
  }
  const mailbox = next === "<" ? readAngle(reader, words) : readBare(reader, words);
  if (scanner.error !== undefined) return false;
  if (mailbox === undefined) reader.refused = true;
  else (group?.members ?? reader.found).push(mailbox);
  if (group !== undefined && peek(scanner) === ";") return closeGroup(reader);
  return readComma(reader);
}

function readComma(reader: Reader): boolean {
  const { scanner, shape, group } = reader;
  if (scanner.at === scanner.text.length) {
    if (group !== undefined) fail(scanner, "a group is not closed with ;");
    return false;
  }
  if (peek(scanner) === ";") {
    const hint = 'write "a@example.com, b@example.com"';
    fail(scanner, "commas separate addresses; there is a semicolon", { hint });
  } else if (peek(scanner) !== ",") fail(scanner, "there is text behind an address");
  else if (shape === "mailbox") fail(scanner, "expected one mailbox; got a comma");
  if (scanner.error !== undefined) return false;
  scanner.at++;
  return true;
}

function openGroup(reader: Reader, words: Words): boolean {
  const { scanner } = reader;
  if (words.count === 0) fail(scanner, "a group needs a name;");
  else if (reader.shape !== "addresses") fail(scanner, "expected an address, not a group; got a colon");
  else if (reader.group !== undefined) fail(scanner, "groups do not nest; there is a colon");
  if (scanner.error !== undefined) return false;
  scanner.at++;
  reader.group = { name: words.name, members: [] };
  reader.refused = false;
  return true;
}

function closeGroup(reader: Reader): boolean {
  const { scanner, group } = reader;
  if (group !== undefined) {
    reader.found.push(Object.freeze({ group: group.name, members: Object.freeze(group.members) }));
  }
  reader.group = undefined;
  scanner.at++;
  skipSpace(scanner);
  return scanner.error === undefined && readComma(reader);
}

// local-part@domain
function readBare(reader: Reader, words: Words): Mailbox | undefined {
  const address = readSpec(reader, words);
  return address === undefined ? undefined : mailboxOf(undefined, address);
}

// Name <local-part@domain>
function readAngle(reader: Reader, name: Words): Mailbox | undefined {
  const { scanner } = reader;
  scanner.at++;
  const words = readWords(scanner);
  if (words === undefined) return undefined;
  const address = readSpec(reader, words);
  if (scanner.error !== undefined) return undefined;
  if (peek(scanner) !== ">") return fail(scanner, "> is missing");
  scanner.at++;
  skipSpace(scanner);
  return address === undefined ? undefined : mailboxOf(name.name, address);
}

function readSpec({ scanner, place }: Reader, words: Words): string | undefined {
  if (words.count !== 1 || peek(scanner) !== "@") {
    if (words.count > 0 && peek(scanner) === "," && scanner.text.includes("<", scanner.at)) {
      const hint = 'write "Smith, Bob" <bob@example.com>, or { name, address }';
      return fail(scanner, "there is a comma in a name without quotes", { hint });
    }
    const tooLong = words.count === 1 && words.first.length > LONGEST_ADDRESS;
    const code = tooLong ? "address.length" : "address.syntax";
    return fail(scanner, "there is no address", { offset: words.offset, code });
  }
  const { text, at } = scanner;
  if (text.charAt(at - 1) === " " || text.charAt(at + 1) === " ") scanner.commented = true;
  scanner.at++;
  const domain = readDomainText(scanner);
  if (domain === undefined) return undefined;
  if (domain === "") return fail(scanner, "a domain is missing");
  return readAddrSpec(words.first, domain, { place, offset: words.offset });
}
