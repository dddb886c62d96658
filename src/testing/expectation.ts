// What every expectation gives: whether it holds, and what to say when the test wanted it otherwise.
import { isRegExp, isUrl } from "../encoding/kinds.ts";
import { throwOptions } from "../given.ts";
import { errorIssue } from "../issues.ts";

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

/**
 * Refuses what no text can be compared with. Under `.not` it would hold whatever the message is.
 *
 * @throws OptionError `input.option` at `name`
 */
export function checkTextMatch(wanted: unknown, name: string): void {
  if (typeof wanted === "string" || isRegExp(wanted)) return;
  if (typeof wanted === "object" && wanted !== null && typeof Reflect.get(wanted, "asymmetricMatch") === "function")
    return;
  const given = wanted === null ? "null" : typeof wanted;
  const message = `what is wanted must be a string, a RegExp or an asymmetric matcher, not ${given}`;
  throwOptions([errorIssue("input.option", [name], message, isUrl(wanted) ? { hint: "give String(url)" } : {})]);
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

/** A list for people, or what to say when it is empty. */
export function showList(lines: readonly string[], nothing: string): string {
  if (lines.length === 0) return `  ${nothing}`;
  return lines.map((line) => `  ${line}`).join("\n");
}
