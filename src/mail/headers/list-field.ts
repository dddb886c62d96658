// Fields of mailing lists: URIs and ids in angle brackets stay as they are, the comments and names round them may be
// encoded-words. RFC 2369 s2, RFC 2919 s3, RFC 2047 s5(2), s5(3).

import { utf8 } from "../octets/charset.ts";
import { plainPhrase } from "./address-writer.ts";
import { encodeWords } from "./encoded-word.ts";
import { isPrintable } from "./tokens.ts";
import { LONGEST_WORD } from "./word-cuts.ts";

/**
 * The value as ASCII, with words where comments and names are not. Undefined when something outside them is not ASCII
 * or brackets do not match.
 *
 * @example
 * encodeListValue("<https://example.org/u> (kündigen)");
 * // "<https://example.org/u> (=?UTF-8?Q?k=C3=BCndigen?=)"
 */
export function encodeListValue(value: string): string | undefined {
  if (isPrintable(value) && !value.includes("=?")) return value;
  let output = "";
  let at = 0;
  while (at < value.length) {
    const segment = readSegment(value, at);
    const written = segment === undefined ? undefined : writeSegment(segment.text, at);
    if (segment === undefined || written === undefined) return undefined;
    output += written;
    at = segment.end;
  }
  return output;
}

interface Segment {
  readonly text: string;
  readonly end: number;
}

// A URI in angle brackets, a comment, or what is between them.
function readSegment(value: string, start: number): Segment | undefined {
  let end = start;
  if (value[start] === "<") end = value.indexOf(">", start) + 1;
  else if (value[start] === "(") end = commentEnd(value, start);
  else while (end < value.length && value[end] !== "<" && value[end] !== "(") end++;
  return end === 0 ? undefined : { text: value.slice(start, end), end };
}

// Behind the parenthesis that closes the comment; 0 when there is none. RFC 5322 s3.2.2: comments hold comments and
// quoted-pairs.
function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === "(") depth++;
    else if (value[at] === ")" && --depth === 0) return at + 1;
  }
  return 0;
}

function writeSegment(text: string, at: number): string | undefined {
  if (isPrintable(text) && !text.includes("=?")) return text;
  if (text.startsWith("<")) return undefined;
  // RFC 2919 s3 has a phrase before the brackets only, RFC 2369 s2 has none.
  if (at > 0 && !text.startsWith("(")) return undefined;
  // In an encoded-word a character needs no backslash before it.
  if (text.startsWith("(")) return `(${words(text.slice(1, -1).replace(/\\(.)/gsu, "$1"), 2)})`;
  const name = text.trim();
  const before = text.slice(0, text.indexOf(name));
  const written = plainPhrase(name) ?? words(name, 0);
  return before + written + text.slice(before.length + name.length);
}

// Every word keeps room for the parentheses that touch it.
function words(text: string, reserved: number): string {
  const place = { charset: utf8, kind: "phrase" as const, canFold: false, closes: false };
  return encodeWords(text, { ...place, room: LONGEST_WORD - reserved }).join(" ");
}

/**
 * True when the value has what its field is for: URIs in angle brackets, or the id of a list. RFC 2369 s2, RFC 2919 s3.
 * What is outside of brackets is passed over by readers.
 *
 * @example
 * holdsListItem("List-Unsubscribe", "https://example.com/u"); // false: no reader finds it
 */
export function holdsListItem(name: string, value: string): boolean {
  const key = name.toLowerCase();
  // RFC 2369 s3.4: a list that takes no posts says so with a word.
  if (key === "list-post" && /^NO(?![\w-])/i.test(value)) return true;
  const open = value.indexOf("<");
  const close = value.indexOf(">", open);
  if (open < 0 || close < 0) return false;
  return key === "list-id" ? close > open + 1 : /^<[A-Za-z][A-Za-z0-9+.-]*:/.test(value.slice(open, close));
}

/** True when a URI or an id in angle brackets has a blank in it. RFC 2369 s2: such a blank is not part of it. */
export function holdsBlankItem(value: string): boolean {
  return /<[^<> ]* [^<>]*>/.test(value.replace(/\([^()]*\)/g, ""));
}
