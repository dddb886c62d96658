// Between node:http and Fetch: a request becomes a `Request` whose body is a stream that the reader's pace slows down;
// a `Response`, event streams included, is written to the connection.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/** The same request. @throws TypeError for a method that Fetch does not know */
export function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  const { rawHeaders, method = "GET" } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  const url = urlOf(incoming);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  const init: RequestInit & { duplex: "half" } = { method, headers, body: bodyOf(incoming), duplex: "half" };
  return new Request(url, init);
}

// The host is untrusted text; the path alone matters, also of an absolute form (RFC 9112 s3.2.2).
function urlOf({ url = "/", socket }: IncomingMessage): URL {
  const base = `http://localhost:${socket.localPort ?? 80}`;
  const path = url.startsWith("/") ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, "");
  try {
    return new URL(base + (path.startsWith("/") ? path : `/${path}`));
  } catch {
    return new URL(base);
  }
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let open = true;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.on("data", (chunk: Uint8Array) => {
          if (!open) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
        });
        incoming.on("end", () => {
          if (open) controller.close();
          open = false;
        });
        incoming.on("error", (error) => {
          if (open) controller.error(error);
          open = false;
        });
      },
      pull: () => void incoming.resume(),
      // The rest is read and thrown away, so that the client gets to read the answer.
      cancel() {
        open = false;
        incoming.resume();
      },
    },
    { highWaterMark: 262_144, size: (chunk) => chunk.length },
  );
}

// How long the rest of a body is read and discarded, in ms, so that its sender sees the answer.
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
