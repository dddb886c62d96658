// Enclosed messages that come from a source: they must be seen whole before they can be written. RFC 2046 s5.2.1.

import { errorIssue, type Issue, type IssueCode, IssueList, MessageError, type Path } from "../../issues.ts";
import { canBeReadOnce } from "../message/content-hints.ts";
import { fitEnclosed, isIdentityOnly } from "../message/enclosed.ts";
import { bytesContent } from "../message/seal.ts";
import { bytesOf, isGone } from "../message/source.ts";
import type { CheckedSource, Transport } from "../message/types.ts";
import { joined } from "../octets/kernel/pieces.ts";
import { isArrayBuffer, isBlob, isReadableStream } from "../octets/kinds.ts";
import { sourceEncoding } from "./encoding.ts";
import { contentPlace, copyOf, type Entity, type NewEntity } from "./entity.ts";
import { rebuild } from "./tree.ts";

// Reads sources: opened anew each time, chunk by chunk, each chunk checked, the stated size held to.

/** The chunks of a source as they come. @throws MessageError when it gives something else than it said. */
export async function* readSource(source: CheckedSource, path: Path): AsyncGenerator<Uint8Array> {
  try {
    yield* readChunks(source, path);
  } catch (error) {
    throw placed(error, path);
  }
}

// What a source of this library throws (a file that changed) has the path of its own input: here that of the content.
// What the caller's source throws is the caller's, and goes through as it is.
function placed(error: unknown, path: Path): unknown {
  if (!(error instanceof MessageError) || path.length === 0) return error;
  const [first, ...rest] = error.issues.map((issue) => ({ ...issue, path }));
  if (first === undefined) return error;
  const moved = new MessageError([first, ...rest]);
  if (error.cause !== undefined) moved.cause = error.cause;
  return moved;
}

async function* readChunks({ open, size }: CheckedSource, path: Path): AsyncGenerator<Uint8Array> {
  const opened: unknown = await open();
  refuseSpent(opened, path);
  let read = 0;
  for await (const chunk of chunksOf(opened, path)) {
    read += chunk.length;
    if (size !== undefined && read > size) throw sizeError(path);
    yield chunk;
  }
  if (size !== undefined && read !== size) throw sizeError(path);
}

/** All bytes of a source that gives them at once. @throws MessageError `source.async` for any other. */
export function readSourceSync({ open, size }: CheckedSource, path: Path): Uint8Array {
  const opened: unknown = open();
  refuseSpent(opened, path);
  const whole = wholeOf(opened);
  if (whole !== undefined) {
    if (size !== undefined && whole.length !== size) throw sizeError(path);
    return whole;
  }
  if (!isIterable(opened)) {
    if (!isLater(opened)) throw notOpened(opened, path);
    void discard(opened);
    throw new MessageError([asyncIssue(path)]);
  }
  // All chunks of a list are there at once; an iterator may fill the same buffer again.
  const listed = Array.isArray(opened);
  const chunks: Uint8Array[] = [];
  let read = 0;
  for (const chunk of opened) {
    const bytes = checkChunk(chunk, path);
    read += bytes.length;
    if (size !== undefined && read > size) throw sizeError(path);
    chunks.push(listed ? bytes : bytes.slice());
  }
  if (size !== undefined && read !== size) throw sizeError(path);
  const [only, ...others] = chunks;
  return only !== undefined && others.length === 0 ? only : joined(chunks, read);
}

/** A source that gives its bytes later cannot be written at once. */
export function asyncIssue(path: Path): Issue {
  return errorIssue("source.async", path, "the content comes from a source that is read as it flows", {
    hint: "use toChunks or toStream, or a sender: they wait for it",
  });
}

// All bytes at once, where a function reads a file or a database instead of opening a stream.
function wholeOf(opened: unknown): Uint8Array | undefined {
  return ArrayBuffer.isView(opened) || isArrayBuffer(opened) ? bytesOf(opened) : undefined;
}

async function* chunksOf(opened: unknown, path: Path): AsyncGenerator<Uint8Array> {
  const whole = wholeOf(opened);
  if (whole !== undefined) yield whole;
  else if (isBlob(opened)) yield* streamChunks(opened.stream(), path);
  else if (isAsyncIterable(opened) || isIterable(opened)) {
    for await (const chunk of opened) yield checkChunk(chunk, path);
  } else if (isReadableStream(opened)) {
    yield* streamChunks(opened, path);
  } else {
    throw notOpened(opened, path);
  }
}

function notOpened(opened: unknown, path: Path): MessageError {
  const hint = typeof opened === "string" ? "give bytes: new TextEncoder().encode(text)" : openedHint(opened);
  return sourceError("attachment.content", path, "the source gave neither bytes nor a stream of bytes", hint);
}

function openedHint(opened: unknown): string {
  const body = typeof opened === "object" && opened !== null && "body" in opened && isReadableStream(opened.body);
  return body ? "give the body of the response" : CHUNKS;
}

// Runtimes whose streams are not iterable yet.
async function* streamChunks(stream: ReadableStream<unknown>, path: Path): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield checkChunk(next.value, path);
  } finally {
    await reader.cancel();
  }
}

const spent = new WeakSet<object>();

// A stream that is opened a second time has nothing left: the content would go missing without a word.
function refuseSpent(opened: unknown, path: Path): void {
  if (typeof opened !== "object" || opened === null || !canBeReadOnce(opened)) return;
  if (spent.has(opened)) {
    const hint = "make a new stream in the function: content: () => createReadStream(…)";
    throw sourceError("source.one-shot", path, "the source gave a stream that has been read already", hint);
  }
  spent.add(opened);
}

// Closes what was opened and will not be read. Whether that fails is of no interest: another error is on its way.
async function discard(opened: unknown): Promise<void> {
  try {
    const source: unknown = await opened;
    if (typeof source !== "object" || source === null) return;
    if (canBeReadOnce(source)) spent.add(source);
    // A stream of Node whose file is not there says so when it is destroyed too, and an error without a listener
    // ends the process.
    if ("on" in source && typeof source.on === "function") source.on("error", () => {});
    if ("destroy" in source && typeof source.destroy === "function") source.destroy();
    else if (isReadableStream(source)) await source.cancel();
    else if (isAsyncIterable(source)) await source[Symbol.asyncIterator]().return?.();
  } catch {}
}

function checkChunk(chunk: unknown, path: Path): Uint8Array {
  // A chunk whose memory was transferred says that it is empty.
  if (ArrayBuffer.isView(chunk) && chunk.byteLength === 0 && isGone(chunk)) {
    throw contentError(path, "the source gives a chunk whose memory was transferred or cut off");
  }
  if (chunk instanceof Uint8Array && ArrayBuffer.isView(chunk)) return chunk;
  // The Web streams of Node's files give ArrayBuffers.
  const bytes = wholeOf(chunk);
  if (bytes !== undefined) return bytes;
  throw contentError(path, "expected Uint8Array chunks from the source; got another value");
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

// A Uint8Array is iterable too, by number: it is one chunk, and has to be in a list.
function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && !ArrayBuffer.isView(value);
}

// A promise, or a stream: what gives its bytes later.
function isLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isAsyncIterable(value) || isReadableStream(value) || isBlob(value) || "then" in value;
}

function contentError(path: Path, message: string): MessageError {
  return sourceError("attachment.content", path, message, CHUNKS);
}

const CHUNKS = "a source gives a Uint8Array, a list of them, or a stream of them";

function sizeError(path: Path): MessageError {
  const hint = "every opening gives the same bytes, as many as size says";
  return sourceError("source.size", path, "the source gave another number of bytes than it said", hint);
}

function sourceError(code: IssueCode, path: Path, message: string, hint: string): MessageError {
  return new MessageError([errorIssue(code, path, message, { hint })]);
}

/**
 * The same entity, with every enclosed message in memory. Itself when there is none to read.
 *
 * @throws MessageError `limit.bytes` as soon as all of them together pass `maxBytes`.
 */
export async function loadEnclosed(
  root: Entity,
  transport: Transport,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Entity> {
  const loaded = new Map<Entity, Entity>();
  let read = 0;
  for (const entity of sourcesIn(root)) {
    if (!isIdentityOnly(entity.type) || entity.content?.kind !== "source") continue;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of readSource(entity.content.source, contentPlace(entity))) {
      length += chunk.length;
      if (read + length > maxBytes) throw tooLarge(maxBytes);
      // The source may fill the same buffer again.
      chunks.push(chunk.slice());
    }
    read += length;
    loaded.set(entity, withBytes(entity, joined(chunks, length), transport));
  }
  return loaded.size === 0 ? root : rebuild(root, loaded);
}

/** The error for a message that passes a limit of bytes. */
export function tooLarge(maxBytes: number): MessageError {
  return new MessageError([errorIssue("limit.bytes", [], `the message is larger than ${maxBytes} bytes`)]);
}

/**
 * As {@link loadEnclosed}, and every other source with it: for output that cannot wait.
 *
 * @param encodings - `free`: chosen by what is read; `as planned`: those that a source has that was not read
 */
export function loadSources(root: Entity, transport: Transport, encodings: "free" | "as planned"): Entity {
  const sources = sourcesIn(root);
  if (sources.length === 0) return root;
  const loaded = new Map<Entity, Entity>();
  for (const entity of sources) {
    if (entity.content?.kind !== "source") continue;
    const read = withBytes(entity, readSourceSync(entity.content.source, contentPlace(entity)), transport);
    if (encodings === "as planned" && !isIdentityOnly(entity.type)) read.encoding = sourceEncoding(entity);
    loaded.set(entity, read);
  }
  return rebuild(root, loaded);
}

// The last part first.
function sourcesIn(entity: Entity, found: Entity[] = []): readonly Entity[] {
  if (entity.content?.kind === "source") found.push(entity);
  if (entity.message !== undefined) sourcesIn(entity.message, found);
  const { parts } = entity;
  for (let index = parts?.length ?? 0; index-- > 0; ) {
    const child = parts?.[index];
    if (child !== undefined) sourcesIn(child, found);
  }
  return found;
}

function withBytes(entity: Entity, bytes: Uint8Array, transport: Transport): NewEntity {
  const list = new IssueList();
  const content = fitEnclosed(entity.type, bytesContent(bytes), { transport }, list.root.in(contentPlace(entity)));
  list.throwIfErrors(MessageError);
  const copy = copyOf(entity);
  if (content !== undefined) copy.content = content;
  return copy;
}
