// Content-Type as a caller writes it: type/subtype and parameters, in one string or side by side; and the types that the
// extensions of file names name. RFC 2045 s5.1.

import { readEntries } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { isParameterName } from "../headers/parameters.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import { mediaTypeEntries } from "./media-type-table.ts";

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
  if (head.length === text.length) return { type: type.toLowerCase(), parameters: NO_PARAMETERS };
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
  return { type: type.toLowerCase(), parameters: Object.freeze(parameters) };
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
  if (further === undefined) return undefined;
  const inType = read?.parameters ?? NO_PARAMETERS;
  const parameters: Record<string, string> = Object.assign(Object.create(null), inType);
  const errorsBefore = place.errorCount;
  for (const [name, value] of further) {
    const key = name.toLowerCase();
    const isGiven = Object.hasOwn(parameters, key);
    if (typeof value === "string" && checkHeaderText(value, at.at(name)) && isParameterName(name) && !isGiven) {
      parameters[key] = value;
    } else if (Object.hasOwn(inType, key)) {
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
  return read === undefined || place.errorCount > errorsBefore ? undefined : { type: read.type, parameters };
}

// The tables of `mime`, read when they are first asked: reading them at import would cost every program that attaches
// nothing.
interface Tables {
  readonly types: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
}

let tables: Tables | undefined;

/** The media type that the extension of a file name, of a path or of a URL's path names. */
export function typeOfExtension(name: string): string | undefined {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const dot = last.lastIndexOf(".");
  // A dot file in a folder has no extension.
  if (dot < 0 || (dot === 0 && last.length < name.length)) return undefined;
  return readTables().types.get(last.slice(dot + 1).toLowerCase());
}

/** The extension that names a file of this media type, without its dot. */
export function extensionOfType(type: string): string | undefined {
  return readTables().extensions.get(type);
}

function readTables(): Tables {
  tables ??= buildTables();
  return tables;
}

function buildTables(): Tables {
  const types = new Map<string, string>();
  const extensions = new Map<string, string>();
  for (const [type, names] of mediaTypeEntries()) {
    for (const name of names) if (!name.startsWith("*")) types.set(name, type);
    const [first] = names;
    if (first !== undefined) extensions.set(type, first.replace("*", ""));
  }
  return { types, extensions };
}
