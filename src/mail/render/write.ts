// The one writer: a sheet as octets, at once into one buffer or as a flow of chunks.

import { throwOptions } from "../../given.ts";
import { errorIssue, MessageError } from "../../issues.ts";
import type { CheckedSource } from "../message/types.ts";
import { base64LineEncoder, base64LinesLength, writeBase64Lines } from "../octets/base64.ts";
import { freshOctets } from "../octets/kernel/pieces.ts";
import { isBytes } from "../octets/kinds.ts";
import { quotedPrintableEncoder, writeQuotedPrintable } from "../octets/quoted-printable.ts";
import { scanError, scanHead, scanned } from "./head.ts";
import { bytesOf, type Coding, type Held, isInMemory, type Sheet } from "./sheet.ts";
import { asyncIssue, readSource } from "./sources.ts";

// Content in memory is encoded in blocks of this many octets, a multiple of the 57 that fill a base64 line.
const BLOCK = 57 * 1024;
// Small runs (heads, delimiters) go out together.
const CHUNK = 64 * 1024;

/**
 * Writes a sheet into the buffer that is given, or a fresh one, and gives what it wrote.
 *
 * @throws MessageError `source.async` when a source must flow, `render.room` when the given buffer is too small.
 */
export function writeAll(sheet: Sheet, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(sheet);
  if (into !== undefined) {
    if (into.length < bytes) throw noRoom(into.length, bytes);
    refuseShared(sheet, into);
  }
  const output = into?.subarray(0, bytes) ?? freshOctets(bytes);
  // All text goes to the end of the output in one call, and from there to its places, which are never behind it.
  const text = bytes - sheet.text.length;
  writeText(sheet, output, text);
  let from = 0;
  let at = 0;
  for (const held of sheet.held) {
    output.copyWithin(at, text + from, text + held.at);
    at = writeHeld(sheet, held, output, at + held.at - from);
    from = held.at;
  }
  if (at !== text + from) throw scanError("the message is not as long as it was planned");
  return output;
}

function noRoom(given: number, bytes: number): MessageError {
  const hint = "measure(m, options).bytes tells the size";
  return new MessageError([
    errorIssue("render.room", ["into"], `the message takes ${bytes} bytes, into has ${given}`, { hint, bytes }),
  ]);
}

// What is attached would be written over before it is read.
function refuseShared({ held }: Sheet, into: Uint8Array): void {
  for (const { content } of held) {
    if (!isBytes(content) || content.buffer !== into.buffer) continue;
    const apart = Math.abs(content.byteOffset - into.byteOffset);
    if (apart < (content.byteOffset < into.byteOffset ? content : into).length) {
      throwOptions([errorIssue("input.option", ["into"], "expected memory that nothing attached is in")]);
    }
  }
}

const encoder = new TextEncoder();

// Writes all heads and delimiters, and has a last look at the heads.
function writeText({ text, heads, names }: Sheet, output: Uint8Array<ArrayBuffer>, at: number): void {
  const { read, written } = encoder.encodeInto(text, output.subarray(at));
  if (read !== text.length || written !== read) throw scanError("the text of a head is not ASCII");
  const target = scanned(output);
  let name = 0;
  for (let index = 0; index < heads.length; index += 2) {
    name = scanHead(target, at + (heads[index] ?? 0), at + (heads[index + 1] ?? 0), names, name);
  }
}

function contentOf({ octets }: Sheet, { content, size = 0 }: Held): Uint8Array | CheckedSource {
  return typeof content === "number" ? octets.bytes.subarray(content, content + size) : content;
}

function writeHeld(sheet: Sheet, held: Held, output: Uint8Array, at: number): number {
  const { coding, path } = held;
  const content = contentOf(sheet, held);
  if (!isBytes(content)) throw new MessageError([asyncIssue(path)]);
  if (coding === "base64") return writeBase64Lines(content, output, at);
  if (coding !== "plain") return writeQuotedPrintable(content, output, at, coding);
  output.set(content, at);
  return at + content.length;
}

/** Writes a sheet as chunks, own or lent. Sources are opened one after another. */
export async function* writeChunks(
  sheet: Sheet,
  chunks: "own" | "lent" = "own",
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const lender = chunks === "lent" ? base64Lender(BLOCK) : undefined;
  const text = new Uint8Array(sheet.text.length);
  writeText(sheet, text, 0);
  // Short contents, and the text between them, wait until they fill a chunk.
  let waiting: Held[] = [];
  let from = 0;
  let length = 0;
  const take = (to: number): Uint8Array<ArrayBuffer> => {
    const output = new Uint8Array(length + to - from);
    let at = 0;
    for (const held of waiting) {
      output.set(text.subarray(from, held.at), at);
      at = writeHeld(sheet, held, output, at + held.at - from);
      from = held.at;
    }
    output.set(text.subarray(from, to), at);
    waiting = [];
    from = to;
    length = 0;
    return output;
  };
  for (const held of sheet.held) {
    const { size = 0 } = held;
    if (isInMemory(held) && length + held.at - from + size <= CHUNK) {
      waiting.push(held);
      length += size;
      continue;
    }
    if (length + held.at - from > 0) yield take(held.at);
    yield* heldChunks(sheet, held, lender);
  }
  if (length + text.length - from > 0) yield take(text.length);
}

async function* heldChunks(
  sheet: Sheet,
  held: Held,
  lender: BlockEncoder | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { coding, path } = held;
  const content = contentOf(sheet, held);
  if (coding === "plain" && isBytes(content)) {
    for (let at = 0; at < content.length; at += CHUNK) yield content.slice(at, at + CHUNK);
    return;
  }
  if (coding === "base64" && lender !== undefined) {
    lender.start();
    if (isBytes(content)) yield* lender.push(content);
    else for await (const chunk of readSource(content, path)) yield* lender.push(chunk);
    yield* lender.end();
    return;
  }
  const encode = encoderFor(coding);
  if (isBytes(content)) {
    for (let at = 0; at < content.length; at += BLOCK) yield* nonEmpty(encode.push(content.subarray(at, at + BLOCK)));
  } else {
    for await (const chunk of readSource(content, path)) yield* nonEmpty(encode.push(chunk));
  }
  yield* nonEmpty(encode.end());
}

function encoderFor(coding: Coding): ReturnType<typeof base64LineEncoder> {
  return coding === "text" || coding === "binary" ? quotedPrintableEncoder(coding) : base64LineEncoder();
}

function* nonEmpty(chunk: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (chunk.length > 0) yield chunk;
}

// Base64 lines into one buffer that is used again for every chunk: streaming allocates nothing then, and a receiver
// that is done with a chunk before it asks for the next sees no difference. RFC 2045 s6.8.

/** Encodes contents one after another. Every chunk it gives is good until the next one is asked for. */
interface BlockEncoder {
  /** Begins a content. */
  start(): void;
  push(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>>;
  end(): Generator<Uint8Array<ArrayBuffer>>;
}

/** An encoder for blocks of so many octets, a multiple of the 57 that fill a line. */
function base64Lender(block: number): BlockEncoder {
  const held = new Uint8Array(block);
  const output = new Uint8Array(2 + base64LinesLength(block));
  let heldLength = 0;
  let started = false;

  // A block ends with a whole line, so what follows begins behind a line end.
  const encode = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const at = started ? 2 : 0;
    if (started) output.set(CRLF);
    started = true;
    return output.subarray(0, writeBase64Lines(bytes, output, at));
  };

  return {
    start() {
      heldLength = 0;
      started = false;
    },
    *push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        // A whole block of the content needs no copy.
        if (heldLength === 0 && bytes.length - at >= block) {
          yield encode(bytes.subarray(at, at + block));
          at += block;
          continue;
        }
        const taken = bytes.subarray(at, at + block - heldLength);
        held.set(taken, heldLength);
        heldLength += taken.length;
        at += taken.length;
        if (heldLength === block) {
          heldLength = 0;
          yield encode(held);
        }
      }
    },
    *end() {
      if (heldLength > 0) yield encode(held.subarray(0, heldLength));
    },
  };
}

const CRLF = Uint8Array.of(0x0d, 0x0a);
