// The HTTP server around a handler: bounded in size and time, always one answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Handler } from "../handler.ts";
import { answerClientError } from "./client-error.ts";
import { ownHost, urlHost } from "./hosts.ts";
import { toRequest } from "./to-request.ts";
import { writeResponse } from "./write-response.ts";

/** A server that listens. */
export interface LocalServer {
  /** Where this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen. */
export interface Place {
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
export async function listen(handler: Handler, { host, port }: Place): Promise<LocalServer> {
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
    // A fault that drops the connection, a client that left, or a request that is none (TRACE).
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
