// Answers what is no HTTP request, is too slow or has too large a head: XML here too, then the connection ends.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { uuid } from "../model/ids.ts";
import { errorXml, SesError } from "../protocol/errors.ts";

const STATUS_LINES: ReadonlyMap<string, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** The listener for a server's `clientError`. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
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
