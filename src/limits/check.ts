// The public doors that check: input alone, or input against the limits of a place to send to.
import type { Checked, Issue } from "../issues.ts";
import { frozenIssue, hasError } from "../issues.ts";
import { checkInput, message, readDefaults } from "../message/check.ts";
import { type Composer, composerOver } from "../message/compose.ts";
import { originPaths } from "../message/seal.ts";
import type { Message, MessageInput } from "../message/types.ts";
import { checkLimits } from "./check-limits.ts";
import type { Limits } from "./profiles.ts";

/**
 * Checks input without throwing: the message, or every issue at once, each with a path into the input.
 *
 * @param limits a profile such as `sesV1`, when the message goes there. Sizes are computed, nothing is encoded.
 * @returns `{ ok: true, value, issues }` with warnings at most, or `{ ok: false, issues }`.
 * @example
 * const checked = check(input, sesV1);
 * if (!checked.ok) for (const issue of checked.issues) console.log(issue.code, issue.path.join("."), issue.hint);
 */
export function check(input: MessageInput, limits?: Limits): Checked<Message> {
  const checked = checkInput(input);
  if (!checked.ok || limits === undefined) return checked;
  const given = originPaths(input);
  const found = checkLimits(checked.value, limits).map((issue) => frozenIssue(issue, given(issue.path)));
  const issues: readonly Issue[] = Object.freeze([...checked.issues, ...found]);
  return hasError(issues) ? { ok: false, issues } : { ok: true, value: checked.value, issues };
}

/**
 * Starts a builder. Every step gives a new one; a base can be shared and built on in many places.
 *
 * @param defaults any options of `message()`.
 * @throws MessageError `input.type` for defaults that are no options at all.
 * @example
 * const base = compose({ from: "Ann <ann@example.com>" });
 * const m = base.to("bob@example.com").subject("Reports").text("Attached.").attach(report).build();
 */
export function compose(defaults: Partial<MessageInput> = {}): Composer<Limits> {
  return composerOver<Limits>(readDefaults(defaults), { check, build: message });
}
