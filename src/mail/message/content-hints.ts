// Values that are not content, or hardly are: what to write instead of a promise, a stream or an element, and of strings
// that are almost surely something else than the text of the file. Those are attached as they are, with a warning.

import type { Place } from "../../issues.ts";
import { readBase64 } from "../octets/base64.ts";
import { isBlob, isBytes, isUrl } from "../octets/kinds.ts";

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

// Types of application/ whose files are bytes. Others, such as application/json or application/sql, are text.
const BINARY = new Set(
  (
    "pdf zip gzip x-gzip zstd x-bzip x-bzip2 x-tar x-7z-compressed x-rar-compressed vnd.rar java-archive msword " +
    "vnd.ms-powerpoint vnd.ms-outlook vnd.ms-excel.sheet.binary.macroenabled.12 wasm pkcs12 x-pkcs12 x-sqlite3 " +
    "vnd.sqlite3 vnd.apple.pkpass x-msdownload x-font-ttf vnd.ms-fontobject"
  ).split(" "),
);

// application/postscript and rtf are text; so are these pictures.
const TEXT_IMAGES = /\+xml$|^image\/(?:x-)?(?:xbitmap|xbm|xpixmap|portable-(?:any|bit|gray|pix)map)$/;

/** True for a type whose content is bytes, so that a string is hardly what was meant. */
export function isBinaryType(type: string): boolean {
  if (/^(?:image|audio|video|font)\//.test(type)) return !TEXT_IMAGES.test(type);
  if (!type.startsWith("application/")) return false;
  const subtype = type.slice("application/".length);
  return BINARY.has(subtype) || /^vnd\.(?:openxmlformats|oasis\.opendocument)|\+zip$/.test(subtype);
}

/** Warns of a string that its type, or its own beginning, shows to be no text. */
export function warnOfSuspect(text: string, type: string, place: Place): void {
  const found = suspicion(text, type);
  if (found === undefined) return;
  place.warning("attachment.content", `${found.what}, and is attached unchanged`, { hint: found.hint });
}

interface Suspicion {
  readonly what: string;
  readonly hint: string;
}

function suspicion(text: string, type: string): Suspicion | undefined {
  if (text === "") return undefined;
  const binary = isBinaryType(type);
  const other = encodedAs(text, binary) ?? (binary || isOneLine(text) ? placeOf(text) : undefined);
  if (other !== undefined || !binary) return other;
  // A small PDF may be ASCII throughout.
  if (text.startsWith("%PDF-") && isAscii(text)) return undefined;
  const hint = /^[\0-\xff]*$/.test(text)
    ? 'give bytes: Buffer.from(content, "latin1") for a string of octets, or encoding: "base64" for base64'
    : 'give bytes, or base64 with encoding: "base64"';
  return { what: `the content is a string, which ${type} is not`, hint };
}

// What files of these kinds begin with, in base64: PDF, PNG, JPEG, GIF, ZIP and Office, gzip, old Office.
const MAGIC = /^(?:JVBERi0|iVBORw0KGgo|\/9j\/|_9j_|R0lGOD|UEsDB|H4sI|0M8R4KGx)/;

function encodedAs(text: string, binary: boolean): Suspicion | undefined {
  const uri = /^data:[^,]{0,200},/i.exec(text.slice(0, 210));
  if (uri !== null && (binary || /;\s*base64,$/i.test(uri[0]))) {
    const hint = 'give what is behind the comma, with encoding: "base64"';
    return { what: "the content is a data: URI, not the file that it holds", hint };
  }
  if (/^\{"type":"Buffer","data":\[/.test(text)) {
    return { what: "the content is the JSON of a Buffer", hint: "give Buffer.from(JSON.parse(content).data)" };
  }
  if (binary && text.length >= 16 && text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text)) {
    return { what: "the content is hexadecimal digits", hint: 'give the bytes: Buffer.from(content, "hex")' };
  }
  const likely = binary ? text.length >= 8 : text.length >= 16 && MAGIC.test(text);
  if (!likely || text.includes(" ") || !readBase64(text).ok) return undefined;
  return { what: "the content is a string of base64", hint: 'say encoding: "base64" beside the content' };
}

function placeOf(text: string): Suspicion | undefined {
  if (looksLikePath(text)) {
    const hint = 'use file(path) of "mimewright/node", which reads the file';
    return { what: "the content is the path of a file, not the file", hint };
  }
  if (!/^https?:\/\/[^\s<>]{1,2000}\.[a-z0-9]{1,5}(?:[?#][^\s<>]*)?$/i.test(text)) return undefined;
  return { what: "the content is an address, not what is there", hint: "nothing is fetched here: give the bytes" };
}

function isOneLine(text: string): boolean {
  return text.length <= 1_000 && !/[\r\n]/.test(text);
}

/**
 * True for a string that is nothing but the path of a file: `./a.pdf`, `../b.html`, `/srv/c.csv`, `C:\d.txt`. A name
 * alone may be text.
 */
export function looksLikePath(text: string): boolean {
  if (text.length > 1_000 || !/^(?:\.{0,2}\/|~\/|\.{1,2}\\|[A-Za-z]:[\\/]|file:\/\/)/.test(text)) return false;
  return /^[^\r\n<>"|?*{}]+\.[A-Za-z0-9]{1,5}$/.test(text);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
