// What the readers of a message share: the input and its fields, and what is said of all parts, the charset and the
// transport, which a tree says itself, so that every copy has them; disposition, description, size and dates. RFC 2183.

import { oneOf, type Reader } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import { type Charset, findCharset, utf8 } from "../octets/charset.ts";
import { readDate, readTime } from "./date-input.ts";
import type { ChangedNames } from "./file-name.ts";
import { FIELD_OF_OPTION, type FieldOption, type GivenHeaders, reportRepeated } from "./given-headers.ts";
import { canEncode, type Ownership, readSize } from "./source.ts";
import type { Message, Part, Transport } from "./types.ts";

// Farther down nothing is looked for: a tree says it near its root.
const MOST_LOOKS = 1_000;

/** The context of a tree: what its root says, else the first of its parts that says something, else the defaults. */
export function contextOf(tree: unknown): PartContext {
  let charset: Charset | undefined;
  let transport: Transport | undefined;
  const nodes: unknown[] = [tree];
  for (const node of nodes) {
    if (nodes.length > MOST_LOOKS || (charset !== undefined && transport !== undefined)) break;
    const label = peek(node, "charset");
    if (typeof label === "string") charset ??= findCharset(label);
    const way = peek(node, "transport");
    if (isTransport(way)) transport ??= way;
    // The list grows while it is walked, by the parts of what it holds.
    const parts = peek(node, "parts");
    if (Array.isArray(parts)) for (const part of parts.slice(0, MOST_LOOKS)) nodes.push(part);
  }
  return { charset: charset ?? utf8, transport: transport ?? "7bit" };
}

function peek(node: unknown, key: string): unknown {
  try {
    return typeof node === "object" && node !== null && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined;
  } catch {
    return undefined; // what throws is reported by the one that reads the tree
  }
}

function isTransport(value: unknown): value is Transport {
  return value === "7bit" || value === "8bit";
}

/** Reads a `charset` option. */
export function readCharset(input: unknown, place: Place): Charset | undefined {
  if (typeof input === "string" && !checkHeaderText(input, place)) return undefined;
  const charset = typeof input === "string" ? findCharset(input) : undefined;
  if (charset === undefined) unknownCharset(place);
  return charset;
}

/** Reads a `transport` option. */
export const readTransport: Reader<Transport> = oneOf("7bit", "8bit");

/** Reports a charset label that nothing was registered for. */
export function unknownCharset(place: Place): undefined {
  return place.error("charset.unknown", "no charset has this label", {
    hint: 'import "mimewright/charset" for the legacy charsets',
  });
}

/** What the whole message says about its parts. */
export interface PartContext {
  readonly charset: Charset;
  readonly transport: Transport;
  readonly bytes?: Ownership;
}

/** The own properties of an object as the caller wrote it. */
export type Given = Readonly<Record<string, unknown>>;

/** Reads the property of this name, where it was given. */
export function readKey<T>(given: Given, key: string, read: Reader<T>, place: Place): T | undefined {
  return given[key] === undefined ? undefined : read(given[key], place.at(key));
}

/** Sets a property only when there is a value: absent and undefined are the same to no one. */
export function put<T extends object, K extends keyof T>(draft: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) draft[key] = value;
}

/** What the readers of one message share. */
export interface MessageContext {
  readonly given: Given;
  readonly headers: GivenHeaders;
  /** The caller's checked tree, without the fields that options set. */
  readonly body: Part | undefined;
  readonly part: PartContext;
  /** The root of the input. */
  readonly place: Place;
  /** The places of file names that a check changed. */
  readonly changedNames: ChangedNames;
}

/** Reads an option, wherever it was given: by its name or as a field in `headers`, not both. */
export function readOption<T>({ given, headers, place }: MessageContext, option: FieldOption, read: Reader<T>) {
  const inHeaders = headers.options.get(option);
  const value = given[option];
  if (value === undefined) return inHeaders && read(inHeaders.value, inHeaders.place);
  const at = place.at(option);
  if (inHeaders !== undefined) reportRepeated(FIELD_OF_OPTION[option], at, inHeaders.place);
  return read(value, at);
}

/** A message that is being read. Its readers fill it one after another, so that no property is copied twice. */
export type Draft = { -readonly [K in keyof Message]: Message[K] };

/** The checked details; only what was given. */
export type PartDetails = Pick<Part, "disposition" | "description" | "size" | "modificationDate" | "creationDate">;

type DetailReader<T> = (input: unknown, place: Place, charset: Charset) => T | undefined;

const DETAILS: { readonly [K in keyof PartDetails]-?: DetailReader<NonNullable<PartDetails[K]>> } = {
  disposition: oneOf("attachment", "inline"),
  description: readDescription,
  size: readSize,
  modificationDate: readDetailDate,
  creationDate: readDetailDate,
};

export const DETAIL_KEYS = ["disposition", "description", "size", "modificationDate", "creationDate"] as const;

/** Reads what was given of them; undefined when there is nothing. */
export function readDetails(given: Given, { charset }: PartContext, place: Place): PartDetails | undefined {
  let details: { -readonly [K in keyof PartDetails]: PartDetails[K] } | undefined;
  for (const key of DETAIL_KEYS) {
    if (given[key] === undefined) continue;
    details ??= {};
    put(details, key, DETAILS[key](given[key], place.at(key), charset));
  }
  return details;
}

function readDescription(input: unknown, place: Place, charset: Charset): string | undefined {
  if (typeof input !== "string") return place.error("input.type", "a description is a string");
  return checkHeaderText(input, place) && canEncode(input, charset, place) ? input : undefined;
}

// A checked part has its dates as milliseconds.
function readDetailDate(input: unknown, place: Place): number | undefined {
  return typeof input === "number" ? readTime(input, place) : readDate(input, place);
}
