// Values that are not content, or hardly are: what to write instead of a promise, a stream or an element, and of strings
// that are almost surely something else than the text of the file. Those are attached as they are, with a warning.

import type { Place } from "../../issues.ts";
import { readBase64 } from "../octets/base64.ts";
import { isUrl } from "../octets/kinds.ts";

const FORMS =
  "content is a string, bytes, a Blob or File, a function that gives bytes or opens a stream, or { open, size? }";
const BODY = "a body is a string; bytes and streams go into attachments";

type Kind = "string" | "function" | "symbol";

const has = (input: object, key: string, kind: Kind = "string") => typeof Reflect.get(input, key) === kind;

// A property of the object itself: a class may have a getter of such a name.
const owns = (input: object, key: string) => Object.hasOwn(input, key) && has(input, key);

const ELEMENT = "render it to a string first, as with await render(element) of @react-email/render";

/** What was given, what to write instead where content was asked for, and where a body was. */
type Shape = readonly [is: (input: object) => boolean, content: string, body?: string];

// The first that fits answers. Bytes, blobs and streams are content, or refused as such before they come here.
const SHAPES: readonly Shape[] = [
  [(input) => has(input, "then", "function"), "await it, or give a function: content: () => promise", "await it"],
  [(input) => ArrayBuffer.isView(input), FORMS, "decode it: new TextDecoder().decode(bytes)"],
  [
    (input) => Reflect.get(input, "type") === "Buffer" && Array.isArray(Reflect.get(input, "data")),
    "this is a Buffer that went through JSON: give Buffer.from(content.data)",
    "decode it: Buffer.from(value.data).toString()",
  ],
  // React's own mark, of every release that there was.
  [(input) => has(input, "$$typeof", "symbol"), ELEMENT],
  // What fetch takes and gives, and Blobs.
  [
    (input) => has(input, "arrayBuffer", "function"),
    "read it first: content: new Uint8Array(await response.arrayBuffer())",
    "await its text()",
  ],
  [isOneShot, FORMS, 'read it first: await text(stream) of "node:stream/consumers"'],
  [
    (input) => isUrl(input) || owns(input, "path"),
    'nothing is opened here: use file(path) of "mimewright/node"',
    'read the file first: await readFile(path, "utf8")',
  ],
  [(input) => owns(input, "href"), "nothing is fetched here: give the bytes", "nothing is fetched here: give the text"],
  [(input) => has(input, "readFile", "function"), 'give the file\'s path to file(path) of "mimewright/node"', BODY],
  [(input) => owns(input, "html"), FORMS, "give its html"],
  [(input) => owns(input, "content"), FORMS, "give its content"],
  [Array.isArray, "for a list of chunks give a function: content: () => chunks", 'join it: lines.join("\\n")'],
];

function shapeOf(input: unknown): Shape | undefined {
  return typeof input === "object" && input !== null ? SHAPES.find(([is]) => is(input)) : undefined;
}

/** The way out for something that was given as content. */
export function contentHint(input: unknown): string {
  return shapeOf(input)?.[1] ?? FORMS;
}

/** The way out for something that was given as a text body. */
export function bodyHint(input: unknown): string {
  if (typeof input === "function") return "call it: a body is the string that it gives";
  if (typeof input !== "object" || input === null) return "give a string, as with String(value)";
  const [, content, body = content] = shapeOf(input) ?? [undefined, BODY];
  return body;
}

/** True for streams, iterators and whatever gives its chunks as they come: spent when it has been read. */
export function isOneShot(input: object): boolean {
  return Symbol.asyncIterator in input || canBeReadOnce(input);
}

/** True for streams and iterators. */
export function canBeReadOnce(input: object): boolean {
  return "getReader" in input || "pipe" in input || has(input, "next", "function");
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

// A string of this type is hardly what was meant: its content is bytes.
function isBinaryType(type: string): boolean {
  if (/^(?:image|audio|video|font)\//.test(type)) return !TEXT_IMAGES.test(type);
  const [, subtype = ""] = /^application\/(.*)/.exec(type) ?? [];
  return BINARY.has(subtype) || /^vnd\.(?:openxmlformats|oasis\.opendocument)|\+zip$/.test(subtype);
}

/** Warns of a string that its type, or its own beginning, shows to be no text. */
export function warnOfSuspect(text: string, type: string, place: Place): void {
  if (text === "") return;
  const binary = isBinaryType(type);
  const found = SUSPECTS.find(([is]) => is(text, binary));
  if (found === undefined) return;
  const [, what, hint] = found;
  place.warning("attachment.content", `the content is ${what}, and is attached unchanged`, { hint });
}

type Suspect = readonly [is: (text: string, binary: boolean) => boolean, what: string, hint: string];

// What files of these kinds begin with, in base64: PDF, PNG, JPEG, GIF, ZIP and Office, gzip, old Office.
const MAGIC = /^(?:JVBERi0|iVBORw0KGgo|\/9j\/|_9j_|R0lGOD|UEsDB|H4sI|0M8R4KGx)/;

// A small PDF may be ASCII throughout.
const isFile = (text: string, binary: boolean) => binary && !(text.startsWith("%PDF-") && /^[\0-\x7f]*$/.test(text));
const isLine = (text: string, binary: boolean) => binary || (text.length <= 1_000 && !/[\r\n]/.test(text));

// The first that fits is reported.
const SUSPECTS: readonly Suspect[] = [
  [
    (text, binary) => (binary ? /^data:[^,]{0,200},/i : /^data:[^,]{0,200};\s*base64,/i).test(text),
    "a data: URI, not the file that it holds",
    'give what is behind the comma, with encoding: "base64"',
  ],
  [
    (text) => text.startsWith('{"type":"Buffer","data":['),
    "the JSON of a Buffer",
    "give Buffer.from(JSON.parse(content).data)",
  ],
  [
    (text, binary) => binary && text.length >= 16 && text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text),
    "hexadecimal digits",
    'give the bytes: Buffer.from(content, "hex")',
  ],
  [
    (text, binary) =>
      (binary ? text.length >= 8 : text.length >= 16 && MAGIC.test(text)) && !text.includes(" ") && readBase64(text).ok,
    "a string of base64",
    'say encoding: "base64" beside the content',
  ],
  [
    (text, binary) => isLine(text, binary) && looksLikePath(text),
    "the path of a file, not the file",
    'use file(path) of "mimewright/node", which reads the file',
  ],
  [
    (text, binary) =>
      isLine(text, binary) && /^https?:\/\/[^\s<>]{1,2000}\.[a-z0-9]{1,5}(?:[?#][^\s<>]*)?$/i.test(text),
    "an address, not what is there",
    "nothing is fetched here: give the bytes",
  ],
  [
    (text, binary) => isFile(text, binary) && /^[\0-\xff]*$/.test(text),
    "a string, and its type has bytes",
    'give bytes: Buffer.from(content, "latin1") for a string of octets, or encoding: "base64" for base64',
  ],
  [isFile, "a string, and its type has bytes", 'give bytes, or base64 with encoding: "base64"'],
];

/**
 * True for a string that is nothing but the path of a file: `./a.pdf`, `../b.html`, `/srv/c.csv`, `C:\d.txt`. A name
 * alone may be text.
 */
export function looksLikePath(text: string): boolean {
  if (text.length > 1_000 || !/^(?:\.{0,2}\/|~\/|\.{1,2}\\|[A-Za-z]:[\\/]|file:\/\/)/.test(text)) return false;
  return /^[^\r\n<>"|?*{}]+\.[A-Za-z0-9]{1,5}$/.test(text);
}
