// What the service does to a message that its sender may not expect, collected while a request is read.
import type { Charset } from "../../mail/octets/charset.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import type { DeliveryNote } from "../model/message.ts";
import type { Settings } from "../model/state.ts";
import { invalidValue } from "../protocol/errors.ts";

/** Notes about one message, in the order they were made. */
export interface DeliveryNotes {
  /** Notes a thing. */
  add(note: DeliveryNote): void;
  /** Notes damage. @throws SesError InvalidParameterValue with the note's text where damage is refused */
  damage(note: DeliveryNote): void;
  readonly list: readonly DeliveryNote[];
}

// A request of a million addresses has no million notes.
const mostNotes = 200;

/** An empty collection. */
export function deliveryNotes({ sevenBit }: Pick<Settings, "sevenBit">): DeliveryNotes {
  const list: DeliveryNote[] = [];
  const add = (note: DeliveryNote): void => {
    if (list.length < mostNotes) list.push(note);
  };
  return {
    add,
    damage(note) {
      if (sevenBit) throw invalidValue(`${note.place}: ${note.message}. ${note.hint ?? ""}`.trim());
      add(note);
    },
    list,
  };
}

/**
 * An address parameter as 7-bit ASCII: other characters of its names are lost, one question mark for each.
 * API reference 2010-12-01, Source: "By default, the string must be 7-bit ASCII."
 */
export function asciiAddress(text: string, place: string, notes: DeliveryNotes): string {
  const ascii = inAscii(text);
  if (ascii === text) return text;
  notes.damage({
    code: "ses.seven-bit",
    severity: "error",
    place,
    message: `the string is not 7-bit ASCII: ${quoted(text)} arrives as ${quoted(ascii)}`,
    hint: "Write names with other characters as MIME encoded-words (RFC 2047).",
  });
  return ascii;
}

/** Text in a charset, with a question mark for each character that the charset lacks. */
export interface InCharset {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * Text in the charset it was given with.
 * API reference 2010-12-01, Content: "By default, the text must be 7-bit ASCII"; other characters need a Charset.
 */
export function inCharset(
  text: string,
  charset: Charset,
  { place, notes }: { readonly place: string; readonly notes: DeliveryNotes },
): InCharset {
  const bytes = charset.encode(text);
  if (isBytes(bytes)) return { text, bytes };
  const marked = withMarks(text, charset);
  const encoded = charset.encode(marked);
  if (!isBytes(encoded)) throw invalidValue("The text cannot be written in its charset.");
  const first = named(text.codePointAt(bytes.unmappable) ?? 0);
  notes.damage({
    code: "ses.seven-bit",
    severity: "error",
    place,
    message: `the text holds ${first}, which ${charset.name} lacks: such characters arrive as question marks`,
    hint: 'Give a Charset that has them, such as "UTF-8".',
  });
  return { text: marked, bytes: encoded };
}

// Each character by itself: a search from the start for each one that is missing would be quadratic.
function withMarks(text: string, charset: Charset): string {
  const known = new Map<string, string>();
  let marked = "";
  for (const character of text) {
    const found = known.get(character);
    const shown = found ?? (isBytes(charset.encode(character)) ? character : "?");
    if (found === undefined) known.set(character, shown);
    marked += shown;
  }
  return marked;
}

function named(codePoint: number): string {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return isSurrogate ? `the lone surrogate ${number}` : `"${String.fromCodePoint(codePoint)}" (${number})`;
}

function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, "?");
}

const mostQuoted = 80;

function quoted(text: string): string {
  return `"${text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text}"`;
}
