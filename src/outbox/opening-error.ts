// Why a file could not be opened, in one kind of error.
import { isError } from "../encoding/kinds.ts";
import { storageError } from "./connection.ts";
import { OutboxError } from "./error.ts";

/** Errors of the system and of SQLite as those of the outbox; every other one as it is. */
export function openingError(error: unknown): unknown {
  const code = isError(error) && "code" in error ? error.code : undefined;
  // Errors of the system: https://nodejs.org/api/errors.html#common-system-errors
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) {
    return new OutboxError("outbox.write", `the outbox could not be opened (${code})`, { cause: error });
  }
  return storageError(error);
}
