// Reads a response body, whatever the runtime calls one, up to a bound.
import { isBlob, isBytes, isReadableStream } from "../../encoding/kinds.ts";
import { MAX_ANSWER } from "./wire.ts";

/**
 * @returns the bytes; undefined when the body is longer than the bound. Leaving early closes the body, and with it
 * the connection.
 * @throws what the body throws when it is cut short.
 */
export async function readBody(body: unknown, max = MAX_ANSWER): Promise<Uint8Array | undefined> {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === "string") return bounded(new TextEncoder().encode(body), max);
  if (isBytes(body)) return bounded(body, max);
  if (isBlob(body)) return body.size > max ? undefined : new Uint8Array(await body.arrayBuffer());
  if (isChunks(body)) return gather(body, max);
  return isReadableStream(body) ? gather(chunksOf(body), max) : undefined;
}

// Not every runtime iterates its streams.
async function* chunksOf(stream: ReadableStream<unknown>): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

function bounded(bytes: Uint8Array, max: number): Uint8Array | undefined {
  return bytes.length > max ? undefined : bytes;
}

function isChunks(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

async function gather(body: AsyncIterable<unknown>, max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    if (!isBytes(bytes)) return undefined;
    length += bytes.length;
    if (length > max) return undefined;
    chunks.push(bytes);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
