// Expectations about limits and rules: the checks of the library, worded as a failing test.

import { formatPath } from "../issues/wording.ts";
import { type Issue, IssueList, OptionError } from "../issues.ts";
import { checkLimits } from "../mail/limits/check.ts";
import { lintRaw } from "../mail/limits/lint-raw.ts";
import { type Limits, smtp } from "../mail/limits/profiles.ts";
import { areLimits } from "../mail/limits/read-limits.ts";
import { type MatcherResult, result } from "./expectation.ts";
import { receivedNow } from "./received.ts";

/** The message is within the limits: of a checked message by its values, of bytes by their content. */
export function expectFitsLimits(mail: unknown, limits: Limits): MatcherResult {
  checkProfile(limits);
  const { bytes, message } = receivedNow(mail);
  const issues = message === undefined ? lintRaw(bytes, limits).filter(isAboutLimits) : checkLimits(message, limits);
  const errors = issues.filter(({ severity }) => severity === "error");
  return result(
    errors.length === 0,
    () => `The message does not fit the limits of ${limits.name}:\n${issueLines(errors)}`,
    () => `The message fits the limits of ${limits.name}.`,
  );
}

// Nothing fits limits that are not a profile: without this, `.not` would pass for them.
function checkProfile(limits: unknown): void {
  const list = new IssueList();
  areLimits(limits, list.root.at("limits"));
  list.throwIfErrors(OptionError);
}

// The rules of the linter that come from a profile; the others hold everywhere.
const profileCodes: ReadonlySet<string> = new Set(["attachment.blocked-type", "header.repeated", "raw.missing-field"]);

function isAboutLimits({ code }: Issue): boolean {
  return code.startsWith("limit.") || profileCodes.has(code);
}

/** Neither the checks of the composer nor the linter find anything, warnings included. */
export function expectNoIssues(mail: unknown, limits: Limits = smtp): MatcherResult {
  checkProfile(limits);
  const { bytes, message } = receivedNow(mail);
  const own = message === undefined ? [] : [...message.issues, ...checkLimits(message, limits)];
  const issues = [...own, ...lintRaw(bytes, limits)];
  return result(
    issues.length === 0,
    () => `The message has ${issues.length === 1 ? "1 issue" : `${issues.length} issues`}:\n${issueLines(issues)}`,
    () => "The message has no issues.",
  );
}

function issueLines(issues: readonly Issue[]): string {
  return issues
    .map(({ code, path, message, hint, severity }) => {
      const place = path.length === 0 ? "" : ` at ${formatPath(path)}`;
      return `  ${severity} ${code}${place}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    })
    .join("\n");
}
