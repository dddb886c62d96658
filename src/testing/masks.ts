// Which fields change from run to run, so that a comparison must not look at them, and which ones the caller names.
import { checkOptions } from "../given.ts";
import type { Received } from "./received.ts";

/**
 * Refuses options that are not lists of names of fields.
 *
 * @throws TypeError for an option that there is not, and for one that is no list of names
 */
export function requireFieldNames(options: unknown, known: readonly string[]): void {
  const given: object = Object(options);
  checkOptions(options === null || options !== given ? [] : given, { known: new Set(known) });
  for (const [key, names] of Object.entries(given)) {
    const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
    if (names !== undefined && !isList) throw new TypeError(`${key} is a list of names of fields.`);
  }
}

/** The names as they are compared. */
export function lowered(names: readonly string[] = []): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

/** Lower-case names of the fields to mask when these mails are compared or written. */
export function maskedFields(mails: readonly Received[], keep: readonly string[] = []): ReadonlySet<string> {
  const kept = lowered(keep);
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
