// The one-click pair: List-Unsubscribe (RFC 2369 s3.2) and List-Unsubscribe-Post (RFC 8058 s3.1), both or neither.

import type { Field } from "../headers/field.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import type { Place } from "../issues.ts";
import { listOf, readGuarded } from "../plain.ts";

// "List-Unsubscribe: <" and ">," around the URI, on a line of at most 998 (RFC 5322 s2.1.1).
const LONGEST_URI = 998 - "List-Unsubscribe: <>,".length;

/** Reads the option: one HTTPS URI, with mailto: URIs beside it if wanted. Gives both fields, or none with issues. */
export function readListUnsubscribe(input: unknown, place: Place): readonly Field[] {
  const list = readGuarded(place, () => ({ items: listOf(input) }));
  if (list === undefined) return [];
  const items = list.items ?? [input];
  const uris: string[] = [];
  let clean = true;
  for (const [index, item] of items.entries()) {
    const uri = readListUri(item, list.items === undefined ? place : place.at(index));
    if (uri === undefined) clean = false;
    else uris.push(uri);
  }
  if (!clean) return [];
  // RFC 8058 s3.1: the field holds one HTTPS URI, and may hold other URIs such as mailto:.
  if (uris.filter((uri) => /^https:/i.test(uri)).length !== 1) {
    place.error("list.one-click", "one-click unsubscription needs exactly one https: URI", {
      rfc: "RFC 8058 s3.1",
      hint: 'for a plain link write headers: { "List-Unsubscribe": "<mailto:…>" }',
    });
    return [];
  }
  return [
    { name: "List-Unsubscribe", value: { kind: "structured", text: uris.map((uri) => `<${uri}>`).join(", ") } },
    { name: "List-Unsubscribe-Post", value: { kind: "structured", text: "List-Unsubscribe=One-Click" } },
  ];
}

/** Reads one URI of a List-* field, with or without its angle brackets. */
function readListUri(input: unknown, place: Place): string | undefined {
  if (typeof input !== "string") {
    return place.error("list.uri", "expected a URI as a string");
  }
  if (!checkHeaderText(input, place)) return undefined;
  const uri = input.startsWith("<") && input.endsWith(">") ? input.slice(1, -1) : input;
  if (uri.length > LONGEST_URI) {
    return place.error("header.too-long", "the URI is longer than a line, and cannot be folded", {
      rfc: "RFC 5322 s2.1.1",
    });
  }
  if (isListUri(uri)) return uri;
  return place.error("list.uri", "expected an https: or mailto: URI", {
    rfc: "RFC 2369 s2",
    hint: "percent-encode spaces, commas and what is not ASCII",
  });
}

// RFC 3986 s2: the characters of a URI; RFC 2369 s2 wants a comma inside one percent-encoded.
function isListUri(uri: string): boolean {
  if (!/^(https|http|mailto):[A-Za-z0-9\-._~:/?#[\]@!$&'()*+;=%]+$/i.test(uri)) return false;
  return /^mailto:/i.test(uri) || URL.canParse(uri);
}
