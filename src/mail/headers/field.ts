// One header field: a name and a typed value in, folded ASCII text out. RFC 5322 s2.2.

import type { Charset } from "../octets/charset.ts";
import { formatAddresses } from "./address-writer.ts";
import { formatDate } from "./date.ts";
import type { Field } from "./field-names.ts";
import { endField, fits, putToken, putWord, startField, structuredTokens } from "./folding.ts";
import { foldParameters } from "./parameters.ts";
import { foldText } from "./text.ts";

export { checkField } from "./field-check.ts";
export type { Field, FieldValue } from "./field-names.ts";
export { readField } from "./field-reader.ts";

/** How fields are written. */
export interface FieldOptions {
  /** Charset of encoded-words. */
  readonly charset: Charset;
  /** Adds file names for readers without RFC 2231. */
  readonly legacyNames: boolean;
}

/**
 * The field as it is in a message: folded, ASCII, CRLF at the end, no line over 998 characters. The field must
 * have passed `checkField`.
 *
 * @throws MessageError `charset.unmappable` for text that the charset cannot write.
 * @example
 * formatField({ name: "Subject", value: { kind: "text", text: "Grüße" } }, { charset: utf8, legacyNames: false });
 * // "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"
 */
export function formatField({ name, value }: Field, { charset, legacyNames }: FieldOptions): string {
  switch (value.kind) {
    case "text": {
      const line = startField(name);
      foldText(line, value.text, charset);
      return endField(line);
    }
    case "addresses":
      return formatAddresses(name, value.addresses, charset);
    case "ids":
      return foldTokens(name, value.ids);
    case "date":
      return foldTokens(name, [formatDate(value.time, value.zone)]);
    case "structured":
      return foldStructured(name, value.text);
    case "parameterized": {
      const startColumn = name.length + 2;
      return `${name}: ${foldParameters(value.value, value.parameters, { startColumn, legacyNames })}\r\n`;
    }
  }
}

function foldTokens(name: string, tokens: readonly string[]): string {
  const line = startField(name);
  for (const token of tokens) putToken(line, token);
  return endField(line);
}

function foldStructured(name: string, text: string): string {
  const line = startField(name);
  const words = text.includes("=?");
  if (fits(line, text.length) && !words) putToken(line, text);
  else {
    for (const token of structuredTokens(text)) {
      if (words && token.includes("=?")) putWord(line, token);
      else putToken(line, token);
    }
  }
  return endField(line);
}
