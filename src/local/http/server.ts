// The HTTP server around a handler: bounded in size and time, always one answer. What is not an HTTP request, is too slow
// or has too large a head is answered in XML too; then the connection ends.
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { uuid } from "../model/ids.ts";
import { SesError } from "../protocol/errors.ts";
import { errorXml } from "../protocol/xml.ts";
import { toRequest, writeResponse } from "./fetch.ts";
import { ownHost, urlHost } from "./hosts.ts";

/** Answers a request. Rejects only when a fault drops the connection. */
export type Handler = (request: Request) => Promise<Response>;

/** A server that listens. */
export interface LocalServer {
  /** Where this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

// All in ms. The reference's largest message takes well under a second over loopback.
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;
const CHECK_INTERVAL = 1_000;
const CLOSE_GRACE = 200;
const HEAD_BYTES = 64 * 1_024;

/** Starts a server. Rejects when the port is taken. */
export async function listen(handler: Handler, { host, port }: ListenOptions): Promise<LocalServer> {
  const server = createServer(
    {
      maxHeaderSize: HEAD_BYTES,
      headersTimeout: HEAD_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: CHECK_INTERVAL,
    },
    (request, response) => void serve(handler, request, response),
  );
  server.on("clientError", answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => resolve());
  });
  const bound = portOf(server);
  return { url: `http://${urlHost(ownHost(host))}:${bound}`, port: bound, close: () => close(server) };
}

function portOf(server: Server): number {
  // A server that listens on TCP has an address of this kind.
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function serve(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await writeResponse(await handler(toRequest(request)), request, response);
  } catch {
    // A fault that drops the connection, a client that left, or a method that Fetch does not know (TRACE).
    request.socket.destroy();
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // Requests under way get a moment; open event streams would never end by themselves.
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE);
  await closed;
  clearTimeout(timer);
}

const STATUS_LINES: ReadonlyMap<string, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** The listener for a server's `clientError`. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_LINES.get(error.code ?? "") ?? "400 Bad Request";
  const body = errorXml(
    new SesError("MalformedQueryString", `The request was refused: ${status.slice(4)}.`),
    uuid(randomBytes),
  );
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      "Content-Type: text/xml",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
    () => socket.destroy(),
  );
}
