// Which transfer encoding a content needs: one pass over the bytes, then the cheapest that every relay leaves alone
// (RFC 2045 s6, RFC 5322 s2.1.1).
import { base64LinesLength } from "./base64.ts";
import { blankAtEnd, guardedLine, kind, type Quoting } from "./kernel/quote.ts";
import { quoteSlabs } from "./quoted-printable.ts";

/** What one pass over a content finds. Lines end with CRLF; a lone CR or LF does not end one. */
export interface Survey {
  /** Octets. */
  readonly size: number;
  /** No octet above 127. */
  readonly ascii: boolean;
  /** There is a NUL. */
  readonly nul: boolean;
  /** There is a CR or LF that is not part of a CRLF. */
  readonly bareLineEnds: boolean;
  /** Octets of the longest line, without its CRLF. */
  readonly longestLine: number;
  /** There is a control character other than TAB, CR, LF and NUL (and ESC in a stateful charset). */
  readonly controls: boolean;
  /** A line starts with `From ` or with a period. */
  readonly guarded: boolean;
  /** A blank is before a line end or at the very end. */
  readonly trailingSpace: boolean;
  /** Exact octets as quoted-printable. */
  readonly quotedPrintableLength: number;
  /** Exact octets as base64 in lines. */
  readonly base64Length: number;
}

/** How the content is to be read. */
export interface SurveyOptions {
  /** The charset's escape sequences are part of the text, so ESC is not a stray control. Default false. */
  readonly stateful?: boolean;
}

/** A transfer encoding this package writes. */
export type TransferEncoding = "7bit" | "8bit" | "quoted-printable" | "base64";

/** RFC 5322 s2.1.1: no line is longer than 998 octets, without its CRLF. */
const longestLegalLine = 998;

/**
 * Looks once at every octet of a content and tells what a choice of transfer encoding depends on.
 *
 * @param bytes - the content, canonical when it is text
 * @param options - how ESC is to be read
 * @returns facts and exact encoded sizes, in octets
 * @example
 * cheapest(survey(bytes), { text: true, eightBit: false }); // "quoted-printable"
 */
export function survey(bytes: Uint8Array, options: SurveyOptions = {}): Survey {
  let quoted = 0;
  const quoting = quoteSlabs(bytes, "text", (octets) => {
    quoted += octets.length;
  });
  return surveyOf(quoting, { size: bytes.length, quoted, stateful: options.stateful ?? false });
}

/** How much was encoded, and what became of it. */
interface Quoted {
  readonly size: number;
  readonly quoted: number;
  readonly stateful: boolean;
}

/** What the encoder of quoted-printable has seen when it is at the end. */
export function surveyOf({ marks, line, longest }: Quoting, { size, quoted, stateful }: Quoted): Survey {
  const has = (what: number): boolean => (marks & (1 << what)) !== 0;
  return {
    size,
    ascii: !has(kind.eightBit),
    nul: has(kind.nul),
    bareLineEnds: has(kind.lineEnd),
    longestLine: Math.max(longest, line),
    controls: has(kind.control) || (!stateful && has(kind.escape)),
    guarded: has(guardedLine),
    trailingSpace: has(blankAtEnd),
    quotedPrintableLength: quoted,
    base64Length: base64LinesLength(size),
  };
}

/**
 * Tells whether the content may travel as `7bit`: nothing in it that a relay may not carry, or is known to alter.
 *
 * @param facts - what {@link survey} found
 * @returns true when the octets may be sent as they are
 * @example
 * sevenBit(survey(new TextEncoder().encode("plain\r\n"))); // true
 */
export function sevenBit(facts: Survey): boolean {
  return facts.ascii && eightBit(facts);
}

/**
 * Tells whether the content may travel as `8bit`: as {@link sevenBit}, but octets above 127 are fine.
 *
 * @param facts - what {@link survey} found
 * @returns true when the octets may be sent as they are over an 8-bit transport
 * @example
 * eightBit(survey(new TextEncoder().encode("é\r\n"))); // true
 */
export function eightBit(facts: Survey): boolean {
  // RFC 2045 s2.7, s2.8: lines of at most 998 octets, CR and LF only as CRLF, no NUL.
  if (facts.nul || facts.bareLineEnds || facts.longestLine > longestLegalLine) return false;
  // RFC 2049 s3: gateways strip trailing blanks, stuff periods, and alter "From " and control characters.
  return !(facts.controls || facts.guarded || facts.trailingSpace);
}

/** What decides between encodings that are all legal. */
export interface CheapestOptions {
  /** The content is meant to be read as text, so quoted-printable wins a tie. */
  readonly text: boolean;
  /** The transport carries octets above 127 (8BITMIME). */
  readonly eightBit: boolean;
}

/**
 * Chooses the shortest transfer encoding that arrives unaltered.
 *
 * @param facts - what {@link survey} found
 * @param options - the kind of content and of transport
 * @returns `7bit` when nothing has to be encoded, then `8bit` when the transport allows it, then `quoted-printable` for
 * text that is ASCII, then whichever of quoted-printable and base64 is shorter
 * @example
 * cheapest(survey(new TextEncoder().encode("é")), { text: true, eightBit: false }); // "quoted-printable"
 */
export function cheapest(facts: Survey, options: CheapestOptions): TransferEncoding {
  if (sevenBit(facts)) return "7bit";
  if (options.eightBit && eightBit(facts)) return "8bit";
  // SpamAssassin and rspamd take base64 of ASCII text for a disguise, however many octets it saves.
  if (options.text && facts.ascii && !facts.nul && !facts.controls) return "quoted-printable";
  const difference = facts.quotedPrintableLength - facts.base64Length;
  if (difference === 0) return options.text ? "quoted-printable" : "base64";
  return difference < 0 ? "quoted-printable" : "base64";
}
