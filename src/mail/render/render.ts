// A message that is rendered: every head written, every encoding chosen, every size known. Measuring, checking and
// writing are short functions over this value.

import { bytes, readOptionsOf, shapeOf } from "../../given.ts";
import { errorIssue, IssueList, MessageError, type Path } from "../../issues.ts";
import { record } from "../../options/plain.ts";
import { checkPart } from "../message/check-part.ts";
import { contextOf } from "../message/context.ts";
import { envelope } from "../message/envelope.ts";
import { isMessage, looksRendered, requireMessage, sealedKind, unsealed } from "../message/seal.ts";
import type { Envelope, Message, Part, PartInput, RenderOptions, Transport } from "../message/types.ts";
import { type Charset, findCharset, utf8 } from "../octets/charset.ts";
import type { Entity } from "./entity.ts";
import { layOut } from "./layout.ts";
import { type Rendering, refuseRead, refuseRenderOptions, renderingOf, resolveRendering } from "./render-options.ts";
import { bytesOf, headOf, type Job, keep, longestLine, type PartSize, type Sheet } from "./sheet.ts";
import { loadEnclosed, loadSources } from "./sources.ts";
import { describedTree, entityOf, partOf } from "./tree.ts";

/**
 * A message that is rendered, ready to be measured, checked, signed and written: ids, date and boundaries are fixed.
 * Made by {@link render} only, frozen. Whatever takes a message takes it too, and renders nothing again.
 *
 * Content in memory is encoded when it is written. Sources (functions, files, Blobs) are opened each time it is written.
 */
export interface Rendered {
  /** What was rendered, when that was a message. */
  readonly message?: Message;
  /** Who gets bounces and who gets the message; absent for a tree. */
  readonly envelope?: Envelope;
  /** The Message-ID in the head, with angle brackets. */
  readonly messageId?: string;
  /** The tree that is written. */
  readonly tree: Part;
  /** The charset of encoded-words, where a part does not say its own. */
  readonly charset: Charset;
  readonly transport: Transport;
  /** The date and the seed that were used: `render(message, rendering)` gives the same bytes. */
  readonly rendering: Rendering;
  /** Exact when every source says its size; else the least that the message can be. */
  readonly bytes: number;
  readonly exact: boolean;
  /** Nodes of the tree, the root included. */
  readonly parts: number;
  /** Octets of the longest line, without its CRLF. */
  readonly longestLine: number;
  readonly sizes: readonly PartSize[];
  /** The head of the root, without the empty line after it. */
  readonly head: string;
  /** Octets of each of the root's own fields, in the order of its `fields`. */
  readonly fieldLengths: readonly number[];
  /** Where enclosed messages come from a source: they are read whole before the message can be written. */
  readonly pending: readonly Path[];
}

// What is written. Not enumerable, and of no public type: callers cannot depend on its form.
const SHEET: unique symbol = Symbol("sheet");

interface LaidOut extends Rendered {
  readonly [SHEET]: Sheet;
}

function isLaidOut(m: Rendered): m is LaidOut {
  return isRendered(m);
}

/** What is written of a rendered message. @throws MessageError `input.type` for anything else, a copy of one among it */
export function sheetIn(m: Rendered): Sheet {
  if (isLaidOut(m)) return m[SHEET];
  if (looksRendered(m)) throw aCopy();
  const hint = "render(m) makes one";
  throw new MessageError([errorIssue("input.type", [], "expected a rendered message", { hint })]);
}

/** What can be rendered: a message, a tree of parts whose root has the fields of a message, or what is rendered already. */
export type Renderable = Message | PartInput | Rendered;

/** True for what {@link render} made. A copy is none. */
export function isRendered(value: unknown): value is Rendered {
  return sealedKind(value) === "rendered";
}

/** A message and who gets it. */
export interface AddressedMessage {
  readonly message: Message;
  readonly envelope: Envelope;
}

/** The message that was rendered, and its envelope. @throws MessageError `input.type` when it was a tree. */
export function mailIn({ message, envelope: own }: Rendered): AddressedMessage {
  if (message !== undefined && own !== undefined) return { message, envelope: own };
  const hint = "render a message: render(message({ from, to, body: tree }))";
  throw new MessageError([
    errorIssue("input.type", [], "expected a rendered message; got a rendered tree, which has no envelope", { hint }),
  ]);
}

/**
 * A message rendered with these options, or the one that is rendered already.
 *
 * @throws MessageError `input.type` for what is not a message; OptionError for options beside a rendered message
 */
export function renderMail(m: Message | Rendered, options?: RenderOptions | Rendering): Rendered {
  const rendered = render(isRendered(m) ? m : requireMessage(m), options);
  mailIn(rendered);
  return rendered;
}

/**
 * Renders a message once, for everything that follows: its size, the limits of several services, its bytes, a send and
 * its retries. No source is opened, and no content is encoded that need not be.
 *
 * @param m - a checked message, or a tree. What is rendered already is returned as it is
 * @param options - or the `rendering` of an earlier one, which gives the same bytes again
 * @throws MessageError every issue of a tree; `input.type` for what is neither
 * @throws OptionError `input.unknown-key`, `input.option`: unusable options, or any beside a rendered message
 * @example
 * const mail = render(m, { seed: "welcome-17" });
 * if (checkLimits(mail, sesV1).length === 0) await sender.send(mail);
 * console.log(mail.messageId, mail.bytes);
 */
export function render(m: Renderable, options?: RenderOptions | Rendering): Rendered {
  if (isRendered(m)) {
    refuseRenderOptions(options);
    return m;
  }
  return sealed(layOut(prepare(m, resolveRendering(options))));
}

const LOAD = /* @__PURE__ */ shapeOf<{ readonly maxBytes?: number }>({ maxBytes: bytes });

/**
 * Reads the enclosed messages (`message/rfc822`) that come from sources: they must be seen whole before they can be
 * written. Those who write do this each time; done once here, the content is kept in memory, and everything that is
 * given the result shares it.
 *
 * @param limit - `maxBytes` that they may have together
 * @returns the same value when there is nothing to read
 * @throws MessageError `limit.bytes`, `source.size`, and the issues of what was read. What a source throws comes through.
 * @throws OptionError for another option than `maxBytes`
 * @example
 * const mail = await loadPending(render(m));
 * mail.pending.length; // 0
 */
export async function loadPending(rendered: Rendered, limit: { readonly maxBytes?: number } = {}): Promise<Rendered> {
  const { maxBytes } = readOptionsOf(limit, LOAD);
  const sheet = sheetIn(rendered);
  const loaded = await loadedSheet(sheet, maxBytes);
  return loaded === sheet ? rendered : sealed(loaded);
}

/**
 * The sheet of what was given; of a rendered message its own.
 *
 * @param options - as they were read
 * @throws MessageError for a tree that is wrong; OptionError for options beside a rendered message
 */
export function sheetOf(m: Renderable, options: RenderOptions): Sheet {
  if (!isRendered(m)) return layOut(prepare(m, renderingOf(options)));
  refuseRead(options);
  return sheetIn(m);
}

/**
 * As {@link sheetOf}, with all content in memory. Content that a function gives at once is looked at before its encoding
 * is chosen; in a rendered message the choice was made.
 *
 * @throws MessageError `source.async` for content that must be awaited
 */
export function sheetAtOnce(m: Renderable, options: RenderOptions): Sheet {
  if (!isRendered(m)) return layOut(withSources(prepare(m, renderingOf(options)), "free"));
  refuseRead(options);
  const sheet = sheetIn(m);
  const job = withSources(sheet, "as planned");
  return job === sheet ? sheet : layOut(job);
}

function withSources<T extends Job>(job: T, encodings: "free" | "as planned"): T | Job {
  const root = loadSources(job.root, job.transport, encodings);
  return root === job.root ? job : { ...job, root };
}

/** The same, with its enclosed messages in memory; itself when there is none to read. */
export async function loadedSheet(sheet: Sheet, maxBytes?: number): Promise<Sheet> {
  if (sheet.pending.length === 0) return sheet;
  return layOut({ ...sheet, root: await loadEnclosed(sheet.root, sheet.transport, maxBytes) });
}

// Checks what was given and makes of it what is written.
function prepare(input: Message | PartInput, rendering: Rendering): Job {
  if (isMessage(input)) {
    const charset = findCharset(input.charset) ?? utf8;
    return { message: input, root: entityOf(input, rendering), charset, transport: input.transport, rendering };
  }
  if (typeof input !== "object" || input === null) throw noTree();
  refuseLookAlike(input);
  const list = new IssueList();
  const context = contextOf(input);
  const root = checkPart(input, context, list.root);
  list.throwIfErrors(MessageError);
  if (root === undefined) throw noTree();
  return { message: undefined, root, charset: context.charset, transport: context.transport, rendering };
}

function sealed(given: Sheet): Rendered {
  const sheet = keep(given);
  const { message, root, charset, transport, rendering, exact, parts, sizes, pending, fieldLengths } = sheet;
  for (const list of [sizes, pending, fieldLengths, rendering, sheet.held, sheet]) Object.freeze(list);
  const messageId = messageIdIn(root);
  const rendered = unsealed("rendered", {
    ...(message === undefined ? {} : { message, envelope: envelope(message) }),
    ...(messageId === undefined ? {} : { messageId }),
    charset,
    transport,
    rendering,
    bytes: bytesOf(sheet),
    exact,
    parts,
    longestLine: longestLine(sheet),
    sizes,
    head: headOf(sheet),
    fieldLengths,
    pending,
  });
  Object.defineProperty(rendered, SHEET, record({ value: sheet }));
  addTree(rendered, () => (message === undefined ? partOf(root) : describedTree(message, root)));
  return Object.freeze(rendered);
}

// Few ask for the tree: it is made for the first who does.
function addTree(rendered: object, make: () => Part): asserts rendered is { readonly tree: Part } {
  let tree: Part | undefined;
  const get = (): Part => (tree ??= make());
  Object.defineProperty(rendered, "tree", record({ enumerable: true, get }));
}

function messageIdIn({ fields }: Entity): string | undefined {
  for (const { name, value } of fields) {
    if (value.kind === "ids" && name.toLowerCase() === "message-id") return value.ids[0];
  }
  return undefined;
}

function aCopy(): MessageError {
  const hint = "give what render() returned itself, or call render(m) again";
  return new MessageError([errorIssue("input.type", [], "this is a copy of a rendered message", { hint })]);
}

function noTree(): MessageError {
  return new MessageError([errorIssue("input.type", [], "expected a message or a tree of parts")]);
}

// Plain input that never went through a check looks like neither.
function refuseLookAlike(input: object): void {
  if (looksRendered(input)) throw aCopy();
  if (!Object.hasOwn(input, "from")) return;
  const hint = "make it one: message({ … })";
  throw new MessageError([errorIssue("input.type", [], "this is input for a message, and no message yet", { hint })]);
}
