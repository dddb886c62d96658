// The type of a node of a tree that the caller gave, and its parameters. RFC 2045 s5.1.

import { readEntries } from "../given.ts";
import { isParameterName } from "../headers/parameters.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import type { Place } from "../issues.ts";
import { type ContentType, readContentType } from "./content-type.ts";

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
