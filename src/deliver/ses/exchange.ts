// One signed request out, one answer in, over fetch: for runtimes without Node's sockets.

import { isBlob, isBytes, isReadableStream } from "../../mail/octets/kinds.ts";
import { refusalByStatus } from "./classification.ts";
import { Answered } from "./errors.ts";
import type { AttemptOptions, WireAnswer, WireOutcome } from "./wire.ts";
import { MAX_ANSWER } from "./wire.ts";

/** A request that is signed already. */
export interface OutgoingRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** A way to make requests. Never throws: an error is an outcome. */
export interface Exchange {
  request(request: OutgoingRequest, options: AttemptOptions): Promise<WireOutcome>;
  /** Closes idle connections. */
  close(): void;
}

/** Requests by the runtime's `fetch`. What it writes when cannot be seen. */
export function fetchExchange(fetcher: typeof fetch = globalThis.fetch): Exchange {
  const answered = new Answered();
  return {
    async request({ method, url, headers, body }, { signal, progress }) {
      progress.started("nothing");
      try {
        const init = { method, headers: { ...headers }, redirect: "manual", signal } as const;
        const response = await fetcher(url, body === undefined ? init : { ...init, body });
        // A browser hides what a redirect says.
        const status = response.type === "opaqueredirect" ? 302 : response.status;
        progress.answered(refusalByStatus(status));
        answered.note();
        return await answerOf(status, Object.fromEntries(response.headers), response.body);
      } catch (error) {
        return answered.connectionError(error, url);
      }
    },
    close() {},
  };
}

/** Reads the body; one that breaks off or is too long is absent from the answer. */
export async function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<WireAnswer> {
  const bytes = await readBody(body).catch(() => undefined);
  return { kind: "answer", status, headers, ...(bytes === undefined ? {} : { body: bytes }) };
}

/** Header fields with lower-case names and one value each. */
export function flatHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}

// Reads a response body, whatever the runtime calls one, up to a bound.

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
