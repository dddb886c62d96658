// Which fields change from run to run, so that a comparison must not look at them.
import type { Received } from "./received.ts";

/** Lower-case names of the fields to mask when these mails are compared or written. */
export function maskedFields(mails: readonly Received[], keep: readonly string[] = []): ReadonlySet<string> {
  const kept = new Set(keep.map((name) => name.toLowerCase()));
  const masked = new Set<string>();
  if (!isGiven(mails, "date")) masked.add("date");
  if (!isGiven(mails, "messageId")) masked.add("message-id");
  return new Set([...masked].filter((name) => !kept.has(name)));
}

// Bytes do not tell whether somebody chose the value; a message does.
function isGiven(mails: readonly Received[], key: "date" | "messageId"): boolean {
  const messages = mails.flatMap(({ message }) => (message === undefined ? [] : [message]));
  return messages.length > 0 && messages.every((m) => m[key] !== undefined);
}
