// What a client says that does not run the command's middleware: a fake in a test, or something of the user's own.
import { wireError } from "./errors.ts";
import { property } from "./sdk-command.ts";
import type { Sight } from "./sight.ts";
import type { WireError, WireWord } from "./wire.ts";

/** The output of a command. Without a MessageId it is no proof of anything. */
export function wordOf(output: unknown): WireWord {
  const messageId = property(output, "MessageId");
  const status = property(property(output, "$metadata"), "httpStatusCode");
  return {
    ...{ kind: "word", status: typeof status === "number" ? status : 200, code: "send.response" },
    text: "the client gave no message id",
    ...(typeof messageId === "string" ? { messageId } : {}),
  };
}

/** An error of the service as the SDK throws it; any other leaves open what was written. */
export function foreignError(error: unknown, sight: Sight): WireWord | WireError {
  const status = property(property(error, "$metadata"), "httpStatusCode");
  if (typeof status !== "number") {
    sight.started("nothing");
    return wireError(error, "wire");
  }
  const text = property(error, "message");
  const name = property(error, "name");
  return {
    ...{ kind: "word", status, code: typeof name === "string" ? name : "Unknown" },
    text: typeof text === "string" ? text : "",
  };
}
