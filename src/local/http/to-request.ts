// A request of node:http as a Fetch Request, its body a stream that the reader's pace slows down.
import type { IncomingMessage } from "node:http";

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
