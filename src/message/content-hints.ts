// What to write instead of a value that is not content: each mistake has its own way out.

import { isBlob, isBytes, isUrl } from "../encoding/kinds.ts";

const FORMS =
  "content is a string, bytes (Uint8Array, ArrayBuffer), a Blob or File, a function that gives bytes or opens a stream, or { open, size? }";

const NOTHING_OPENED = 'nothing is opened here: use file(path) of "mimewright/node"';

/** The way out for something that was given as content. */
export function contentHint(input: unknown): string {
  if (typeof input !== "object" || input === null) return FORMS;
  if (isPromise(input)) return "await it, or give a function: content: () => promise";
  if (isBufferJson(input)) return "this is a Buffer that went through JSON: give Buffer.from(content.data)";
  if (isElement(input)) return ELEMENT;
  if (isBody(input)) return "read it first: content: new Uint8Array(await response.arrayBuffer())";
  if (isUrl(input) || has(input, "path")) return NOTHING_OPENED;
  if (has(input, "href")) return "nothing is fetched here: give the bytes";
  if (isFunction(input, "readFile")) return 'give the file\'s path to file(path) of "mimewright/node"';
  if (Array.isArray(input)) return "for a list of chunks give a function: content: () => chunks";
  return FORMS;
}

const ELEMENT = "render it to a string first, as with await render(element) of @react-email/render";

/** The way out for something that was given as a text body. */
export function bodyHint(input: unknown): string {
  if (typeof input === "function") return "call it: a body is the string that it gives";
  if (typeof input !== "object" || input === null) return "give a string, as with String(value)";
  if (isPromise(input)) return "await it";
  if (isBytes(input) || ArrayBuffer.isView(input)) return "decode it: new TextDecoder().decode(bytes)";
  if (isBufferJson(input)) return "decode it: Buffer.from(value.data).toString()";
  if (isElement(input)) return ELEMENT;
  if (isBlob(input) || isBody(input)) return "await its text()";
  if (isOneShot(input)) return 'read it first: await text(stream) of "node:stream/consumers"';
  if (isUrl(input) || has(input, "path")) return 'read the file first: await readFile(path, "utf8")';
  if (has(input, "href")) return "nothing is fetched here: give the text";
  if (has(input, "html")) return "give its html";
  if (has(input, "content")) return "give its content";
  if (Array.isArray(input)) return 'join it: lines.join("\\n")';
  return "a body is a string; bytes and streams go into attachments";
}

/** True for streams, iterators and whatever gives its chunks as they come: spent when it has been read. */
export function isOneShot(input: object): boolean {
  return Symbol.asyncIterator in input || canBeReadOnce(input);
}

/** True for streams and iterators. */
export function canBeReadOnce(input: object): boolean {
  return "getReader" in input || "pipe" in input || isFunction(input, "next");
}

function isPromise(input: object): boolean {
  return isFunction(input, "then");
}

function isBufferJson(input: object): boolean {
  return Reflect.get(input, "type") === "Buffer" && Array.isArray(Reflect.get(input, "data"));
}

// React's own mark, of every release that there was.
function isElement(input: object): boolean {
  return typeof Reflect.get(input, "$$typeof") === "symbol";
}

// What fetch takes and gives.
function isBody(input: object): boolean {
  return isFunction(input, "arrayBuffer") && "bodyUsed" in input;
}

function has(input: object, key: string): boolean {
  return typeof (Object.hasOwn(input, key) ? Reflect.get(input, key) : undefined) === "string";
}

function isFunction(input: object, key: string): boolean {
  return typeof Reflect.get(input, key) === "function";
}
