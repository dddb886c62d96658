// Which transfer encoding a content needs: one pass over the bytes, then the cheapest that every relay leaves alone
// (RFC 2045 s6, RFC 5322 s2.1.1).
import { base64LinesLength } from "./base64.ts";
import { type Facts, scan, trait } from "./kernel/quoted-printable-scan.ts";
import { surveyByWasm } from "./kernel/survey-wasm.ts";
import { kernelsFor } from "./kernel/wasm-host.ts";
import { type LineMode, quotedPrintableLength } from "./quoted-printable.ts";

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
  /** A blank stands before a line end or at the very end. */
  readonly trailingSpace: boolean;
  /** Exact octets as quoted-printable. Counted when it is asked for: the content must not change before. */
  readonly quotedPrintableLength: number;
  /** True when that length is known already, and asking for it costs nothing. */
  readonly isCounted: boolean;
  /** No more than that, known at once. */
  readonly quotedPrintableLeast: number;
  /** No less than that, known at once. */
  readonly quotedPrintableMost: number;
  /** Exact octets as base64 in lines. */
  readonly base64Length: number;
}

/** How the content is to be read. */
export interface SurveyOptions {
  /** What CR and LF mean in quoted-printable. Default `text`. */
  readonly mode?: LineMode;
  /** The charset's escape sequences are part of the text, so ESC is no stray control. Default false. */
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
 * @param options - how CR, LF and ESC are to be read
 * @returns facts and exact encoded sizes, in octets
 * @example
 * cheapest(survey(bytes), { text: true, eightBit: false }); // "quoted-printable"
 */
export function survey(bytes: Uint8Array, options: SurveyOptions = {}): Survey {
  const found = look(bytes, options.mode ?? "text");
  const controls = options.stateful ? trait.control : trait.control | trait.escape;
  return {
    size: bytes.length,
    ascii: (found.traits & trait.eightBit) === 0,
    nul: (found.traits & trait.nul) !== 0,
    bareLineEnds: found.bareLineEnds,
    longestLine: found.longestLine,
    controls: (found.traits & controls) !== 0,
    guarded: found.guarded,
    trailingSpace: found.trailingSpace,
    get quotedPrintableLength() {
      return found.length();
    },
    get isCounted() {
      return found.isCounted();
    },
    quotedPrintableLeast: found.least,
    quotedPrintableMost: found.most,
    base64Length: base64LinesLength(bytes.length),
  };
}

interface Look extends Facts {
  readonly least: number;
  readonly most: number;
  readonly length: () => number;
  readonly isCounted: () => boolean;
}

// The plain kernel counts while it looks; the module's two kernels are one pass each, and the second is seldom needed.
function look(bytes: Uint8Array, mode: LineMode): Look {
  const kernels = kernelsFor(bytes.length);
  if (kernels === undefined) {
    const { length, ...facts } = scan(bytes, mode === "text");
    return { ...facts, least: length, most: length, length: () => length, isCounted: () => true };
  }
  let length: number | undefined;
  const count = () => {
    length ??= quotedPrintableLength(bytes, mode);
    return length;
  };
  const { most, ...facts } = surveyByWasm(kernels, bytes);
  return {
    ...facts,
    most: mode === "text" ? most : Number.POSITIVE_INFINITY,
    length: count,
    isCounted: () => length !== undefined,
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
 * @returns `7bit` when nothing has to be encoded, then `8bit` when the transport allows it, then whichever of
 * quoted-printable and base64 is shorter
 * @example
 * cheapest(survey(new TextEncoder().encode("é")), { text: true, eightBit: false }); // "quoted-printable"
 */
export function cheapest(facts: Survey, options: CheapestOptions): TransferEncoding {
  if (sevenBit(facts)) return "7bit";
  if (options.eightBit && eightBit(facts)) return "8bit";
  // The bounds mostly tell which is shorter, and counting takes longer than all the rest.
  if (facts.quotedPrintableLeast > facts.base64Length) return "base64";
  if (facts.quotedPrintableMost < facts.base64Length) return "quoted-printable";
  const difference = facts.quotedPrintableLength - facts.base64Length;
  if (difference === 0) return options.text ? "quoted-printable" : "base64";
  return difference < 0 ? "quoted-printable" : "base64";
}
