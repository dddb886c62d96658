// The text that html stands for: character references decoded, line ends as a parser has them.
// WHATWG HTML s13.2.3.5 (input stream), s13.2.5.72 (character references).
import { decodeHTML, decodeHTMLAttribute } from "entities/decode";

/** The value of an attribute, from what stands between its quotes. */
export function attributeValue(raw: string): string {
  return decodeHTMLAttribute(normalized(raw).replaceAll("\0", "\ufffd"));
}

/** The text of a stretch of html that holds no markup. */
export function textValue(raw: string): string {
  return decodeHTML(normalized(raw).replaceAll("\0", ""));
}

function normalized(raw: string): string {
  return raw.replace(/\r\n?/g, "\n");
}
