// Reads address fields that another program wrote: what can be read is read, what breaks the grammar is named. One pass,
// no recursion, no backtracking. RFC 5322 s3.4, s4.4.
import { type Address, type Mailbox, mailboxOf } from "../headers/mailbox.ts";
import { decodeWords } from "./encoded-words.ts";

/**
 * What breaks the grammar of an address list. `address`: a mailbox without an address in it; `text`: words around an
 * address that belong to nothing; `unclosed`: a quote, a comment, a bracket or a group that does not end; `semicolon`:
 * one outside of a group, which some writers put between addresses; `group`: a colon where no group can begin;
 * `backslash`: one outside of quotes, which is left out.
 */
export type AddressDefect = "address" | "text" | "unclosed" | "semicolon" | "group" | "backslash";

/** The addresses of a field. */
export interface AddressReading {
  /** Names decoded. An address is as it was written, without comments and blanks; empty where there is none. */
  readonly addresses: readonly Address[];
  readonly defects: readonly AddressDefect[];
}

interface Work {
  readonly text: string;
  at: number;
  readonly found: Address[];
  readonly defects: Set<AddressDefect>;
  /** Outside of angle brackets: as a name, with quotes undone, and as it was written, for an address. */
  name: string;
  written: string;
  /** An at sign is outside of quotes: this is an address, not a name. */
  holdsAt: boolean;
  /** White space precedes what comes next. */
  blank: boolean;
  inside: string | undefined;
  /** Words were found behind the angle brackets. */
  after: boolean;
  comments: string[];
  group: { readonly name: string; readonly members: Mailbox[] } | undefined;
  /** The last of each closing character: what opens after it is not closed. */
  readonly last: { readonly quote: number; readonly comment: number; readonly angle: number; readonly literal: number };
}

/**
 * Reads an address list: mailboxes with or without names, groups, comments, encoded-words, obsolete forms.
 *
 * @param text - an unfolded field value
 * @example
 * readAddressList("=?utf-8?q?J=C3=B6rg?= <joerg@example.com>, bob@example.com (Bob)").addresses;
 * // [{ name: "Jörg", address: "joerg@example.com" }, { name: "Bob", address: "bob@example.com" }]
 */
export function readAddressList(text: string): AddressReading {
  const work: Work = {
    text,
    at: 0,
    found: [],
    defects: new Set(),
    name: "",
    written: "",
    holdsAt: false,
    blank: false,
    inside: undefined,
    after: false,
    comments: [],
    group: undefined,
    last: {
      quote: text.lastIndexOf('"'),
      comment: text.lastIndexOf(")"),
      angle: text.lastIndexOf(">"),
      literal: text.lastIndexOf("]"),
    },
  };
  while (work.at < text.length) step(work);
  finishMailbox(work);
  if (work.group !== undefined) {
    work.defects.add("unclosed");
    finishGroup(work);
  }
  return { addresses: work.found, defects: [...work.defects] };
}

const PLAIN = /[^()<>[\]:;,"\\=]+/y;
// RFC 2047 s5(3) has no special in a word of a phrase; many writers put the comma of a name into one.
const WORD = /=\?[^?\s]+\?[bq]\?[^?\s]*\?=/iy;

function step(work: Work): void {
  const { text, at, last } = work;
  switch (text.charAt(at)) {
    case '"':
      if (last.quote > at) takeQuoted(work);
      else takeUnclosed(work);
      return;
    case "(":
      if (last.comment > at) takeComment(work);
      else takeUnclosed(work);
      return;
    case "<":
      takeAngle(work);
      return;
    case "[":
      takeText(work, last.literal > at ? text.indexOf("]", at) + 1 : at + 1);
      return;
    case ",":
      work.at++;
      finishMailbox(work);
      return;
    case ";":
      work.at++;
      finishMailbox(work);
      if (work.group === undefined) work.defects.add("semicolon");
      else finishGroup(work);
      return;
    case ":":
      takeColon(work);
      return;
    case "\\":
      work.defects.add("backslash");
      takeText(work, Math.min(at + 2, text.length), at + 1);
      return;
    case "=":
      takeText(work, matchEnd(WORD, text, at) ?? at + 1);
      return;
    default:
      takeText(work, matchEnd(PLAIN, text, at) ?? at + 1);
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function takeText(work: Work, end: number, from: number = work.at): void {
  const text = work.text.slice(from, end);
  if (text.trim() !== "") noteWords(work);
  for (const [index, word] of text.split(SPACE).entries()) {
    if (index > 0) work.blank = true;
    if (word !== "") addToName(work, word);
  }
  work.written += text;
  work.holdsAt ||= text.includes("@");
  work.at = end;
}

// Words behind an address in angle brackets: an address whose comma is missing, as GMime reads it, else part of the name.
function noteWords(work: Work): void {
  if (work.inside === undefined || work.after) return;
  work.defects.add("text");
  work.after = true;
  if (work.text.slice(work.at, matchEnd(MAILBOX_REST, work.text, work.at)).includes("@")) finishMailbox(work);
}

const MAILBOX_REST = /[^,;<]*/y;

const SPACE = /[ \t\r\n]+/;

// White space at either end of a name is none of it, and some of it within is one space; within quotes it is content.
function addToName(work: Work, text: string): void {
  if (text === "") return;
  work.name += work.blank && work.name !== "" ? ` ${text}` : text;
  work.blank = false;
}

function takeUnclosed(work: Work): void {
  work.defects.add("unclosed");
  takeText(work, work.at + 1);
}

// RFC 5322 s3.2.4. The quotes belong to a local part and not to a name.
function takeQuoted(work: Work): void {
  const start = work.at;
  noteWords(work);
  addToName(work, unquoted(work, '"'));
  work.written += work.text.slice(start, work.at);
}

// From the opening character to the closing one, quoted-pairs undone.
function unquoted(work: Work, close: string): string {
  const { text } = work;
  let value = "";
  let from = ++work.at;
  for (; work.at < text.length; work.at++) {
    const char = text[work.at];
    if (char !== close && char !== "\\") continue;
    value += text.slice(from, work.at);
    from = work.at + 1;
    if (char === close) {
      work.at++;
      return value;
    }
    work.at++;
  }
  work.defects.add("unclosed");
  work.at = text.length;
  return value + text.slice(from);
}

// RFC 5322 s3.2.2: comments nest; the depth is a number. A comment counts as a blank.
function takeComment(work: Work): void {
  const { text } = work;
  let open = 0;
  let comment = "";
  for (; work.at < text.length; work.at++) {
    const char = text.charAt(work.at);
    if (char === "(" && open++ === 0) continue;
    if (char === ")" && --open === 0) break;
    if (char === "\\") work.at++;
    comment += text.charAt(work.at);
  }
  if (work.at >= text.length) work.defects.add("unclosed");
  work.at++;
  work.blank = true;
  work.written += " ";
  work.comments.push(comment.trim());
}

function takeAngle(work: Work): void {
  if (work.inside !== undefined) {
    work.defects.add("text");
    finishMailbox(work);
  }
  const { text, last } = work;
  const closes = last.angle > work.at ? ">" : ",";
  if (closes === ",") work.defects.add("unclosed");
  let inside = "";
  let blank = false;
  let before = "@";
  // RFC 5322 s4.4: blanks may surround dots and at signs. Within a word one stays: its meaning is unknown.
  const add = (piece: string): void => {
    if (blank && !isSeparator(before) && !isSeparator(piece.charAt(0))) {
      work.defects.add("text");
      inside += " ";
    }
    blank = false;
    before = piece.charAt(piece.length - 1);
    inside += piece;
  };
  work.at++;
  while (work.at < text.length && text[work.at] !== closes) {
    const char = text.charAt(work.at);
    if (char === '"') {
      const start = work.at;
      unquoted(work, '"');
      add(text.slice(start, work.at));
    } else if (char === "(" && last.comment > work.at) {
      takeComment(work);
    } else if (char === "<") {
      // What precedes the last opening bracket is not an address.
      work.defects.add("text");
      addToName(work, inside);
      inside = "";
      before = "@";
      work.at++;
    } else {
      const end = matchEnd(ANGLE_RUN, text, work.at) ?? work.at + 1;
      if (char === "(") work.defects.add("unclosed");
      if (isSpace(char)) blank = true;
      else add(text.slice(work.at, end));
      work.at = end;
    }
  }
  if (closes === ">") work.at++;
  // RFC 5322 s4.4: a route before the address means nothing any more.
  work.inside = inside.startsWith("@") ? inside.slice(inside.indexOf(":") + 1) : inside;
  work.blank = true;
}

const ANGLE_RUN = /[^"(<>,\s]+/y;

function isSeparator(char: string): boolean {
  return char === "." || char === "@" || char === "," || char === ":";
}

function isSpace(char: string): boolean {
  return char === " " || char === "\t" || char === "\r" || char === "\n";
}

function takeColon(work: Work): void {
  const { name, holdsAt, inside, group } = work;
  if (group !== undefined || inside !== undefined || name === "" || holdsAt) {
    work.defects.add("group");
    takeText(work, work.at + 1);
    return;
  }
  work.at++;
  work.group = { name: decodeWords(name), members: [] };
  reset(work);
}

function finishGroup(work: Work): void {
  if (work.group === undefined) return;
  const { name, members } = work.group;
  work.found.push(Object.freeze({ group: name, members: Object.freeze(members) }));
  work.group = undefined;
}

function reset(work: Work): void {
  work.name = "";
  work.written = "";
  work.holdsAt = false;
  work.blank = false;
  work.inside = undefined;
  work.after = false;
  work.comments = [];
}

function finishMailbox(work: Work): void {
  const mailbox = mailboxIn(work);
  reset(work);
  if (mailbox === undefined) return;
  if (work.group === undefined) work.found.push(mailbox);
  else work.group.members.push(mailbox);
}

function mailboxIn(work: Work): Mailbox | undefined {
  const { inside, comments } = work;
  const comment = decodeWords(comments.join(" "));
  const name = decodeWords(work.name);
  if (inside !== undefined) {
    if (inside === "" && name !== "") work.defects.add("address");
    return mailboxOf(name === "" ? comment : name, inside);
  }
  const written = tightened(work.written.trim());
  if (written === "") {
    if (comment === "") return undefined; // RFC 5322 s4.4: an empty element of a list
    work.defects.add("address");
    return mailboxOf(comment, "");
  }
  const words = wordsOf(written);
  // RFC 5322 s3.4.1: the at sign of an address is outside of quotes, which a domain does not have.
  const address = words.find((word) => word.lastIndexOf("@") > word.lastIndexOf('"'));
  if (address === undefined) {
    work.defects.add("address");
    // A quoted string alone, as some writers give an address.
    return /^\S*@\S*$/.test(name) ? mailboxOf(comment, name) : mailboxOf(name, "");
  }
  if (words.length === 1) return mailboxOf(comment, address);
  work.defects.add("text");
  return mailboxOf(decodeWords(words.filter((word) => word !== address).join(" ")), address);
}

// RFC 5322 s4.4: blanks around the dots and the at sign of an address, as in `ann . lee @ example . com`.
function tightened(written: string): string {
  if (!/[ \t]/.test(written) || written.includes('"')) return written;
  return written.replace(/[ \t]+/g, " ").replace(/ ?([.@]) ?/g, "$1");
}

// Words between blanks; those within quotes are of the word.
function wordsOf(written: string): readonly string[] {
  if (!/[ \t]/.test(written)) return [written];
  return written.match(/(?:"(?:[^"\\]|\\.)*"?|[^ \t"])+/g) ?? [];
}
