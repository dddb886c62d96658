// The one writer: a plan's segments as bytes, at once into one buffer or as a flow of chunks.

import { errorIssue, MessageError } from "../../issues.ts";
import { base64LineEncoder, base64LinesLength, writeBase64Lines } from "../octets/base64.ts";
import { freshOctets, joined } from "../octets/kernel/pieces.ts";
import { quotedPrintableEncoder, writeQuotedPrintable } from "../octets/quoted-printable.ts";
import type { ContentEncoding, Plan, Segment } from "./plan.ts";
import { asyncIssue, readSource } from "./sources.ts";

// Content in memory is encoded in blocks of this many octets, a multiple of the 57 that fill a base64 line.
const BLOCK = 57 * 1024;
// Small runs (heads, delimiters) go out together.
const CHUNK = 64 * 1024;

/**
 * Writes a plan into the buffer that is given, or a fresh one, and gives what it wrote.
 *
 * @throws MessageError `source.async` when a source must flow, `render.room` when the given buffer is too small.
 */
export function writeAll({ segments, bytes }: Plan, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (into !== undefined && into.length < bytes) throw noRoom(into.length, bytes);
  const output = into?.subarray(0, bytes) ?? freshOctets(bytes);
  let at = 0;
  for (const segment of segments) {
    if (segment.kind === "source") throw new MessageError([asyncIssue(segment.path)]);
    at = writeSegment(segment, output, at);
  }
  if (at === bytes) return output;
  const message = "the message is not as long as it was planned";
  throw new MessageError([errorIssue("render.scan", [], message, { hint: "this is a fault of the library" })]);
}

function noRoom(given: number, bytes: number): MessageError {
  const hint = "measure(m, options).bytes tells the size";
  return new MessageError([
    errorIssue("render.room", ["into"], `the message takes ${bytes} bytes, into has ${given}`, { hint, bytes }),
  ]);
}

type ReadySegment = Exclude<Segment, { kind: "source" }>;

function writeSegment(segment: ReadySegment, output: Uint8Array, at: number): number {
  if (segment.kind === "text") return writeAscii(segment.text, output, at);
  if (segment.kind === "plain") {
    output.set(segment.bytes, at);
    return at + segment.bytes.length;
  }
  if (segment.encoding.as === "base64") return writeBase64Lines(segment.bytes, output, at);
  return writeQuotedPrintable(segment.bytes, output, at, segment.encoding.mode);
}

/** Writes a plan as chunks, own or lent. Sources are opened one after another. */
export async function* writeChunks(
  { segments }: Plan,
  chunks: "own" | "lent" = "own",
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const lender = chunks === "lent" ? base64Lender(BLOCK) : undefined;
  let waiting: Uint8Array[] = [];
  let length = 0;
  for (const segment of segments) {
    if (segment.size !== undefined && segment.kind !== "source" && length + segment.size <= CHUNK) {
      const bytes = new Uint8Array(segment.size);
      writeSegment(segment, bytes, 0);
      waiting.push(bytes);
      length += bytes.length;
      continue;
    }
    if (length > 0) yield joined(waiting, length);
    waiting = [];
    length = 0;
    yield* segmentChunks(segment, lender);
  }
  if (length > 0) yield joined(waiting, length);
}

async function* segmentChunks(
  segment: Segment,
  lender: BlockEncoder | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (segment.kind === "text") {
    yield asciiBytes(segment.text);
    return;
  }
  if (segment.kind === "plain") {
    for (let at = 0; at < segment.bytes.length; at += CHUNK) yield segment.bytes.slice(at, at + CHUNK);
    return;
  }
  if (lender !== undefined && segment.encoding.as === "base64") {
    yield* lentChunks(segment, lender);
    return;
  }
  const encode = encoderFor(segment.encoding);
  if (segment.kind === "encode") {
    for (let at = 0; at < segment.bytes.length; at += BLOCK) {
      yield* nonEmpty(encode.push(segment.bytes.subarray(at, at + BLOCK)));
    }
  } else {
    for await (const chunk of readSource(segment.source, segment.path)) yield* nonEmpty(encode.push(chunk));
  }
  yield* nonEmpty(encode.end());
}

async function* lentChunks(
  segment: Extract<Segment, { encoding: ContentEncoding }>,
  lender: BlockEncoder,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  lender.start();
  if (segment.kind === "encode") yield* lender.push(segment.bytes);
  else for await (const chunk of readSource(segment.source, segment.path)) yield* lender.push(chunk);
  yield* lender.end();
}

function encoderFor(encoding: ContentEncoding): ReturnType<typeof base64LineEncoder> {
  return encoding.as === "base64" ? base64LineEncoder() : quotedPrintableEncoder(encoding.mode);
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

// Header text, which is ASCII by construction, as bytes. RFC 5322 s2.1.
const encoder = new TextEncoder();

/** Writes ASCII text, gives the offset behind it. @throws MessageError `render.scan` for anything else. */
function writeAscii(text: string, output: Uint8Array, at: number): number {
  // One call for all of it: a loop over the characters takes ten times as long.
  const { read, written } = encoder.encodeInto(text, at === 0 ? output : output.subarray(at));
  if (read !== text.length || written !== read) throw notAscii();
  return at + written;
}

/** The bytes of ASCII text. @throws MessageError `render.scan` for anything else. */
function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  writeAscii(text, bytes, 0);
  return bytes;
}

function notAscii(): MessageError {
  const hint = "this is a fault of the library: please report the input that leads here";
  return new MessageError([errorIssue("render.scan", [], "the text of a head is not ASCII", { hint })]);
}
