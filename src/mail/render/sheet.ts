// A message that is written but for its contents: heads and delimiters as one text, and between them what is to be
// encoded there. Its size is known; measuring, writing at once and writing in chunks are short functions over it.

import type { Path } from "../../issues.ts";
import type { CheckedSource, Message, Transport } from "../message/types.ts";
import type { Charset } from "../octets/charset.ts";
import { OctetBuffer } from "../octets/kernel/pieces.ts";
import { isBytes } from "../octets/kinds.ts";
import type { LineMode } from "../octets/quoted-printable.ts";
import type { Entity } from "./entity.ts";
import type { Rendering } from "./render-options.ts";

/** What a sheet is about, and how it is written. */
export interface Job {
  /** What is rendered, when that is a message. */
  readonly message: Message | undefined;
  readonly root: Entity;
  /** Encoded-words are written in it. */
  readonly charset: Charset;
  /** `8bit` where the way carries it. */
  readonly transport: Transport;
  readonly rendering: Rendering;
}

/** How a content is written: as it is, or encoded; quoted-printable takes line ends as text or as octets like any other. */
export type Coding = "plain" | "base64" | LineMode;

/** A content, and where it is. */
export interface Held {
  /** The length of the text before it. */
  readonly at: number;
  readonly coding: Coding;
  /** What to write, or what to open for it each time; a text is written, and begins there in the octets of the sheet. */
  readonly content: Uint8Array | CheckedSource | number;
  /** Encoded; undefined where it does not follow from the source's own. */
  readonly size: number | undefined;
  /** Of a source. */
  readonly path: Path;
}

/** True for a content that is in memory. */
export function isInMemory({ content }: Held): boolean {
  return typeof content === "number" || isBytes(content);
}

/** The bytes that one place of the caller's input takes in the message. */
export interface PartSize {
  readonly path: Path;
  /** Head and encoded content; without the content where its size is not known. */
  readonly bytes: number;
}

/** A message on its way to octets. */
export interface Sheet extends Job {
  /** Heads and delimiters: ASCII, when nothing is wrong. */
  text: string;
  /** Texts as they are written. */
  octets: OctetBuffer;
  /** Where heads begin and end in the text, by turns: they are scanned where they are written. */
  readonly heads: number[];
  /** The names of their fields, and an empty one behind those of each head. */
  readonly names: string[];
  readonly held: Held[];
  /** Octets of all that is held; the least that they can be unless the sheet is exact. */
  heldBytes: number;
  /** True when every source says its size. */
  exact: boolean;
  /** Nodes of the tree, the root included. */
  parts: number;
  /** Octets of the longest line of all that is held. Encoded content counts as lines of 76. */
  longestHeld: number;
  /** What comes from one place of the caller's input, and the bytes that it takes. */
  readonly sizes: PartSize[];
  /** Octets of each of the root's own fields, in the order of its `fields`. */
  readonly fieldLengths: number[];
  /** Where enclosed messages come from a source: they are read whole before the message can be written. */
  readonly pending: Path[];
}

// One buffer serves all sheets that are written at once. While it is taken (a source or a charset may render another
// message meanwhile) others get their own.
const KEPT = 262_144;
let spare: OctetBuffer | undefined;

// The first touch of fresh memory takes longer than encoding into it: what a large text took is used again, until
// garbage is collected.
const LARGE = 65_536;
let largeSpare: WeakRef<Uint8Array<ArrayBuffer>> | undefined;

function takeBuffer(): OctetBuffer {
  const taken = spare ?? new OctetBuffer(4096);
  spare = undefined;
  return taken;
}

/** Makes ready for a text of so many units. */
export function prepareFor(units: number, { octets }: Sheet): void {
  if (units < LARGE || largeSpare === undefined) return;
  const bytes = largeSpare.deref();
  largeSpare = undefined;
  if (bytes === undefined || bytes.length <= octets.bytes.length) return;
  bytes.set(octets.written());
  octets.bytes = bytes;
}

/** Gives back the buffer of a sheet that no one will look at again. */
export function release({ octets }: Sheet): void {
  octets.at = 0;
  if (octets.bytes.length <= KEPT) spare = octets;
  else if (typeof WeakRef === "function") largeSpare = new WeakRef(octets.bytes);
}

/** Keeps the octets of a sheet for as long as it lives, and no more memory than they take. */
export function keep(sheet: Sheet): Sheet {
  const own = new OctetBuffer(sheet.octets.at);
  own.push(sheet.octets.written());
  release(sheet);
  sheet.octets = own;
  return sheet;
}

/** An empty sheet. */
export function newSheet({ message, root, charset, transport, rendering }: Job): Sheet {
  return {
    message,
    root,
    charset,
    transport,
    rendering,
    text: "",
    octets: takeBuffer(),
    heads: [],
    names: [],
    held: [],
    heldBytes: 0,
    exact: true,
    parts: 0,
    longestHeld: 0,
    sizes: [],
    fieldLengths: [],
    pending: [],
  };
}

/** Octets of the message; the least that they can be unless the sheet is exact. */
export function bytesOf({ text, heldBytes }: Sheet): number {
  return text.length + heldBytes;
}

/** The head of the root, without the empty line after it. */
export function headOf({ text, heads }: Sheet): string {
  return text.slice(heads[0], heads[1]);
}

/** Octets of the longest line, without its CRLF. */
export function longestLine({ text, longestHeld }: Sheet): number {
  let longest = longestHeld;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\r\n", start);
    const end = found < 0 ? text.length : found;
    longest = Math.max(longest, end - start);
    start = end + 2;
  }
  return longest;
}
