// What every expectation gives: whether it holds, and what to say when the test wanted it otherwise.

import { argumentError, type Reader, refuse } from "../given.ts";
import { IssueList, OptionError } from "../issues.ts";
import { isRegExp, isUrl } from "../mail/octets/kinds.ts";

/** The result of a matcher, as Vitest and Jest take it. */
export interface MatcherResult {
  readonly pass: boolean;
  /** For people: why it does not hold; under `.not`, why it holds. */
  readonly message: () => string;
}

/**
 * A text that is wanted: exactly this one, one that matches, or one that an asymmetric matcher takes
 * (`expect.stringContaining("…")`).
 */
export type TextMatch = string | RegExp | { asymmetricMatch(value: unknown): boolean };

/** A result. `wrong` is the message when it does not hold, `right` under `.not`. */
export function result(pass: boolean, wrong: () => string, right: () => string): MatcherResult {
  return { pass, message: pass ? right : wrong };
}

function isTextMatch(wanted: unknown): wanted is TextMatch {
  if (typeof wanted === "string" || isRegExp(wanted)) return true;
  return typeof wanted === "object" && wanted !== null && typeof Reflect.get(wanted, "asymmetricMatch") === "function";
}

/** Reads a text that is wanted. */
export const textMatch: Reader<TextMatch> = (value, place) => {
  if (isTextMatch(value)) return value;
  if (!isUrl(value)) return refuse(value, "a string, a RegExp or an asymmetric matcher", place);
  return place.error("input.option", "expected a string; got a URL", { hint: "give String(url)" });
};

/**
 * Refuses what no text can be compared with. Under `.not` it would hold whatever the message is.
 *
 * @throws OptionError `input.option` at `name`
 */
export function checkTextMatch(wanted: unknown, name: string): void {
  const list = new IssueList();
  textMatch(wanted, list.root.at(name));
  list.throwIfErrors(OptionError);
}

/** True when the text is the one that is wanted. */
export function isMatch(text: string | undefined, wanted: TextMatch): boolean {
  checkTextMatch(wanted, "wanted");
  if (text === undefined) return false;
  if (typeof wanted === "string") return text === wanted;
  // `search` starts at 0 whatever a global pattern remembers.
  return isRegExp(wanted) ? text.search(wanted) >= 0 : wanted.asymmetricMatch(text);
}

/** As {@link isMatch}, where a string needs to be a part of the text only. */
export function isWithin(text: string | undefined, wanted: TextMatch): boolean {
  return typeof wanted === "string" ? (text?.includes(wanted) ?? false) : isMatch(text, wanted);
}

/** What is wanted, in words. */
export function showWanted(wanted: TextMatch): string {
  if (typeof wanted === "string") return JSON.stringify(wanted);
  return String(wanted) === "[object Object]" ? "what the matcher takes" : String(wanted);
}

/** The error of a comparison with content that is not there yet. */
export function incompleteError(what: string): OptionError {
  const message = `expected a message whose content is in memory; its ${what} is opened when it is written`;
  return argumentError(["mail"], message, "expect(await readEml(m)) reads it first");
}

/** A list for people, or what to say when it is empty. */
export function showList(lines: readonly string[], nothing: string): string {
  if (lines.length === 0) return `  ${nothing}`;
  return lines.map((line) => `  ${line}`).join("\n");
}
