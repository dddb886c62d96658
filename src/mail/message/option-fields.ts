// Options that set further fields: priority, Auto-Submitted, and the pair for one-click unsubscription, which is
// checked however its two fields were given. RFC 2369 s3.2, RFC 3834 s5, RFC 8058 s3.1.

import type { Place } from "../../issues.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import type { Field } from "../headers/field.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import { type Draft, type MessageContext, readKey } from "./context.ts";
import { envelopeOf } from "./envelope.ts";
import { reportRepeated } from "./given-headers.ts";

type OptionFields = (input: unknown, place: Place) => readonly Field[];

const READERS: readonly (readonly [option: string, read: OptionFields])[] = [
  ["listUnsubscribe", readListUnsubscribe],
  ["autoSubmitted", readAutoSubmitted],
  ["priority", readPriority],
];

/** The fields that the options give. One that is in `headers` too is `header.repeated`. */
export function readOptionFields(
  given: Readonly<Record<string, unknown>>,
  inHeaders: ReadonlyMap<string, Place>,
  place: Place,
): readonly Field[] {
  const fields: Field[] = [];
  for (const [option, read] of READERS) {
    for (const field of readKey(given, option, read, place) ?? []) {
      const other = inHeaders.get(field.name.toLowerCase());
      if (other === undefined) fields.push(field);
      else reportRepeated(field.name, place.at(option), other);
    }
  }
  return fields;
}

function structured(name: string, text: string): Field {
  return { name, value: { kind: "structured", text } };
}

// RFC 3834 s5: no, auto-generated, auto-replied, or another word for later use.
function readAutoSubmitted(input: unknown, place: Place): readonly Field[] {
  if (typeof input === "string" && !checkHeaderText(input, place)) return [];
  if (typeof input === "string" && isToken(input) && input.length <= 78) return [structured("Auto-Submitted", input)];
  place.error("header.value", "expected auto-generated, auto-replied, auto-notified or no", {
    rfc: "RFC 3834 s5",
  });
  return [];
}

// RFC 2156 s5.3.4 and s5.3.6 name Importance and Priority; X-Priority is what most readers show.
const PRIORITY_FIELDS = ["X-Priority", "Importance", "Priority"];
const PRIORITIES = new Map<unknown, readonly string[]>([
  ["high", ["1 (Highest)", "high", "urgent"]],
  ["normal", []],
  ["low", ["5 (Lowest)", "low", "non-urgent"]],
]);

function readPriority(input: unknown, place: Place): readonly Field[] {
  const values = PRIORITIES.get(input);
  if (values !== undefined) return values.map((value, index) => structured(PRIORITY_FIELDS[index] ?? "", value));
  place.error("header.value", "expected high, normal or low", { rfc: "RFC 2156 s5.3" });
  return [];
}

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
    structured("List-Unsubscribe", uris.map((uri) => `<${uri}>`).join(", ")),
    structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
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

/** Reports a pair that services do not take, and one that unsubscribes the wrong reader. */
export function checkOneClick(draft: Draft, { given, headers, place }: MessageContext): void {
  const post = fieldOf(draft, "list-unsubscribe-post");
  if (post === undefined) return;
  const own = headers.fields.find(({ field }) => field === post)?.place ?? place.at("headers").at(post.name);
  const fieldPlace = given.listUnsubscribe === undefined ? own : place.at("listUnsubscribe");
  // The option made sure of it, and of both fields.
  if (given.listUnsubscribe === undefined) checkUri(draft, fieldPlace);
  if (envelopeOf(draft).to.length < 2) return;
  // The URI identifies the reader, so each reader needs their own URI.
  const message = "one click unsubscribes one reader, and the message goes to several";
  const detail = { rfc: "RFC 8058 s3.1", hint: "send one message per reader, each with its own URI" };
  fieldPlace.warning("list.recipients", message, detail);
}

// The field beside it holds one HTTPS URI, and may hold others.
function checkUri(draft: Draft, place: Place): void {
  const field = fieldOf(draft, "list-unsubscribe");
  const text = field?.value.kind === "structured" ? field.value.text : "";
  if (/<https:/i.test(text)) return;
  const message = "one-click unsubscription needs a List-Unsubscribe with an https: URI";
  const hint = "give listUnsubscribe, which writes both fields, or leave List-Unsubscribe-Post out";
  place.error("list.one-click", message, { rfc: "RFC 8058 s3.1", hint });
}

function fieldOf(draft: Draft, name: string): Field | undefined {
  return draft.headers.find((field) => field.name.toLowerCase() === name);
}
