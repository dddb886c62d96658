// Writes a Fetch Response to a connection of node:http, event streams included.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

// How long the rest of a body that nobody wants is read, in ms, so that its sender sees the answer.
const DRAIN = 2_000;

/** Writes head and body; settles when all was handed over or the client left. */
export async function writeResponse(from: Response, request: IncomingMessage, to: ServerResponse): Promise<void> {
  const unread = !request.complete;
  to.statusCode = from.status;
  for (const [name, value] of from.headers) to.appendHeader(name, value);
  if (unread) to.setHeader("connection", "close");
  if (from.body !== null && request.method !== "HEAD") await writeBody(from.body, to);
  // The end of the answer closes the connection: a client that still writes would see a reset in place of the answer.
  if (unread) await drained(request, to);
  to.end();
}

async function writeBody(body: ReadableStream<Uint8Array>, to: ServerResponse): Promise<void> {
  const reader = body.getReader();
  to.once("close", () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || to.destroyed) break;
    if (!to.write(value)) await drainedOrClosed(to);
  }
}

// The one that does not come leaves no listener behind: a stream of events waits here again and again.
async function drainedOrClosed(to: ServerResponse): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(to, "drain", { signal }), once(to, "close", { signal })]).finally(() => settled.abort());
}

function drained(request: IncomingMessage, to: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || to.destroyed) return resolve();
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, DRAIN);
    request.once("end", done);
    to.once("close", done);
    to.flushHeaders();
    request.resume();
  });
}
