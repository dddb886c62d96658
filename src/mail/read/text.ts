// Bytes of a head as text, and the small scans over them that every reader of raw bytes needs.

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads octets as UTF-8 where they are valid UTF-8, else one character for each octet.
 *
 * @example
 * decodeText(new Uint8Array([0x61, 0xff])); // "a\u00ff"
 */
export function decodeText(bytes: Uint8Array): string {
  // A call into the host costs more than a short text.
  if (bytes.length <= SHORT && isAscii(bytes)) return Reflect.apply(String.fromCharCode, undefined, bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeOctets(bytes);
  }
}

const SHORT = 256;

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}

// The label `latin1` of TextDecoder means windows-1252, which moves 80-9F elsewhere.
function decodeOctets(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

// Names of code pages that Windows programs write, and that are not labels of the Encoding Standard.
const codePages: ReadonlyMap<string, string> = new Map([
  ["cp932", "shift_jis"],
  ["cp936", "gbk"],
  ["cp949", "euc-kr"],
  ["cp950", "big5"],
]);

const replacing = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes as text in the charset of that label; where the label is unknown, as UTF-8 or octets. */
export function decodeLabelled(bytes: Uint8Array, label: string): string {
  if (label === "utf-8") return replacing.decode(bytes);
  return decoderOf(label)?.decode(bytes) ?? decodeText(bytes);
}

/** True for a label that {@link decodeLabelled} knows. */
export function isKnownCharset(label: string): boolean {
  return decoderOf(label) !== undefined;
}

// Making a decoder, and the error of a label that is unknown, cost more than a short text.
const decoders = new Map<string, TextDecoder | undefined>();
const MOST_DECODERS = 64;
// A longer one may be a slice that keeps the whole head alive.
const LONGEST_LABEL = 12;

function decoderOf(label: string): TextDecoder | undefined {
  if (decoders.has(label)) return decoders.get(label);
  const decoder = makeDecoder(label);
  if (label.length <= LONGEST_LABEL) {
    if (decoders.size >= MOST_DECODERS) decoders.clear();
    decoders.set(label, decoder);
  }
  return decoder;
}

function makeDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(codePages.get(label.toLowerCase()) ?? label, { ignoreBOM: true });
  } catch {
    return undefined;
  }
}

/** True for the white space of RFC 5322: space and tab. */
export function isBlank(unit: number | undefined): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** Text without blanks at either end. Other white space of Unicode is content and stays. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Where the next line starts: after the next LF, or at `limit`. */
export function nextLine(bytes: Uint8Array, at: number, limit: number): number {
  const lf = bytes.indexOf(LF, at);
  return lf < 0 || lf >= limit ? limit : lf + 1;
}

/** Where the line that ends before `next` has its CRLF or LF; `next` when it has none. Not before `floor`. */
export function lineEnd(bytes: Uint8Array, next: number, floor: number): number {
  if (next <= floor || bytes[next - 1] !== LF) return next;
  return next - 1 > floor && bytes[next - 2] === CR ? next - 2 : next - 1;
}

/** The pieces as one. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
