// The doors of output: bytes, chunks, a stream, or bytes up to a limit.

import { bytes, oneOf, type Reader, readOptionsOf, refuse, shapeOf } from "../../given.ts";
import { errorIssue, IssueList, MessageError } from "../../issues.ts";
import { isMessageInput, messageAtOnce } from "../message/check.ts";
import { checkPart } from "../message/check-part.ts";
import { contextOf } from "../message/context.ts";
import { envelope } from "../message/envelope.ts";
import type { BytesOptions, ChunksOptions, MessageInput, PartInput, RenderOptions } from "../message/types.ts";
import { joined } from "../octets/kernel/pieces.ts";
import { isArrayBuffer, isBytes } from "../octets/kinds.ts";
import { layOut } from "./layout.ts";
import { isRendered, loadedSheet, type Renderable, sheetAtOnce, sheetOf } from "./render.ts";
import { readRenderOptions, renderReaders, resolveOptions } from "./render-options.ts";
import { bytesOf, isInMemory, longestLine, type PartSize, release, type Sheet } from "./sheet.ts";
import { loadSources, tooLarge } from "./sources.ts";
import { writeAll, writeChunks } from "./write.ts";

/**
 * The message as bytes, in one allocation of the exact size; in none with `into`, and the part of it that was written
 * is given then. Every line end of a text is written as CRLF (RFC 2046 s4.1.1).
 *
 * @param m - a message, a tree, what is rendered already; or what `message()` takes, which is checked and written in one
 * go: bytes that are attached are not copied on the way
 * @throws MessageError `render.room` when `into` is too small: its first issue says in `bytes` what is needed, and
 * nothing is written.
 * @throws MessageError `source.async` when a content must be awaited (a Blob, a file): use {@link toChunks}.
 * @throws MessageError with every issue in a tree of your own.
 * @throws OptionError `input.unknown-key`, `input.option` for options that cannot be used.
 * @example
 * const bytes = toBytes(m, { seed: "test", now: () => new Date(0) }); // the same bytes each time
 */
export function toBytes(m: Renderable | MessageInput, options?: BytesOptions): Uint8Array<ArrayBuffer> {
  return checkedToBytes(isMessageInput(m) ? messageAtOnce(m) : m, options);
}

/** As {@link toBytes}, of what was checked: what only sends needs none of the checks of input. */
export function checkedToBytes(m: Renderable, options?: BytesOptions): Uint8Array<ArrayBuffer> {
  const given = readOptionsOf<BytesOptions>(options, BYTES);
  return writeOnce(m, sheetAtOnce(m, given), given.into);
}

// What was rendered before is written again and again; any other sheet is done with.
function writeOnce(m: unknown, sheet: Sheet, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return writeAll(sheet, into);
  } finally {
    if (!isRendered(m)) release(sheet);
  }
}

// Memory that other threads share is refused by the runtime's own encoders.
const readTarget: Reader<Uint8Array<ArrayBuffer>> = (value, place) =>
  isBytes(value) && isOwnMemory(value) ? value : refuse(value, "a Uint8Array over an ArrayBuffer", place);

const BYTES = /* @__PURE__ */ shapeOf<BytesOptions>({ ...renderReaders, into: readTarget });

function isOwnMemory(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return isArrayBuffer(bytes.buffer);
}

/**
 * The message as chunks of at most about 128 KiB, for content of any size: sources are opened one after another,
 * when their turn comes, and are not held in memory (an enclosed message/rfc822 is).
 *
 * @throws MessageError when the first chunk is asked for, as {@link toBytes} does; later `source.size` when a source
 * gives another number of bytes than it said. What a source throws comes through.
 * @example
 * for await (const chunk of toChunks(m)) socket.write(chunk);
 * for await (const chunk of toChunks(m, { chunks: "lent" })) hash.update(chunk);
 */
export async function* toChunks(m: Renderable, options?: ChunksOptions): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const given = readOptionsOf<ChunksOptions>(options, CHUNKS);
  yield* writeChunks(await loadedSheet(sheetOf(m, given)), given.chunks);
}

const CHUNKS = /* @__PURE__ */ shapeOf<ChunksOptions>({
  ...renderReaders,
  chunks: /* @__PURE__ */ oneOf("own", "lent"),
});

/**
 * The message as a Web stream, pulled as it is read. Cancelling it closes the source that is open.
 *
 * @throws MessageError as {@link toChunks}, as the stream's error.
 * @example
 * await toStream(m).pipeTo(destination);
 */
export function toStream(m: Renderable, options?: RenderOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = toChunks(m, options);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    // Nothing is opened ahead of the reader: an unread stream holds nothing open.
    { highWaterMark: 0 },
  );
}

/** How much {@link collect} may gather. */
export interface CollectOptions extends RenderOptions {
  /** Bytes. */
  readonly maxBytes: number;
}

/**
 * The message as bytes, sources awaited, and not one byte more than `maxBytes`: a message that is known to be larger
 * is refused before anything is read, one of unknown size as soon as it passes the limit.
 *
 * @param m - as {@link toBytes} takes it
 * @throws MessageError `limit.bytes`; else as {@link toChunks}. OptionError without a usable `maxBytes`.
 * @example
 * const data = await collect(m, { maxBytes: 10_485_760 });
 */
export async function collect(m: Renderable | MessageInput, given: CollectOptions): Promise<Uint8Array<ArrayBuffer>> {
  return collectChecked(isMessageInput(m) ? messageAtOnce(m) : m, given);
}

/** As {@link collect}, of what was checked. */
export async function collectChecked(m: Renderable, given: CollectOptions): Promise<Uint8Array<ArrayBuffer>> {
  const read = readOptionsOf<CollectOptions>(given, COLLECT);
  const { maxBytes = 0 } = read;
  const known = sheetOf(m, read);
  if (bytesOf(known) > maxBytes) throw tooLarge(maxBytes);
  // Before anything is awaited: the bytes of input are the caller's.
  if (known.pending.length === 0 && known.held.every(isInMemory)) return writeOnce(m, known);
  const sheet = await loadedSheet(known, maxBytes);
  if (bytesOf(sheet) > maxBytes) throw tooLarge(maxBytes);
  if (sheet.held.every(isInMemory)) return writeOnce(m, sheet);
  const gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of writeChunks(sheet)) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    gathered.push(chunk);
  }
  return joined(gathered, length);
}

const COLLECT = /* @__PURE__ */ shapeOf<CollectOptions>(
  { ...renderReaders, maxBytes: bytes },
  { required: ["maxBytes"] },
);

// The octets of one part, as a signature is made over them. RFC 1847 s2.1.

/**
 * The octets that a part has inside a multipart: head and body without MIME-Version, and without the line end before
 * the delimiter that follows. Give them to a signer, and to the message as `{ written }`: what was signed travels
 * unchanged, boundaries included.
 *
 * @param part - a part of your own, or one of a tree
 * @param options - `seed` fixes boundaries inside the part
 * @throws MessageError every issue of the part; `source.async` when a content must be awaited
 * @example
 * const written = partBytes({ type: "text/plain", content: "Signed.\n" });
 * const body = {
 *   type: "multipart/signed",
 *   parameters: { protocol: "application/pgp-signature", micalg: "pgp-sha256" },
 *   parts: [{ written }, { type: "application/pgp-signature", encoding: "7bit", content: await sign(written) }],
 * } as const;
 */
export function partBytes(part: PartInput, options?: RenderOptions): Uint8Array<ArrayBuffer> {
  const rendering = resolveOptions(options);
  const list = new IssueList();
  const context = contextOf(part);
  const tree = checkPart(part, context, list.root);
  list.throwIfErrors(MessageError);
  if (tree === undefined) throw new MessageError([errorIssue("input.type", [], "the input is not a part")]);
  const root = loadSources(tree, context.transport, "free");
  const { charset, transport } = context;
  return writeOnce(part, layOut({ message: undefined, root, charset, transport, rendering }, "part"));
}

// The exact size of a message before anything is encoded: the same plan as for writing, summed.

/** What a message will be. */
export interface Measure {
  /** Size in bytes, as `toBytes` will give it. */
  readonly bytes: number;
  /** False when a source does not say its size (or is written as quoted-printable): `bytes` is then the least. */
  readonly exact: boolean;
  /** Envelope recipients; 0 for a tree. */
  readonly recipients: number;
  /** Nodes of the MIME tree. */
  readonly parts: number;
  /** Octets of the longest line, without its CRLF. Encoded content counts as lines of 76, be they shorter. */
  readonly longestLine: number;
  /** What each text and attachment takes, head and encoding included, largest first. */
  readonly sizes: readonly PartSize[];
}

/**
 * Measures a message without encoding it. Options change nothing in the size but the length of `idDomain`.
 *
 * @throws OptionError for unusable options; MessageError for a tree that is wrong.
 * @example
 * measure(m).bytes === toBytes(m).length; // true
 */
export function measure(m: Renderable, options?: RenderOptions): Measure {
  const sheet = sheetOf(m, readRenderOptions(options));
  const { message, exact, parts, sizes } = sheet;
  if (!isRendered(m)) release(sheet);
  return {
    bytes: bytesOf(sheet),
    exact,
    recipients: message === undefined ? 0 : envelope(message).to.length,
    parts,
    longestLine: longestLine(sheet),
    sizes: largestFirst(sizes),
  };
}

/** The sizes of the parts, largest first. */
export function largestFirst(sizes: readonly PartSize[]): readonly PartSize[] {
  return [...sizes].sort((a, b) => b.bytes - a.bytes);
}
