// Content-Type as a caller writes it: type/subtype and parameters, in one string or side by side. RFC 2045 s5.1.

import { readEntries } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { isParameterName } from "../headers/parameters.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import { typeOfExtension } from "./media-types.ts";

/** A content type in parts: `type` is lower-case `type/subtype`. */
export interface ContentType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The parameters of a type that has none. */
export const NO_PARAMETERS: ContentType["parameters"] = Object.freeze(Object.create(null));

/** The content type that a file name's extension means. A name without an extension means none. */
export function typeOfName(filename: string | undefined): string | undefined {
  return filename === undefined ? undefined : typeOfExtension(filename);
}

/** Reads `type/subtype; name=value; name="value"`. Anything else is `type.syntax`. */
export function readContentType(text: unknown, place: Place): ContentType | undefined {
  if (typeof text !== "string") {
    return place.error("type.syntax", "expected a content type as a string");
  }
  if (!checkHeaderText(text, place)) return undefined;
  const parsed = parseContentType(text);
  if (parsed === undefined) {
    place.error("type.syntax", "invalid content type; expected type/subtype, for example application/pdf", {
      rfc: "RFC 2045 s5.1",
      hint: "write type/subtype, then parameters after semicolons",
    });
  } else if (parsed.type.length > 255) {
    return place.error("header.too-long", "type and subtype have at most 127 characters each", {
      rfc: "RFC 6838 s4.2",
    });
  }
  return parsed;
}

function parseContentType(text: string): ContentType | undefined {
  const end = text.indexOf(";");
  const type = trimBlanks(end < 0 ? text : text.slice(0, end));
  const slash = type.indexOf("/");
  if (slash < 0 || !isToken(type.slice(0, slash)) || !isToken(type.slice(slash + 1))) return undefined;
  const parameters = parseParameters(text, end < 0 ? text.length : end);
  return parameters === undefined ? undefined : { type: type.toLowerCase(), parameters };
}

function parseParameters(text: string, from: number): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = Object.create(null);
  let at = from;
  while (at < text.length) {
    if (text[at] !== ";") return undefined;
    at = skipSpace(text, at + 1);
    if (at === text.length) break; // a semicolon at the end is harmless
    const equals = text.indexOf("=", at);
    if (equals < 0) return undefined;
    const name = trimBlanks(text.slice(at, equals)).toLowerCase();
    const value = readValue(text, skipSpace(text, equals + 1));
    if (!isParameterName(name) || Object.hasOwn(parameters, name) || value === undefined) return undefined;
    parameters[name] = value.text;
    at = skipSpace(text, value.end);
  }
  return parameters;
}

function readValue(text: string, from: number): { text: string; end: number } | undefined {
  if (text[from] === '"') return readQuoted(text, from + 1);
  let end = text.indexOf(";", from);
  if (end < 0) end = text.length;
  const token = trimBlanks(text.slice(from, end));
  return isToken(token) ? { text: token, end: from + token.length } : undefined;
}

function readQuoted(text: string, from: number): { text: string; end: number } | undefined {
  let value = "";
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return { text: value, end: at + 1 };
    if (char === "\\") at++;
    value += text[at] ?? "";
  }
  return undefined;
}

// Spaces and tabs only: `trim` would take characters that have no place in a header.
function trimBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  return text.slice(skipSpace(text, 0), end);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** Reads `type` and `parameters`; a name may be given once in the two together. */
export function readPartType(given: Readonly<Record<string, unknown>>, place: Place): ContentType | undefined {
  const read = readContentType(given.type, place.at("type"));
  const further = readParameters(given.parameters, place.at("parameters"));
  if (read === undefined || further === undefined) return undefined;
  const parameters: Record<string, string> = Object.assign(Object.create(null), read.parameters);
  for (const [name, value] of further) {
    if (Object.hasOwn(parameters, name)) {
      return place.at("parameters").at(name).error("type.conflict", "the parameter is given in type already");
    }
    parameters[name] = value;
  }
  for (const name of ["boundary", "name"]) {
    if (!Object.hasOwn(parameters, name)) continue;
    const message = `${name} is written by the composer`;
    return place.at("parameters").at(name).error("type.conflict", message, { hint: "for a name use filename" });
  }
  return { type: read.type, parameters };
}

function isParameter(name: string, value: string, place: Place): boolean {
  return checkHeaderText(value, place) && isParameterName(name);
}

function readParameters(input: unknown, place: Place): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  if (input === undefined) return parameters;
  const entries = readEntries(input, "parameters, an object of names and strings", place);
  if (entries === undefined) return undefined;
  let clean = true;
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    if (typeof value === "string" && isParameter(name, value, place.at(name)) && !parameters.has(key)) {
      parameters.set(key, value);
      continue;
    }
    clean = false;
    place.at(name).error("type.syntax", "expected a parameter name with a string, each name once", {
      rfc: "RFC 2045 s5.1",
    });
  }
  return clean ? parameters : undefined;
}
