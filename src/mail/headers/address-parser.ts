// Address lists as text: mailboxes and groups, strictly by the grammar of RFC 5322 s3.4 without its obsolete forms.
// What the grammar does not give is an error with its offset; nothing is guessed.

import type { Place } from "../../issues.ts";
import { isPlainAddress, LONGEST_ADDRESS, readAddrSpec, warnOfDash } from "./addr-spec.ts";
import { type Address, type AddressShape, type Mailbox, mailboxOf } from "./mailbox.ts";
import { checkStructuredText } from "./tokens.ts";

/** A place in a text, and what was found before it. Readers move `at` forward. */
interface Parser {
  readonly text: string;
  at: number;
  readonly place: Place;
  readonly shape: AddressShape;
  readonly found: Address[];
  /** The group being read. */
  group: { readonly name: string; readonly members: Mailbox[] } | undefined;
  /** Set when an address was well delimited but refused: it is reported, and reading goes on behind it. */
  refused: boolean;
  /** True once a comment, or a blank inside an address, was passed over. */
  commented: boolean;
  /** True once the text broke the grammar, which is reported once. */
  broken: boolean;
}

interface Fault {
  readonly offset?: number;
  readonly code?: "address.syntax" | "address.length";
  /** What to write, where there is more to say than how addresses look. */
  readonly hint?: string;
}

const FORMS = 'write name@example.com, Name <name@example.com> or "Name, with signs" <name@example.com>';

// Ends reading. The first reason is the one that counts.
function fail(
  parser: Parser,
  reason: string,
  { offset = parser.at, code = "address.syntax", hint = FORMS }: Fault = {},
): undefined {
  if (!parser.broken) parser.place.error(code, `${reason} at offset ${offset}`, { rfc: "RFC 5322 s3.4", hint });
  parser.broken = true;
  return undefined;
}

function next({ text, at }: Parser): string {
  return text.charAt(at);
}

// Passes over white space and comments. RFC 5322 s3.2.2: comments nest, so their depth is counted.
function skipSpace(parser: Parser): void {
  const { text } = parser;
  let depth = 0;
  let start = 0;
  for (; parser.at < text.length; parser.at++) {
    const char = next(parser);
    if (char === "(") {
      if (depth++ === 0) start = parser.at;
      parser.commented = true;
    } else if (depth === 0) {
      if (char !== " ") return;
    } else if (char === ")") depth--;
    else if (char === "\\") parser.at++;
  }
  if (depth > 0) fail(parser, "a comment is not closed", { offset: start });
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

// Reads words up to a character that belongs to none. Undefined after an error.
function readWords(parser: Parser): Words | undefined {
  skipSpace(parser);
  const { text, at: offset } = parser;
  let count = 0;
  let first = "";
  let name = "";
  for (let end = offset; ; end = parser.at, skipSpace(parser)) {
    const start = parser.at;
    const content = next(parser) === '"' ? readQuoted(parser) : readAtoms(parser);
    if (parser.broken) return undefined;
    if (parser.at === start) return { count, first, name, offset };
    if (count++ === 0) first = text.slice(start, parser.at);
    // A comment between two words separates them, so it leaves a space.
    else name += text.slice(end, start).replace(/^ *\(.*/s, " ");
    name += content;
  }
}

// Atoms and dots, as in `John Q.` and `a.b`; text beyond ASCII is judged by whoever uses it.
const ATOMS = /[\w!#$%&'*+\-/=?^`{|}~.\x80-\uffff]*/y;

function readAtoms(parser: Parser): string {
  const start = parser.at;
  ATOMS.lastIndex = start;
  ATOMS.test(parser.text);
  parser.at = ATOMS.lastIndex;
  return parser.text.slice(start, parser.at);
}

function readQuoted(parser: Parser): string | undefined {
  const { text, at: start } = parser;
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) return fail(parser, "a quoted string is not closed");
  parser.at = end + 1;
  return text.slice(start + 1, end).replace(/\\(.)/gs, "$1");
}

// A host name or a domain literal, white space around it too. RFC 5322 s3.4.1.
function readDomainText(parser: Parser): string | undefined {
  skipSpace(parser);
  const { text, at: start } = parser;
  if (next(parser) === "[") {
    const end = text.indexOf("]", start);
    if (end < 0) return fail(parser, "a domain literal is not closed");
    parser.at = end + 1;
  } else readAtoms(parser);
  const domain = text.slice(start, parser.at);
  skipSpace(parser);
  return parser.broken ? undefined : domain;
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
  const start = { text, at: 0, place, shape, found: [], group: undefined };
  const parser: Parser = { ...start, refused: false, commented: false, broken: false };
  skipSpace(parser);
  if (parser.at === text.length && !parser.broken) {
    place.error("address.missing", "there is no address in it");
    return [];
  }
  while (readElement(parser));
  if (parser.broken) return [];
  if (parser.commented) {
    const message = "comments, and blanks inside addresses, were left out";
    place.warning("address.comment", message, { rfc: "RFC 5322 s3.2.2" });
  }
  return parser.found;
}

// Reads one mailbox or group and the separator behind it. False at the end and after an error.
function readElement(parser: Parser): boolean {
  const { group } = parser;
  const words = readWords(parser);
  if (words === undefined) return false;
  if (next(parser) === ":") return openGroup(parser, words);
  const empty = words.count === 0 && group?.members.length === 0 && !parser.refused;
  if (!(empty && next(parser) === ";")) {
    const mailbox = next(parser) === "<" ? readAngle(parser, words) : readBare(parser, words);
    if (parser.broken) return false;
    if (mailbox === undefined) parser.refused = true;
    else (group?.members ?? parser.found).push(mailbox);
  }
  if (group !== undefined && next(parser) === ";") closeGroup(parser, group);
  return !parser.broken && readComma(parser);
}

function readComma(parser: Parser): boolean {
  if (parser.at === parser.text.length) {
    if (parser.group !== undefined) fail(parser, "a group is not closed with ;");
    return false;
  }
  if (next(parser) === ";") {
    const hint = 'write "a@example.com, b@example.com"';
    fail(parser, "commas separate addresses; there is a semicolon", { hint });
  } else if (next(parser) !== ",") fail(parser, "there is text behind an address");
  else if (parser.shape === "mailbox") fail(parser, "expected one mailbox; got a comma");
  parser.at++;
  return !parser.broken;
}

function openGroup(parser: Parser, { count, name }: Words): boolean {
  if (count === 0) fail(parser, "a group needs a name;");
  else if (parser.shape !== "addresses") fail(parser, "expected an address, not a group; got a colon");
  else if (parser.group !== undefined) fail(parser, "groups do not nest; there is a colon");
  parser.at++;
  parser.group = { name, members: [] };
  parser.refused = false;
  return !parser.broken;
}

function closeGroup(parser: Parser, { name, members }: NonNullable<Parser["group"]>): void {
  parser.found.push(Object.freeze({ group: name, members: Object.freeze(members) }));
  parser.group = undefined;
  parser.at++;
  skipSpace(parser);
}

// local-part@domain
function readBare(parser: Parser, words: Words): Mailbox | undefined {
  const address = readSpec(parser, words);
  return address === undefined ? undefined : mailboxOf(undefined, address);
}

// Name <local-part@domain>
function readAngle(parser: Parser, { name }: Words): Mailbox | undefined {
  parser.at++;
  const words = readWords(parser);
  const address = words && readSpec(parser, words);
  if (parser.broken) return undefined;
  if (next(parser) !== ">") return fail(parser, "> is missing");
  parser.at++;
  skipSpace(parser);
  return address === undefined ? undefined : mailboxOf(name, address);
}

function readSpec(parser: Parser, { count, first, offset }: Words): string | undefined {
  const { text, at, place } = parser;
  if (count !== 1 || text[at] !== "@") {
    if (count > 0 && text[at] === "," && text.includes("<", at)) {
      const hint = 'write "Smith, Bob" <bob@example.com>, or { name, address }';
      return fail(parser, "there is a comma in a name without quotes", { hint });
    }
    const code = count === 1 && first.length > LONGEST_ADDRESS ? "address.length" : "address.syntax";
    return fail(parser, "there is no address", { offset, code });
  }
  if (text[at - 1] === " " || text[at + 1] === " ") parser.commented = true;
  parser.at++;
  const domain = readDomainText(parser);
  if (domain === undefined) return undefined;
  return domain === "" ? fail(parser, "a domain is missing") : readAddrSpec(first, domain, { place, offset });
}
