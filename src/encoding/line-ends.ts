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
  return bareLineEnd.test(text) ? text.replace(anyLineEnd, "\r\n") : text;
}
