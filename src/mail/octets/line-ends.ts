// Canonical line ends for text (RFC 2046 s4.1.1): only CRLF leaves the composer, in whatever form the text came.

const bareLineEnd = /\r(?!\n)|(?<!\r)\n/;
const anyLineEnd = /\r\n?|\n/g;

/**
 * Writes every line end as CRLF: a CRLF stays one, a lone LF and a lone CR each become one.
 *
 * @param text - any text
 * @returns the canonical text; the same string when there is nothing to change
 * @example
 * toCrlf("a\nb\rc\r\n"); // "a\r\nb\r\nc\r\n"
 */
export function toCrlf(text: string): string {
  // The two common cases, no line end at all and Unix text, need no regular expression.
  if (!text.includes("\r")) return text.includes("\n") ? text.replaceAll("\n", "\r\n") : text;
  return hasBareLineEnd(text) ? text.replace(anyLineEnd, "\r\n") : text;
}

// Lines shorter than this on average are left to the regular expression: a call for each would cost more.
const shortLine = 24;

function hasBareLineEnd(text: string): boolean {
  let lines = 0;
  let cr = text.indexOf("\r");
  for (let lf = text.indexOf("\n"); lf >= 0; lf = text.indexOf("\n", lf + 1)) {
    if (cr !== lf - 1) return true;
    cr = text.indexOf("\r", lf + 1);
    if (++lines % 64 === 0 && lf < lines * shortLine) return bareLineEnd.test(text);
  }
  return cr >= 0;
}

/** How many UTF-16 units {@link toCrlf} gives, without making them. */
export function canonicalLength(text: string): number {
  let length = text.length;
  for (let lf = text.indexOf("\n"); lf >= 0; lf = text.indexOf("\n", lf + 1)) {
    if (text.charCodeAt(lf - 1) !== 0x0d) length++;
  }
  for (let cr = text.indexOf("\r"); cr >= 0; cr = text.indexOf("\r", cr + 1)) {
    if (text.charCodeAt(cr + 1) !== 0x0a) length++;
  }
  return length;
}
