// A field given as name and text, read by the grammar that its name stands for.

import type { Place } from "../issues.ts";
import { readAddresses } from "./address.ts";
import { dateProblem, formatDate, parseDate, UTC } from "./date.ts";
import { checkFieldName, checkStructured } from "./field-check.ts";
import { type Field, type FieldValue, fieldGrammar } from "./field-names.ts";
import { LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { encodeListValue, holdsBlankItem, holdsListItem } from "./list-field.ts";
import type { AddressShape } from "./mailbox.ts";
import { readForeignIds, readMessageId } from "./message-id.ts";
import { checkHeaderText, checkStructuredText, isPrintable, looksEncoded } from "./tokens.ts";

/**
 * Reads a field. Known names have their grammar; every other one is unstructured text.
 *
 * @param value text without folds.
 * @returns the field, or undefined after reporting what is wrong under `path`.
 * @example
 * readField("Reply-To", "Ann <ann@example.org>", ["headers", "Reply-To"], report);
 */
export function readField(name: string, value: string, place: Place): Field | undefined {
  const errorsBefore = place.errorCount;
  checkFieldName(name, place);
  const read = readValue(name, value, place);
  return place.errorCount > errorsBefore || read === undefined
    ? undefined
    : Object.freeze({ name, value: Object.freeze(read) });
}

function readValue(name: string, value: string, place: Place): FieldValue | undefined {
  const grammar = fieldGrammar(name);
  switch (grammar) {
    case "mailbox":
    case "mailboxes":
    case "addresses":
      return readAddressField(value, place, grammar);
    case "id": {
      const id = readMessageId(value, place);
      return id === undefined ? undefined : { kind: "ids", ids: Object.freeze([id]) };
    }
    case "ids":
      return { kind: "ids", ids: readForeignIds(value, place) };
    case "date":
      return readDate(value, place);
    case "list":
      return readList(name, value, place);
    case "structured":
      return readStructured(name, value, place);
    case "text":
      // Whether the message's charset can write it is found when the message is checked.
      if (!checkHeaderText(value, place)) return undefined;
      warnOfLongToken(name, value, place);
      return { kind: "text", text: value };
  }
}

// ASCII that becomes words only because it fits no line may be data, which no reader decodes. RFC 5322 s2.1.1.
function warnOfLongToken(name: string, value: string, place: Place): void {
  if (value.length <= LONGEST_TOKEN || !isPrintable(value) || /^(?:subject|comments)$/i.test(name)) return;
  if (structuredTokens(value).every((token) => token.length <= LONGEST_TOKEN)) return;
  const message = "a part of the value fits no line and becomes encoded-words";
  const hint = "give { structured: … }, with blanks where the field may be folded, when it must stay as it is";
  place.warning("header.too-long", message, { rfc: "RFC 5322 s2.1.1", hint });
}

function readStructured(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructured(value, place)) return undefined;
  // RFC 8058 s3.1: the one pair there is; services that find another do not offer the click.
  if (name.toLowerCase() === "list-unsubscribe-post" && value !== ONE_CLICK) {
    return place.error("header.value", `the value of this field is ${ONE_CLICK}`, { rfc: "RFC 8058 s3.1" });
  }
  if (!looksEncoded(value)) return { kind: "structured", text: value };
  const message = "the value looks like an encoded-word, which readers decode";
  return place.error("header.value", message, { rfc: "RFC 2047 s5" });
}

function readAddressField(value: string, place: Place, shape: AddressShape): FieldValue {
  return { kind: "addresses", addresses: readAddresses(value, place, shape) };
}

// A date that is written in another legal way stays as it was written; a zone that has an obsolete name does not.
function readDate(value: string, place: Place): FieldValue | undefined {
  if (!checkStructuredText(value, place)) return undefined;
  const read = parseDate(value);
  if (read === undefined) {
    const detail = { rfc: "RFC 5322 s3.3", hint: "write it as Tue, 24 Nov 2026 05:06:07 +0000" };
    return place.error("header.date", dateProblem(value), detail);
  }
  const { time, zone } = read;
  if (formatDate(time, zone) !== value && value.includes(zone)) return { kind: "structured", text: value };
  return zone === UTC ? { kind: "date", time } : { kind: "date", time, zone };
}

const ONE_CLICK = "List-Unsubscribe=One-Click";

function readList(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructuredText(value, place)) return undefined;
  if (!holdsListItem(name, value)) {
    const hint =
      'as in "<https://example.com/list>, <mailto:list@example.com>", or "Name <list.example.com>" for List-Id';
    const message = "URIs, and the id of a list, stand in angle brackets";
    return place.error("header.value", message, { rfc: "RFC 2369 s2", hint });
  }
  if (holdsBlankItem(value)) {
    const message = "what stands in angle brackets has no blanks: readers take the URI without them, or stop there";
    return place.error("list.uri", message, { rfc: "RFC 2369 s2", hint: "write a space in a URI as %20" });
  }
  const text = encodeListValue(value);
  if (text === undefined) {
    const hint = "percent-encode the URI; only comments in parentheses and names take other characters";
    return place.error("header.value", "a list URI is ASCII", { rfc: "RFC 2369 s2", hint });
  }
  return checkStructured(text, place) ? { kind: "structured", text } : undefined;
}
