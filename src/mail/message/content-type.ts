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
  if (typeof text !== "string") return place.error("type.syntax", "expected a content type as a string");
  if (!checkHeaderText(text, place)) return undefined;
  const parsed = parseContentType(text);
  if (parsed === undefined) {
    return place.error("type.syntax", "invalid content type; expected type/subtype, for example application/pdf", {
      rfc: "RFC 2045 s5.1",
      hint: "write type/subtype, then parameters after semicolons",
    });
  }
  if (parsed.type.length <= 255) return parsed;
  const message = "type and subtype have at most 127 characters each";
  return place.error("header.too-long", message, { rfc: "RFC 6838 s4.2" });
}

// Spaces and tabs only: other white space has no place in a header. Each repetition ends where the next one begins, so
// that nothing is read twice.
const TYPE = /^[ \t]*([^ \t;]+)[ \t]*(?=;|$)/;
// A semicolon at the end is harmless.
const PARAMETER = /;[ \t]*(?:([^ \t;=]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^ \t;]*))[ \t]*(?=;|$)|$)/y;

function parseContentType(text: string): ContentType | undefined {
  const [head = "", type = ""] = TYPE.exec(text) ?? [];
  const halves = type.split("/");
  if (halves.length !== 2 || !halves.every(isToken)) return undefined;
  const parameters: Record<string, string> = Object.create(null);
  for (let at = head.length; at < text.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    if (found === null) return undefined;
    const [, given, quoted, bare = ""] = found;
    if (given === undefined) break;
    const name = given.toLowerCase();
    const isUsable = isParameterName(name) && (quoted !== undefined || isToken(bare));
    if (!isUsable || Object.hasOwn(parameters, name)) return undefined;
    parameters[name] = quoted?.replace(/\\([\s\S])/g, "$1") ?? bare;
  }
  return { type: type.toLowerCase(), parameters };
}

/** Reads `type` and `parameters`; a name may be given once in the two together. */
export function readPartType(given: Readonly<Record<string, unknown>>, place: Place): ContentType | undefined {
  const read = readContentType(given.type, place.at("type"));
  const at = place.at("parameters");
  const further = readEntries(
    given.parameters === undefined ? {} : given.parameters,
    "parameters, an object of names and strings",
    at,
  );
  if (read === undefined || further === undefined) return undefined;
  const parameters: Record<string, string> = Object.assign(Object.create(null), read.parameters);
  const errorsBefore = place.errorCount;
  for (const [name, value] of further) {
    const key = name.toLowerCase();
    const isGiven = Object.hasOwn(parameters, key);
    if (typeof value === "string" && checkHeaderText(value, at.at(name)) && isParameterName(name) && !isGiven) {
      parameters[key] = value;
    } else if (Object.hasOwn(read.parameters, key)) {
      at.at(key).error("type.conflict", "the parameter is given in type already");
    } else {
      const message = "expected a parameter name with a string, each name once";
      at.at(name).error("type.syntax", message, { rfc: "RFC 2045 s5.1" });
    }
  }
  for (const name of ["boundary", "name"]) {
    if (!Object.hasOwn(parameters, name)) continue;
    at.at(name).error("type.conflict", `${name} is written by the composer`, { hint: "for a name use filename" });
  }
  return place.errorCount > errorsBefore ? undefined : { type: read.type, parameters };
}
