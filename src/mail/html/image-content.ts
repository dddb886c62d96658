// What a caller's load function gave, made into bytes with a type and a name.

import { typeOfExtension } from "../message/content-type.ts";
import { isArrayBuffer, isBlob, isBytes, isFile } from "../octets/kinds.ts";
import { sniffImage } from "./image-type.ts";

/** An image with its bytes at hand. */
export interface FoundImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly filename?: string;
}

const LOADED = new Set(["content", "contentType", "filename"]);

/** Reads what `load` gave for a reference. Undefined stays undefined; what holds no bytes is a TypeError. */
export async function readLoaded(given: unknown, url: string): Promise<FoundImage | undefined> {
  if (given === undefined) return undefined;
  const plain = isBinary(given) ? { content: given } : given;
  if (typeof plain !== "object" || plain === null) throw new TypeError("load gave no image");
  const unknown = isBinary(given) ? undefined : Object.keys(plain).find((key) => !LOADED.has(key));
  if (unknown !== undefined) throw new TypeError(`load gave an image with ${JSON.stringify(unknown)}`);
  const content = own(plain, "content");
  const bytes = await bytesOf(content);
  const path = pathOf(url);
  const filename = text(own(plain, "filename")) ?? nameOf(content) ?? lastSegment(path);
  const declared = text(own(plain, "contentType"));
  const blobType = isBlob(content) && content.type !== "" ? content.type : undefined;
  const type = declared ?? sniffImage(bytes) ?? blobType ?? typeOfExtension(filename ?? path);
  return { bytes, type: type ?? "application/octet-stream", ...(filename === undefined ? {} : { filename }) };
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
}

function text(value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError("load gave a name or a type that is not a string");
}

function isBinary(given: unknown): given is Uint8Array | ArrayBuffer | Blob {
  return isBytes(given) || isArrayBuffer(given) || isBlob(given);
}

// A copy, so that what is hashed is what is attached.
async function bytesOf(content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  if (isBytes(content)) return new Uint8Array(content);
  if (isArrayBuffer(content)) return new Uint8Array(content.slice(0));
  if (isBlob(content)) return new Uint8Array(await content.arrayBuffer());
  throw new TypeError("load gave no bytes");
}

function nameOf(content: unknown): string | undefined {
  return isFile(content) && content.name !== "" ? content.name : undefined;
}

// The path of a relative URL: no query, no fragment, percent signs decoded where that gives characters.
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// A part of the html needs no name, so one that a file could not have is left out.
function lastSegment(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.trim() === "" ||
    name === "." ||
    name === ".." ||
    /[\u0000-\u001f\u007f\\]|\p{Cs}|\p{Bidi_Control}/u.test(name)
    ? undefined
    : name;
}
