// Message ids: `<left@right>`. RFC 5322 s3.6.4.

import type { Place } from "../../issues.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import { LONGEST_TOKEN } from "./folding.ts";
import { checkStructuredText, isDotAtom, isPrintable, looksEncoded } from "./tokens.ts";

/**
 * Reads one id and gives it in angle brackets; they may be absent in the input, both at once.
 *
 * @returns the id, or undefined after reporting `header.message-id`, `header.line-break` or `header.control`.
 * @example
 * readMessageId("1@example.com", ["messageId"], report); // "<1@example.com>"
 */
export function readMessageId(text: unknown, place: Place): string | undefined {
  if (!isIdText(text, place)) return undefined;
  const bracketed = text.startsWith("<") && text.endsWith(">");
  const id = bracketed ? text : `<${text}>`;
  if (!isIdContent(id.slice(1, -1))) {
    return place.error("header.message-id", "the value is not a valid message id", {
      rfc: "RFC 5322 s3.6.4",
      hint: "write <left@right>, both sides of letters, digits, dots and !#$%&'*+-/=?^_`{|}~",
    });
  }
  return id.length <= LONGEST_TOKEN || tooLong(place) ? id : undefined;
}

function isIdText(text: unknown, place: Place): text is string {
  if (typeof text === "string") return checkStructuredText(text, place);
  place.error("input.type", "expected a message id as a string");
  return false;
}

function isIdContent(text: string): boolean {
  const at = text.indexOf("@");
  return at > 0 && !looksEncoded(text) && isDotAtom(text.slice(0, at)) && isIdRight(text.slice(at + 1));
}

// id-right: a dot-atom or a no-fold-literal.
function isIdRight(text: string): boolean {
  return text.startsWith("[") ? /^\[[!-Z^-~]+\]$/.test(text) : isDotAtom(text);
}

/**
 * Reads the ids of In-Reply-To or References: of messages by other programs, so that they are taken as they were
 * printed between `<` and `>`, whatever is there (RFC 5322 s3.6.4, s4.5.4). One that is not `<left@right>` is a
 * warning. Ids in a string may touch each other; ids without brackets are separated by blanks.
 *
 * @param input text, or a list of texts.
 * @returns the ids that can be written, in their order.
 * @example
 * readForeignIds("<a@b@c><d>", ["references"], report); // ["<a@b@c>", "<d>"], with a warning
 */
export function readForeignIds(input: unknown, place: Place): readonly string[] {
  const ids: string[] = [];
  const add = (text: unknown, place: Place): void => {
    if (isIdText(text, place)) for (const id of printedIds(text, place)) ids.push(id);
  };
  const list = readGuarded(place, () => ({ items: listOf(input) }));
  if (list === undefined) return Object.freeze(ids);
  if (list.items === undefined) add(input, place);
  for (const [i, text] of list.items?.entries() ?? []) add(text, place.at(i));
  return Object.freeze(ids);
}

function printedIds(text: string, place: Place): readonly string[] {
  const { ids, beside } = text.includes("<") ? bracketedIds(text) : bareIds(text);
  if (ids.length === 0 || beside === "open") {
    refuse(place, beside === "open" ? "a message id has no closing >" : "the text contains no message id");
    return [];
  }
  const written = ids.filter((id) => isWritable(id, place));
  if (written.length < ids.length) return written;
  const odd = ids.findIndex((id) => !isIdContent(id.slice(1, -1)));
  if (odd >= 0 || beside === "text") {
    const message =
      odd < 0
        ? "text beside the message ids is left out"
        : `id ${odd + 1} is not of the form <left@right>; it is kept as it was printed`;
    place.warning("header.message-id", message, { rfc: "RFC 5322 s3.6.4" });
  }
  return ids;
}

interface PrintedIds {
  readonly ids: readonly string[];
  /** What is outside of the brackets: nothing, text, or a bracket that nothing closes. */
  readonly beside: "nothing" | "text" | "open";
}

function bracketedIds(text: string): PrintedIds {
  const ids: string[] = [];
  let beside: PrintedIds["beside"] = "nothing";
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("<", at);
    const bare = bareIds(text.slice(at, open < 0 ? text.length : open));
    if (bare.beside === "text") beside = "text";
    for (const id of bare.ids) ids.push(id);
    if (open < 0) break;
    const close = closingBracket(text, open);
    if (close < 0) return { ids, beside: "open" };
    ids.push(text.slice(open, close + 1));
    at = close + 1;
  }
  return { ids, beside };
}

// RFC 5322 s4.5.4: the left side may be a quoted-string, which may hold a bracket.
function closingBracket(text: string, open: number): number {
  const close = text.indexOf(">", open);
  if (close < 0 || text[open + 1] !== '"') return close;
  for (let at = open + 2; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return text[at + 1] === "@" ? text.indexOf(">", at) : close;
    else if (text[at] === "<") return close;
  }
  return close;
}

function bareIds(text: string): PrintedIds {
  const words = text.split(" ").filter((word) => word !== "");
  // Without a bracket and without an @ it is a word like any other.
  if (!words.every((word) => word.includes("@"))) return { ids: [], beside: "text" };
  return { ids: words.map((word) => `<${word}>`), beside: "nothing" };
}

function isWritable(id: string, place: Place): boolean {
  const content = id.slice(1, -1);
  if (content.trim() === "" || !isPrintable(content) || looksEncoded(content) || isNested(content)) {
    return refuse(place, "a message id is printable ASCII between < and >");
  }
  return id.length <= LONGEST_TOKEN || tooLong(place);
}

function isNested(content: string): boolean {
  return !content.startsWith('"') && /[<>]/.test(content);
}

function refuse(place: Place, message: string): false {
  const detail = { rfc: "RFC 5322 s3.6.4", hint: "write each id as <left@right>" };
  place.error("header.message-id", message, detail);
  return false;
}

function tooLong(place: Place): false {
  const message = `a message id fits no line of ${LONGEST_TOKEN} characters`;
  place.error("header.too-long", message, { rfc: "RFC 5322 s2.1.1" });
  return false;
}
