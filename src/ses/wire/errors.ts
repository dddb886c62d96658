// The code of whatever was thrown, looked for through causes, and a line about it that tells nothing of the message.
import type { WireError } from "./wire.ts";

const MAX_CAUSES = 10;

/** The first system code in the chain of causes, else the error's name. */
function errorCode(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && at instanceof Error; depth++) {
    if ("code" in at && typeof at.code === "string" && at.code !== "") return at.code;
    at = at.cause;
  }
  return error instanceof Error ? error.name : "Error";
}

/** A package that is not installed. Its text is ours, so that it is passed on. */
export class MissingPackageError extends TypeError {
  readonly code = "ERR_MODULE_NOT_FOUND";
}

/** An error as an outcome. The text of foreign errors is not passed on: it may quote what was sent. */
export function wireError(error: unknown, origin: WireError["origin"]): WireError {
  const code = errorCode(error);
  const message = error instanceof MissingPackageError ? error.message : TEXTS[origin];
  return { kind: "error", code, message, origin };
}

const TEXTS = {
  wire: "the connection failed",
  client: "the client gave no request to send",
  deadline: "the deadline passed",
  abort: "the caller aborted the send",
} as const;
