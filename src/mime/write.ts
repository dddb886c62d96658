// The one writer: a plan's segments as bytes, at once into one buffer or as a flow of chunks.
import { base64LineEncoder, writeBase64Lines } from "../encoding/base64.ts";
import { quotedPrintableEncoder, writeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { errorIssue, MessageError } from "../issues.ts";
import { asciiBytes, writeAscii } from "./ascii.ts";
import type { ContentEncoding, Plan, Segment } from "./plan.ts";
import { asyncIssue, joinChunks, readSource } from "./read-source.ts";

// Content in memory is encoded in blocks of this many octets, a multiple of the 57 that fill a base64 line.
const BLOCK = 57 * 1024;
// Small runs (heads, delimiters) go out together.
const CHUNK = 64 * 1024;

/** Writes a plan into one buffer of the planned size. @throws MessageError `source.async` when a source must flow. */
export function writeAll({ segments, bytes }: Plan): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(bytes);
  let at = 0;
  for (const segment of segments) {
    if (segment.kind === "source") throw new MessageError([asyncIssue(segment.path)]);
    at = writeSegment(segment, output, at);
  }
  if (at === bytes) return output;
  const message = "the message is not as long as it was planned";
  throw new MessageError([errorIssue("render.scan", [], message, { hint: "this is a fault of the library" })]);
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

/** Writes a plan as chunks. Every chunk is the receiver's own; sources are opened one after another. */
export async function* writeChunks({ segments }: Plan): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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
    if (length > 0) yield joinChunks(waiting, length);
    waiting = [];
    length = 0;
    yield* segmentChunks(segment);
  }
  if (length > 0) yield joinChunks(waiting, length);
}

async function* segmentChunks(segment: Segment): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (segment.kind === "text") {
    yield asciiBytes(segment.text);
    return;
  }
  if (segment.kind === "plain") {
    for (let at = 0; at < segment.bytes.length; at += CHUNK) yield segment.bytes.slice(at, at + CHUNK);
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

function encoderFor(encoding: ContentEncoding): ReturnType<typeof base64LineEncoder> {
  return encoding.as === "base64" ? base64LineEncoder() : quotedPrintableEncoder(encoding.mode);
}

function* nonEmpty(chunk: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (chunk.length > 0) yield chunk;
}
