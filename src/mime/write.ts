// The one writer: a plan's segments as bytes, at once into one buffer or as a flow of chunks.

import { base64LineEncoder, writeBase64Lines } from "../encoding/base64.ts";
import { freshOctets } from "../encoding/kernel/fresh.ts";
import { joined } from "../encoding/kernel/pieces.ts";
import { quotedPrintableEncoder, writeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { errorIssue, MessageError } from "../issues.ts";
import { asciiBytes, writeAscii } from "./ascii.ts";
import { type BlockEncoder, base64Lender } from "./lend.ts";
import type { ContentEncoding, Plan, Segment } from "./plan.ts";
import { asyncIssue, readSource } from "./read-source.ts";

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
