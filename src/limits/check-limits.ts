// A message against the limits of the way it will go, before a byte of it is encoded.
import { frozenIssue, type Issue } from "../issues.ts";
import { requireMessage } from "../message/seal.ts";
import type { Message } from "../message/types.ts";
import { toTree } from "../mime/tree.ts";
import { checkMessageFields } from "./message-fields.ts";
import { checkBody, checkFiles } from "./message-files.ts";
import { checkDepth, checkRecipients, checkSender, checkSize, checkTexts } from "./message-size.ts";
import type { Limits } from "./profiles.ts";
import { areLimits } from "./read-limits.ts";

/**
 * Checks a message against limits. Sizes are computed; nothing is encoded and no source is opened.
 *
 * @param m - a checked message
 * @param limits - `sesV1`, `sesV2`, `smtp`, or one of them with values of your own
 * @returns everything that is over, with paths into what `message()` was given; empty when the message fits
 * (unusable limits are an issue, too)
 * @throws MessageError `input.type` when `m` is no message: input goes through `check(input, limits)`
 * @example
 * for (const issue of checkLimits(m, { ...sesV1, parts: 100 })) console.log(issue.code, issue.hint);
 */
export function checkLimits(m: Message, limits: Limits): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (issue: Issue): void => {
    issues.push(frozenIssue(issue));
  };
  if (!areLimits(limits, report)) return Object.freeze(issues);
  checkRecipients(requireMessage(m), limits, report);
  checkSender(m, limits, report);
  checkTexts(m, limits, report);
  checkFiles(m, limits, report);
  checkBody(m, limits, report);
  const tree = toTree(m, { seed: "limits", now: () => new Date(0) });
  checkMessageFields(m, tree, limits, report);
  checkDepth(m, tree, limits, report);
  checkSize(m, limits, report);
  return Object.freeze(issues);
}
