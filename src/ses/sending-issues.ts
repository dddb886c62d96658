// Everything that keeps a message from being sent, found before a byte of it is encoded.

import { checkSendingFields, type SendingFields } from "../deliver/core/call-fields.ts";
import { errorIssue, hasError, type Issue, MessageError, type Path } from "../issues.ts";
import { limitIssues, renderToCheck } from "../limits/check-limits.ts";
import { nullReversePath } from "../limits/message-size.ts";
import type { Limits } from "../limits/profiles.ts";
import { areLimits } from "../limits/read-limits.ts";
import type { Message } from "../message/types.ts";
import { mailIn, type Rendered } from "../mime/render.ts";

/**
 * Limits, envelope and the fields beside the message.
 *
 * @param recipients - those of all calls together, where the message is sent in several
 */
export function sendingIssues(
  m: Message | Rendered,
  fields: SendingFields,
  limits: Limits,
  recipients?: number,
): readonly Issue[] {
  const issues: Issue[] = [];
  if (!areLimits(limits, (issue) => issues.push(issue))) return issues;
  const rendered = renderToCheck(m);
  const { message: own, envelope } = mailIn(rendered);
  const empty = envelope.to.length === 0;
  if (empty) issues.push(goesToNobody(own));
  for (const issue of limitIssues(rendered, limits, recipients)) {
    // Without recipients one issue says it all.
    if (!empty || (issue.code !== "address.missing" && issue.code !== "envelope.empty")) issues.push(issue);
  }
  // Whatever the limits say: SES sends for verified identities.
  if (limits.nullSender && envelope.from === "") issues.push(nullReversePath("Amazon SES"));
  checkSendingFields(fields, limits, (issue) => issues.push(issue));
  return issues;
}

/** The issue of a message without recipients, where they would stand. */
export function goesToNobody(m: Message): Issue {
  return emptyEnvelope(m.envelope?.to === undefined ? ["to"] : ["envelope", "to"]);
}

/** SES takes nothing that goes to nobody; a call with an empty list would fall back to the header's recipients. */
export function emptyEnvelope(path: Path): Issue {
  const hint = "set to, cc, bcc or envelope.to";
  return errorIssue("envelope.empty", path, "the message goes to nobody", { rfc: "RFC 5321 s3.3", hint });
}

/** @throws MessageError with all of the issues, when one of them is an error. */
export function throwErrors(issues: readonly Issue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined && hasError(issues)) throw new MessageError([first, ...rest]);
}
