// The charset and the transport that a tree says itself: they are values of its parts, so that every copy has them.

import { type Charset, findCharset, utf8 } from "../encoding/charset.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import type { Place } from "../issues.ts";
import type { PartContext } from "./part-details.ts";
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
