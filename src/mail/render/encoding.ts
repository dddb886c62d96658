// The transfer encoding that a content needs. RFC 2045 s6, RFC 2046 s5.2.1.

import { isIdentityOnly } from "../message/enclosed.ts";
import type { Transport } from "../message/types.ts";
import { findCharset } from "../octets/charset.ts";
import { cheapest, type Survey, survey, type TransferEncoding } from "../octets/choose.ts";
import { outlineRaw } from "../read/outline.ts";
import { type Entity, octetsOf } from "./entity.ts";

/** An encoding, and what was found about a content that was looked at. */
export interface Choice {
  readonly encoding: TransferEncoding;
  readonly facts: Survey | undefined;
}

/** The encoding of a content that is read when it is written; an enclosed message is read before. */
export function sourceEncoding({ type, encoding = "base64" }: Entity): TransferEncoding {
  return isIdentityOnly(type) ? "7bit" : encoding;
}

// Whatever the octets are.
const BASE64: Choice = { encoding: "base64", facts: undefined };

/** Looks once at a content in memory. `of` is where it is: in a multipart, or the content of a message. */
export function chooseEncoding(
  { type, encoding, parameters }: Entity,
  bytes: Uint8Array,
  transport: Transport,
  of: "message" | "part",
): Choice {
  if (isIdentityOnly(type)) {
    const facts = survey(bytes);
    return { facts, encoding: facts.ascii ? "7bit" : "8bit" };
  }
  // Content other than text never meets a relay as lines, however harmless its octets look.
  if (encoding === "base64" || (encoding === undefined && !isLines(type))) return BASE64;
  const facts = survey(bytes, { stateful: findCharset(parameters.charset ?? "")?.stateful === true });
  if (encoding !== undefined) return { facts, encoding };
  // mailparser and postal-mime read an empty part of a multipart as one line end, unless it is base64.
  if (bytes.length === 0 && of === "part") return { facts, encoding: "base64" };
  const text = textEncoding(facts, transport);
  // Readers that decode no message/* see a head in quoted-printable, and nothing in base64.
  const readable = text === "base64" && type.startsWith("message/") && !facts.bareLineEnds && !facts.nul;
  return { facts, encoding: readable ? "quoted-printable" : text };
}

/** True for content that is lines. RFC 6532 s3.7: so is message/global; every other message/* is never encoded. */
export function isLines(type: string): boolean {
  return type.startsWith("text/") || type.startsWith("message/");
}

// Line ends that are not CRLF are bytes to keep, and only base64 keeps them from being read as lines.
function textEncoding(facts: Survey, transport: Transport): TransferEncoding {
  return facts.bareLineEnds ? "base64" : cheapest(facts, { text: true, eightBit: transport === "8bit" });
}

/**
 * The composites that say 8bit, since something in them does: a composite says at least what its parts need, and its head
 * is before them. RFC 2045 s6.4. Undefined when there is none.
 */
export function eightBitIn(root: Entity, transport: Transport): ReadonlySet<Entity> | undefined {
  const found: Found = { transport, composites: undefined };
  saysEightBit(root, found);
  return found.composites;
}

interface Found {
  readonly transport: Transport;
  composites: Set<Entity> | undefined;
}

function saysEightBit(entity: Entity, found: Found): boolean {
  const { content, parts, message, written } = entity;
  if (written !== undefined) return isWrittenEightBit(written);
  if (content !== undefined) return isLeafEightBit(entity, content, found.transport);
  let says = message !== undefined && saysEightBit(message, found);
  if (parts !== undefined) for (const part of parts) if (saysEightBit(part, found)) says = true;
  if (says) found.composites = (found.composites ?? new Set()).add(entity);
  return says;
}

function isLeafEightBit(entity: Entity, content: NonNullable<Entity["content"]>, transport: Transport): boolean {
  const { type, encoding } = entity;
  if (content.kind === "source") return sourceEncoding(entity) === "8bit";
  const open = transport === "8bit" && encoding === undefined && isLines(type);
  if (!open && !isIdentityOnly(type)) return encoding === "8bit";
  const bytes = content.kind === "text" ? octetsOf(content) : content.bytes;
  return chooseEncoding(entity, bytes, transport, "message").encoding === "8bit";
}

// RFC 2045 s6.4: what is around it says at least what it says itself.
function isWrittenEightBit(written: Uint8Array): boolean {
  return !survey(written, { stateful: true }).ascii || outlineRaw(written).encoding === "8bit";
}
