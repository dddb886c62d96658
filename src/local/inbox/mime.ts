// How the endpoint takes bytes apart: the only file that calls the MIME readers. The bytes are untrusted: what is too deep
// or has too many parts is not taken apart, and time and memory are linear in the number of bytes.
import PostalMime, { type Email } from "postal-mime";
import { decodedBody } from "../../read/body.ts";
import { type RawField, readHead } from "../../read/head.ts";
import { outlineRaw, type RawCaps, type RawPart } from "../../read/outline.ts";
import { decodeLabelled } from "../../read/text.ts";
import { pathOf, walkRaw } from "../../read/walk.ts";

/** How much of a message is read: far above what mail needs, far below what would fill the memory. */
const CAPS: RawCaps = { parts: 1_000, depth: 50, headBytes: 1_048_576, fields: 10_000 };

/** A field of a head: `value` is unfolded, encoded-words are as they were written. */
export type MimeField = RawField;

/** A part of a message. */
export type MimePart = RawPart;

/** A part, with where it is: `depth` is 0 for the message itself. */
export interface FoundPart {
  readonly part: MimePart;
  readonly depth: number;
  /** Inside of a message that the message encloses. */
  readonly enclosed: boolean;
}

/** Reads the head of a message, and nothing behind it. */
export function mimeHead(bytes: Uint8Array, caps: { readonly headBytes: number; readonly fields: number } = CAPS) {
  const { headBytes, fields } = caps;
  return readHead({ bytes, start: 0, line: 1, headBytes, fields, endsAt: () => false });
}

/** The fields of the message itself, and its type. */
export function mimeRoot(bytes: Uint8Array): MimePart {
  return outlineRaw(bytes, CAPS);
}

/** Every part of a message, holders before what they hold; by default also those of messages that it encloses. */
export function mimeParts(
  root: MimePart,
  { enclosed = "read" }: { readonly enclosed?: "read" | "as files" } = {},
): readonly FoundPart[] {
  const visits = enclosed === "read" ? walkRaw(root) : walkRaw(root, (part) => part.message === undefined);
  return Array.from(visits, (visit) => ({ part: visit.part, depth: pathOf(visit).length, enclosed: visit.enclosed }));
}

/** The octets of a part, its transfer encoding undone. */
export function partContent(bytes: Uint8Array, part: MimePart): Uint8Array {
  return decodedBody(bytes, part);
}

/** The text of a part, LF between its lines. */
export function partText(bytes: Uint8Array, part: MimePart): string {
  const charset = part.parameters.get("charset") ?? "utf-8";
  return decodeLabelled(decodedBody(bytes, part), charset).replaceAll("\r\n", "\n");
}

/** What keeps a message from being taken apart; undefined when nothing does. */
export function tooComplex(root: MimePart): string | undefined {
  for (const { part } of walkRaw(root)) {
    for (const { kind } of part.defects) {
      if (kind === "parts") return `This message has more than ${CAPS.parts} parts. It is not taken apart.`;
      if (kind === "depth")
        return `The parts of this message are nested deeper than ${CAPS.depth}. It is not taken apart.`;
    }
  }
  return undefined;
}

/**
 * A whole message, read by a MIME parser; an enclosed message counts as a file.
 *
 * @throws Error (as a rejection) for more parts or deeper nesting than any mail has
 */
export async function parseMail(bytes: Uint8Array): Promise<Email> {
  const problem = tooComplex(mimeRoot(bytes));
  if (problem !== undefined) throw new Error(problem);
  return PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    maxNestingDepth: CAPS.depth * 2,
    maxHeadersSize: CAPS.headBytes * 2,
  });
}
