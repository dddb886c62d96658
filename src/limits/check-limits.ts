// A message against the limits of the way it will go, before a byte of it is encoded.
import { frozenIssue, type Issue } from "../issues.ts";
import type { Message } from "../message/types.ts";
import { isRendered, mailIn, type Rendered, renderMail } from "../mime/render.ts";
import { checkMessageFields } from "./message-fields.ts";
import { checkBody, checkFiles } from "./message-files.ts";
import { checkDepth, checkRecipients, checkSender, checkSize, checkTexts } from "./message-size.ts";
import type { Limits } from "./profiles.ts";
import { areLimits } from "./read-limits.ts";

/**
 * Checks a message against limits. Sizes are computed; nothing is encoded and no source is opened.
 *
 * @param m - a checked message, or one that is rendered: then nothing is computed again
 * @param limits - `sesV1`, `sesV2`, `smtp`, or one of them with values of your own
 * @returns everything that is over, with paths into what `message()` was given; empty when the message fits
 * (unusable limits are an issue, too)
 * @throws MessageError `input.type` when `m` is no message: input goes through `check(input, limits)`
 * @example
 * for (const issue of checkLimits(m, { ...sesV1, parts: 100 })) console.log(issue.code, issue.hint);
 */
export function checkLimits(m: Message | Rendered, limits: Limits): readonly Issue[] {
  return limitIssues(m, limits);
}

/** As {@link checkLimits}. @param recipients - those that the message may have, where they are sent in several calls */
export function limitIssues(m: Message | Rendered, limits: Limits, recipients?: number): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (issue: Issue): void => {
    issues.push(frozenIssue(issue));
  };
  if (!areLimits(limits, report)) return Object.freeze(issues);
  const rendered = renderToCheck(m);
  const { message: own, envelope } = mailIn(rendered);
  checkRecipients(own, envelope, { name: limits.name, recipients: recipients ?? limits.recipients }, report);
  checkSender(envelope, limits, report);
  checkTexts(own, limits, report);
  checkFiles(own, limits, report);
  checkBody(own, limits, report);
  checkMessageFields(rendered, limits, report);
  checkDepth(own, rendered.tree, limits, report);
  checkSize(own, rendered, limits, report);
  return Object.freeze(issues);
}

/** The message, rendered to be compared with limits. */
export function renderToCheck(m: Message | Rendered): Rendered {
  // The size does not depend on these two, and with them nothing is read from a clock.
  return isRendered(m) ? m : renderMail(m, { seed: "limits", now: () => new Date(0) });
}
