// The headers option in its four forms, and the list option. RFC 2369, RFC 2919.

import type { Place } from "../../issues.ts";
import type { Given } from "../../mail/message/context.ts";
import { isDate } from "../../mail/octets/kinds.ts";
import { ownProperties } from "../../options/plain.ts";
import { isAbsent, isObject, readList, type Traced, traced } from "./given.ts";

/** A field as `message()` takes it. */
export interface HeaderInput {
  readonly name: string;
  readonly value: string;
}

/** Fields as `{ name: value }`, `{ name: [values] }`, `[{ key, value }]` or one `{ key, value }`. */
export function readHeaders(value: unknown, place: Place): readonly Traced<HeaderInput>[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => readEntry(item, place.at(index)));
  if (!isObject(value)) {
    place.error("input.type", "expected headers such as { name: value } or [{ key, value }]");
    return [];
  }
  if (isEntry(value)) return readEntry(value, place);
  return Object.entries(value).flatMap(([name, item]) => readValues(name, item, place.at(name)));
}

function isEntry(value: object): boolean {
  const { key, value: item } = ownProperties(value);
  return !isAbsent(key) && !isAbsent(item);
}

function readEntry(item: unknown, place: Place): readonly Traced<HeaderInput>[] {
  if (!isObject(item)) {
    place.error("input.type", "expected an entry such as { key, value }");
    return [];
  }
  const { key, value } = ownProperties(item);
  if (typeof key === "string") return readValues(key, value, place);
  place.error("header.name", "a field name is a string");
  return [];
}

function readValues(name: string, value: unknown, place: Place): readonly Traced<HeaderInput>[] {
  const many = Array.isArray(value);
  return readList(value).flatMap((item, index) => {
    const at = many ? place.at(index) : place;
    const text = readValue(item, at);
    return text === undefined ? [] : [traced({ name, value: text }, at.path)];
  });
}

// nodemailer leaves out a field without a value.
function readValue(value: unknown, place: Place): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isDate(value) && !Number.isNaN(value.getTime())) return value.toUTCString().replace(/GMT$/, "+0000");
  if (isObject(value)) {
    const inner = ownProperties(value);
    if (isAbsent(inner.prepared) && Object.hasOwn(inner, "value")) return readPlain(inner.value, place);
  }
  const hint = "give the text: it is encoded and folded when it is written";
  return place.error("header.value", "expected a string as the value of a header field", { hint });
}

function readPlain(value: unknown, place: Place): string | undefined {
  return isObject(value) ? undefined : readValue(value, place);
}

/**
 * The list option as List-* fields. Several entries of one name become one field: each of these fields may occur once,
 * and holds any number of URIs (RFC 2369 s2).
 */
export function readListHeaders(value: unknown, place: Place): readonly Traced<HeaderInput>[] {
  if (isAbsent(value)) return [];
  if (!isObject(value)) {
    place.error("input.type", "expected an object such as { help, unsubscribe }");
    return [];
  }
  return Object.entries(value).flatMap(([key, given]) => {
    const at = place.at(key);
    const name = listFieldName(key);
    const entries = readList(given).flatMap(readList);
    const texts = entries.flatMap((entry) => listEntry(entry, name, at) ?? []);
    return texts.length === 0 ? [] : [traced({ name, value: texts.join(", ") }, at.path)];
  });
}

function listFieldName(key: string): string {
  const name = key.trim().toLowerCase();
  return name === "id" ? "List-ID" : `List-${name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())}`;
}

function listEntry(entry: unknown, name: string, place: Place): string | undefined {
  const given: Given = isObject(entry) ? ownProperties(entry) : { url: entry };
  const { url, comment } = given;
  if (typeof url !== "string" || (!isAbsent(comment) && typeof comment !== "string")) {
    return place.error("list.uri", "expected a URI or { url, comment }");
  }
  const bare = url.trim().replace(/^<|>$/g, "");
  if (isWord(name, bare)) return bare;
  if (/[\s<>]/.test(bare)) {
    return place.error("list.uri", "a URI cannot contain white space, < or >", { rfc: "RFC 2369 s2" });
  }
  if (name === "List-ID") return listId(bare, typeof comment === "string" ? comment : "");
  const uri = `<${withScheme(bare)}>`;
  // RFC 5322 s3.2.2: parentheses and backslashes of a comment are escaped.
  return isAbsent(comment) ? uri : `${uri} (${String(comment).replace(/[()\\]/g, "\\$&")})`;
}

// Two of these fields hold a word: RFC 2369 s3.4, of a list that takes no posts, and RFC 8058 s3.1.
function isWord(name: string, text: string): boolean {
  if (name === "List-Post") return text.toUpperCase() === "NO";
  return name === "List-Unsubscribe-Post" && text.toLowerCase() === "list-unsubscribe=one-click";
}

function withScheme(url: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return url;
  return url.includes("@") ? `mailto:${url}` : `http://${url}`;
}

// RFC 2919 s3: an optional phrase, then the id. Quotes only where the phrase needs them.
function listId(id: string, comment: string): string {
  const bare = id.replace(/^[^:]+:\/{0,2}/, "");
  if (comment === "") return `<${bare}>`;
  const plain = /^[\w!#$%&'*+\-/=?^`{|}~ ]+$/.test(comment) || /[^\x20-\x7e]/.test(comment);
  return `${plain ? comment : `"${comment.replace(/["\\]/g, "\\$&")}"`} <${bare}>`;
}
