// Members of a v2 request's JSON, by the type that the API gives them. Own properties only; a member that is null is absent, but not one of a list; another
// type is a SerializationException in the service's words.
import { SesError } from "./errors.ts";
import { blobOf } from "./query.ts";
import { memberName, missing, validation } from "./validation.ts";

/** A JSON object as it came. */
export type Json = Readonly<Record<string, unknown>>;

/** The body of a request: one JSON object. @throws SesError SerializationException */
export function readJson(body: Uint8Array): Json {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw serialization("The body of the request is not valid JSON.");
  }
  return asStructure(read);
}

/** A structure, or undefined. @throws SesError SerializationException */
export function structureAt(parent: Json, name: string): Json | undefined {
  const value = valueAt(parent, name);
  return value === undefined ? undefined : asStructure(value);
}

/** A string, or undefined. @throws SesError SerializationException */
export function textAt(parent: Json, name: string): string | undefined {
  const value = valueAt(parent, name);
  return value === undefined ? undefined : asText(value);
}

/** A string; an empty one counts as absent. @throws SesError SerializationException */
export function filledTextAt(parent: Json, name: string): string | undefined {
  const text = textAt(parent, name);
  return text === "" ? undefined : text;
}

/** A list of strings; empty when absent. @throws SesError SerializationException */
export function textsAt(parent: Json, name: string): readonly string[] {
  return listAt(parent, name).map(asText);
}

/** A list of structures; empty when absent. @throws SesError SerializationException */
export function structuresAt(parent: Json, name: string): readonly Json[] {
  return listAt(parent, name).map(asStructure);
}

/** Octets, which travel as base64, or undefined. @throws SesError SerializationException, InvalidParameterValue */
export function blobAt(parent: Json, name: string, place: string): Uint8Array | undefined {
  const text = textAt(parent, name);
  return text === undefined ? undefined : blobOf(text, place);
}

function valueAt(parent: Json, name: string): unknown {
  return Object.hasOwn(parent, name) ? (parent[name] ?? undefined) : undefined;
}

function listAt(parent: Json, name: string): readonly unknown[] {
  const value = valueAt(parent, name);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((entry, index) => memberOf(entry, name, index));
  throw serialization(isStructure(value) ? STRUCTURE_FOUND : "Expected list or null");
}

// A member that is null is not left out: it may be a recipient that a program failed to look up.
function memberOf(entry: unknown, name: string, index: number): unknown {
  if (entry !== null) return entry;
  const found = validation("hidden");
  missing(found, `${memberName(name)}.${index + 1}.member`);
  found.done();
  return entry;
}

const LIST_FOUND = "Start of list found where not expected";
const STRUCTURE_FOUND = "Start of structure or map found where not expected.";

function asStructure(value: unknown): Json {
  if (isStructure(value)) return value;
  throw serialization(Array.isArray(value) ? LIST_FOUND : "Expected null");
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) throw serialization(LIST_FOUND);
  if (isStructure(value)) throw serialization(STRUCTURE_FOUND);
  const kind = typeof value === "number" ? "NUMBER" : String(value).toUpperCase();
  throw serialization(`${kind}_VALUE can not be converted to a String`);
}

function isStructure(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function serialization(message: string): SesError {
  return new SesError("SerializationException", message);
}
