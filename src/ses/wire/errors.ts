// The code of whatever was thrown, looked for through causes, and a line about it that tells nothing of the message.
import { isError } from "../../encoding/kinds.ts";
import type { WireError } from "./wire.ts";

const MAX_CAUSES = 10;

/** The first system code in the chain of causes, else the error's name. */
function errorCode(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(at); depth++) {
    if ("code" in at && typeof at.code === "string" && at.code !== "") return at.code;
    at = at.cause;
  }
  return isError(error) ? error.name : "Error";
}

/** A package that is not installed. Its text is ours, so that it is passed on. */
export class MissingPackageError extends TypeError {
  readonly code = "ERR_MODULE_NOT_FOUND";
}

/** An error as an outcome. The text of foreign errors is not passed on: it may quote what was sent. */
export function wireError(error: unknown, origin: WireError["origin"]): WireError {
  const code = errorCode(error);
  const message = error instanceof MissingPackageError ? error.message : TEXTS[origin];
  return { kind: "error", code, message, origin, ...(origin === "client" ? { passing: isPassing(error) } : {}) };
}

const AWAY = /^(?:E(?:CONN|HOST|NET|PIPE$|TIMEDOUT$|AI_AGAIN$)|ENOTFOUND$|UND_ERR_)/;
const PASSING = /^(?:(?:Credentials|Token)?ProviderError|TimeoutError|Throttling|TooManyRequests|ServiceUnavailable)/;

// Credentials may come over the network: from STS, an instance's or a container's metadata, a sign-on. What fails there
// may be over in a minute, while the reason that a client has of its own stays.
function isPassing(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && at instanceof Error; depth++) {
    if (AWAY.test(errorCode(at)) || PASSING.test(at.name) || saysSo(at)) return true;
    at = at.cause;
  }
  return false;
}

// The marks of the SDK on errors of its services.
function saysSo(error: Error): boolean {
  if ("$retryable" in error && error.$retryable !== undefined) return true;
  const answer = "$metadata" in error ? error.$metadata : undefined;
  if (typeof answer !== "object" || answer === null || !("httpStatusCode" in answer)) return false;
  return typeof answer.httpStatusCode === "number" && answer.httpStatusCode >= 500;
}

const TEXTS = {
  wire: "the connection failed",
  client: "the client gave no request to send",
  deadline: "the deadline passed",
  abort: "the caller aborted the send",
} as const;
