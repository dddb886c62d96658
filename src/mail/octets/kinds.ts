// What a value is, in whatever realm it was made. Test runners give a program globals of another realm than those that
// the host's own functions make their results of: there `instanceof` denies what TextEncoder or the file system gave.

// Anything can inherit a name or give itself a tag; only what has the memory answers these.
const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;
const lengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")?.get;

/** Octets: a Uint8Array, a Buffer of Node among them. */
export function isBytes(value: unknown): value is Uint8Array {
  if (!ArrayBuffer.isView(value)) return false;
  return value instanceof Uint8Array || (typeOf !== undefined && Reflect.apply(typeOf, value, []) === "Uint8Array");
}

/** Memory that no other thread writes to, as a SharedArrayBuffer's could be. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (lengthOf === undefined || typeof value !== "object" || value === null) return false;
  try {
    Reflect.apply(lengthOf, value, []);
    return true;
  } catch {
    return false;
  }
}

/** A Blob or a File that can be read as a stream, which those of some imitated browsers cannot. */
export function isBlob(value: unknown): value is Blob {
  if (!(value instanceof Blob) && !/^(?:Blob|File)$/.test(tagOf(value))) return false;
  return typeof Reflect.get(Object(value), "stream") === "function";
}

/** A stream of the web. */
export function isReadableStream(value: unknown): value is ReadableStream<unknown> {
  return typeof value === "object" && value !== null && tagOf(value) === "ReadableStream";
}

/** A File. */
export function isFile(value: unknown): value is File {
  return isBlob(value) && typeof Reflect.get(value, "name") === "string";
}

/** A Date, valid or not. The brand is what counts: `instanceof` trusts look-alikes. */
export function isDate(value: unknown): value is Date {
  try {
    Reflect.apply(Date.prototype.getTime, value, []);
    return true;
  } catch {
    return false;
  }
}

/** What aborts. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return tagOf(value) === "AbortSignal";
}

/** A URL. */
export function isUrl(value: unknown): value is URL {
  return value instanceof URL || tagOf(value) === "URL";
}

/** A regular expression. */
export function isRegExp(value: unknown): value is RegExp {
  return value instanceof RegExp || tagOf(value) === "RegExp";
}

/** An error, thrown by the host or by a program. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || tagOf(value) === "Error";
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
