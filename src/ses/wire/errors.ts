// Whatever was thrown, as an outcome: its code, looked for through causes, and a line about it that tells nothing of the
// message.
import { clientReason } from "./client-error.ts";
import { connectionReason, type Peer } from "./connection-error.ts";
import { errorCode } from "./error-chain.ts";
import { MissingPackageError } from "./missing-package.ts";
import type { WireError } from "./wire.ts";

/** What is known about the place where an error came up. */
export interface ErrorPlace {
  /** Whom the request was for. */
  readonly peer?: Peer | undefined;
  /** The request was serialised already: texts of errors may quote it, and only known ones are passed on. */
  readonly serialised?: boolean;
}

/** An error as an outcome. The text of foreign errors of the connection is not passed on: it may quote what was sent. */
export function wireError(error: unknown, origin: WireError["origin"], place: ErrorPlace = {}): WireError {
  const code = errorCode(error);
  if (origin === "wire") return { kind: "error", code, origin, ...connectionReason(error, code, place.peer) };
  if (origin !== "client") return { kind: "error", code, message: TEXTS[origin], origin };
  if (error instanceof MissingPackageError) {
    return { kind: "error", code, message: error.message, origin, passing: false, setUp: true };
  }
  return { kind: "error", origin, ...clientReason(error, code, place.serialised ?? false) };
}

const TEXTS = {
  deadline: "the deadline passed",
  abort: "the caller aborted the send",
} as const;
