// Files and the standard input, read whole, as far as a mail can be long.
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { ContentInput } from "../index.ts";
import { InterruptedError, type Io, reasonOf, TroubleError } from "./io.ts";
import { shown } from "./paint.ts";

/** Octets of a file that are read: many times what any service takes for a mail. */
const MOST = 256 * 1_024 * 1_024;

/** Reads a file; `-` is the standard input. @throws TroubleError, InterruptedError */
export async function readWhole(path: string, io: Io, most: number = MOST): Promise<Uint8Array> {
  try {
    const chunks = path === "-" ? io.stdin() : createReadStream(resolve(io.cwd, path), { signal: io.signal });
    return await gather(chunks, most);
  } catch (error) {
    if (io.signal.aborted) throw new InterruptedError("ended while reading");
    throw error instanceof TroubleError ? aboutFile(path, error) : new TroubleError(`${path}: ${failureOf(error)}`);
  }
}

async function gather(chunks: AsyncIterable<unknown>, most: number): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > most) throw new TroubleError(`it is longer than ${most.toLocaleString("en-US")} bytes`);
    gathered.push(chunk);
  }
  return Buffer.concat(gathered);
}

/** The octets of a content that is opened; none of any other content. */
export async function octetsOf(content: ContentInput): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  if (typeof content === "object" && "open" in content) {
    for await (const chunk of await content.open()) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Text in UTF-8, a byte order mark left out. @throws TroubleError for octets that are none */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TroubleError("its text is not UTF-8");
  }
}

/** Trouble with a file, its name in front. */
export function aboutFile(path: string, { message }: TroubleError): TroubleError {
  return new TroubleError(`${path}: ${message}`);
}

// What people meet, in words; the rest as the system says it.
const FAILURES: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "there is no such file"],
  ["EISDIR", "this is a folder"],
  ["EACCES", "there is no permission for it"],
  ["EPERM", "there is no permission for it"],
  ["EROFS", "nothing can be written there"],
  ["ENOSPC", "the disk is full"],
  ["ERR_INVALID_ARG_VALUE", "this is no name of a file"],
]);

/** Why a file could not be read or written. */
export function failureOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return FAILURES.get(code) ?? shown(reasonOf(error));
}
