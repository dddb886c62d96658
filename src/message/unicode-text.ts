// Text as files have it: octets of UTF-8 or UTF-16, and the byte order mark that some programs put before it.

import type { Place } from "../issues.ts";

/** The byte order mark. */
export const MARK = "\ufeff";

/**
 * The text of an object without the byte order mark before its BEGIN, with a warning when there was one. What is no such
 * object stays as it is.
 */
export function withoutMark(text: string, place: Place): string {
  if (!text.startsWith(MARK) || !/^\s*BEGIN:/i.test(text.slice(0, 200))) return text;
  place.warning("body.mark", "a byte order mark was left out", { hint: MARK_HINT });
  let start = 1;
  while (text.startsWith(MARK, start)) start++;
  return text.slice(start);
}

export const MARK_HINT = "a text file was saved with it: leave it out where the file is read";

/** The text of octets in UTF-8, or in UTF-16 when they begin with its mark; the mark stays. */
export function readUnicode(bytes: Uint8Array, place: Place): string | undefined {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : undefined;
  try {
    return new TextDecoder(wide ?? "utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const hint = "decode them first, and give the string";
    return place.error("body.type", "the bytes are not UTF-8", { hint });
  }
}
