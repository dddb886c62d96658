// Everything that keeps a message from being sent, found before a byte of it is encoded.
import { errorIssue, type Issue, MessageError } from "../issues.ts";
import { checkLimits } from "../limits/check-limits.ts";
import type { Limits } from "../limits/profiles.ts";
import { envelope } from "../message/envelope.ts";
import type { Message } from "../message/types.ts";
import { checkSendingFields, type SendingFields } from "./sending-fields.ts";

/** Limits, envelope and the fields beside the message. */
export function sendingIssues(m: Message, fields: SendingFields, limits: Limits): readonly Issue[] {
  const issues: Issue[] = [];
  const empty = envelope(m).to.length === 0;
  if (empty) issues.push(emptyEnvelope());
  for (const issue of checkLimits(m, limits)) {
    // Without recipients one issue says it all.
    if (!empty || (issue.code !== "address.missing" && issue.code !== "envelope.empty")) issues.push(issue);
  }
  checkSendingFields(fields, limits, (issue) => issues.push(issue));
  return issues;
}

/** SES takes nothing that goes to nobody; a call with an empty list would fall back to the header's recipients. */
export function emptyEnvelope(): Issue {
  const hint = "set to, cc, bcc or envelope.to";
  return errorIssue("envelope.empty", ["envelope", "to"], "the message goes to nobody", { rfc: "RFC 5321 s3.3", hint });
}

/** @throws MessageError when one of the issues is an error. */
export function throwErrors(issues: readonly Issue[]): void {
  const [first, ...rest] = issues.filter((issue) => issue.severity === "error");
  if (first !== undefined) throw new MessageError([first, ...rest]);
}
