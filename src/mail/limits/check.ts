// Checks input without throwing, and a message against the limits of the way it will go, before a byte is encoded.
import { type Checked, frozenIssue, hasError, type Issue, IssueList } from "../../issues.ts";
import { checkInput, message, readDefaults } from "../message/check.ts";
import { type Composer, composerOver } from "../message/compose.ts";
import { originPaths } from "../message/seal.ts";
import type { Message, MessageInput } from "../message/types.ts";
import { isRendered, mailIn, type Rendered, renderMail, sheetIn } from "../render/render.ts";
import { checkBody, checkFiles, checkMessageFields } from "./message-parts.ts";
import { checkDepth, checkRecipients, checkSender, checkSize, checkTexts } from "./message-size.ts";
import type { Limits } from "./profiles.ts";
import { areLimits } from "./read-limits.ts";

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
 * @throws MessageError `input.type` for defaults that are not options.
 * @example
 * const base = compose({ from: "Ann <ann@example.com>" });
 * const m = base.to("bob@example.com").subject("Reports").text("Attached.").attach(report).build();
 */
export function compose(defaults: Partial<MessageInput> = {}): Composer<Limits> {
  return composerOver<Limits>(readDefaults(defaults), { check, build: message });
}

/**
 * Checks a message against limits. Sizes are computed; nothing is encoded and no source is opened.
 *
 * @param m - a checked message, or one that is rendered: then nothing is computed again
 * @param limits - `sesV1`, `sesV2`, `smtp`, or one of them with values of your own
 * @returns everything that is over, with paths into what `message()` was given; empty when the message fits
 * (unusable limits are an issue, too)
 * @throws MessageError `input.type` when `m` is not a message: input goes through `check(input, limits)`
 * @example
 * for (const issue of checkLimits(m, { ...sesV1, parts: 100 })) console.log(issue.code, issue.hint);
 */
export function checkLimits(m: Message | Rendered, limits: Limits): readonly Issue[] {
  return limitIssues(m, limits);
}

/** As {@link checkLimits}. @param recipients - those that the message may have, where they are sent in several calls */
export function limitIssues(m: Message | Rendered, limits: Limits, recipients?: number): readonly Issue[] {
  const list = new IssueList();
  const { root } = list;
  if (!areLimits(limits, root.at("limits"))) return list.issues;
  const rendered = renderToCheck(m);
  const { message: own, envelope } = mailIn(rendered);
  checkRecipients(own, envelope, { name: limits.name, recipients: recipients ?? limits.recipients }, root);
  checkSender(envelope, limits, root);
  checkTexts(own, limits, root);
  checkFiles(own, limits, root);
  checkBody(own, limits, root);
  checkMessageFields(rendered, limits, root);
  checkDepth(own, sheetIn(rendered).root, limits, root);
  checkSize(own, rendered, limits, root);
  return list.issues;
}

/** The message, rendered to be compared with limits. */
export function renderToCheck(m: Message | Rendered): Rendered {
  // The size does not depend on these two, and with them nothing is read from a clock.
  return isRendered(m) ? m : renderMail(m, { seed: "limits", now: () => new Date(0) });
}
