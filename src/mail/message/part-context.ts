// What the parts of a message have in common: the charset and the transport, which a tree says itself, so that every
// copy has them; disposition, description, size and dates. RFC 2183.

import { readOptional } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { checkField } from "../headers/field.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import { type Charset, findCharset, utf8 } from "../octets/charset.ts";
import { readDate, readTime } from "./date-input.ts";
import type { Transport } from "./types.ts";

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
export function readTransport(input: unknown, place: Place): Transport | undefined {
  if (isTransport(input)) return input;
  return place.error("input.option", "expected 7bit or 8bit");
}

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

/** What becomes of the caller's bytes: `lent` ones are read before the caller can change them, so nothing is copied. */
export type Ownership = "copied" | "lent";

export const DETAIL_KEYS = ["disposition", "description", "size", "modificationDate", "creationDate"] as const;

/** The checked details; only what was given. */
export interface PartDetails {
  readonly disposition?: "attachment" | "inline";
  readonly description?: string;
  readonly size?: number;
  readonly modificationDate?: number;
  readonly creationDate?: number;
}

export function readDetails(
  given: Readonly<Record<string, unknown>>,
  { charset }: PartContext,
  place: Place,
): PartDetails {
  const { disposition, description, size } = given;
  const details: { -readonly [K in keyof PartDetails]: PartDetails[K] } = {};
  if (disposition === "attachment" || disposition === "inline") details.disposition = disposition;
  else if (disposition !== undefined) {
    place.at("disposition").error("input.option", "disposition is attachment or inline");
  }
  if (typeof description === "string") {
    const field = { name: "Content-Description", value: { kind: "text", text: description } } as const;
    if (checkField(field, charset, place.at("description"))) details.description = description;
  } else if (description !== undefined) {
    place.at("description").error("input.type", "a description is a string");
  }
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) details.size = size;
  else if (size !== undefined) place.at("size").error("input.type", "size is a whole number of bytes");
  for (const key of ["modificationDate", "creationDate"] as const) {
    const input = given[key];
    // A checked part has its dates as milliseconds.
    const read = typeof input === "number" ? readTime : readDate;
    const time = readOptional(input, read, place.at(key));
    if (time !== undefined) details[key] = time;
  }
  return details;
}
