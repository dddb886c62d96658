// What a message tag may be: one table for parameters, for the X-SES-MESSAGE-TAGS field and for the embedded endpoint.
// SES as recorded in 2024-07; its API reference of 2026 still says 256 characters and leaves out period and at-sign.

/** The two parts of a tag. */
export type TagPart = "name" | "value";

/** What is wrong with a part of a tag. */
export type TagFault = "missing" | "too-long" | "characters";

/** Characters of a name, and of a value. */
export const TAG_LENGTH = 255;

// Gmail's Feedback-ID is made of these two; any other colon is refused.
const NAMES_WITH_COLON: ReadonlySet<string> = new Set(["ses:feedback-id-a", "ses:feedback-id-b"]);
const NAME = /^[A-Za-z0-9_-]+$/;
const VALUE = /^[A-Za-z0-9_.@-]+$/;

/**
 * The first fault of a tag's name or value; undefined when SES takes it.
 *
 * @param longest characters, 255 for SES
 * @example
 * tagFault("value", "spring.sale@2026", 255); // undefined
 * tagFault("name", "ses:mine", 255); // "characters"
 */
export function tagFault(part: TagPart, text: string, longest: number): TagFault | undefined {
  if (text === "") return "missing";
  if (text.length > longest) return "too-long";
  const known = part === "name" ? NAME.test(text) || NAMES_WITH_COLON.has(text) : VALUE.test(text);
  return known ? undefined : "characters";
}

/** What a part of a tag is, in words for people. */
export function tagRule(part: TagPart, longest: number): string {
  const length = Number.isFinite(longest) ? `1 to ${longest}` : "one or more";
  if (part === "value") return `a tag's value is ${length} of A-Z a-z 0-9 _ - . @`;
  return `a tag's name is ${length} of A-Z a-z 0-9 _ -, or ${[...NAMES_WITH_COLON].join(" or ")}`;
}
