// What became of a send, in a line.
import type { CallResult, SendResult } from "../ses.ts";
import { plural } from "./issue-lines.ts";
import { type Paint, shown } from "./paint.ts";

const LOOKS = { sent: "green", failed: "red", unknown: "yellow", partial: "yellow" } as const;

/** The line of one result; for a message that went out in several calls a line each. */
export function resultLine(file: string, result: SendResult, paint: Paint): string {
  const status = paint(LOOKS[result.status], result.status);
  if (result.groups === undefined) return `${file}: ${status}${detailOf(result)}`;
  const lines = result.groups.map((group) => {
    const { status: own } = group.result;
    return `  ${plural(group.recipients.length, "recipient")}: ${paint(LOOKS[own], own)}${detailOf(group.result)}`;
  });
  return [`${file}: ${status}`, ...lines].join("\n");
}

function detailOf(result: SendResult | CallResult): string {
  switch (result.status) {
    case "sent":
      return ` ${result.messageId}`;
    case "failed":
      return ` ${shown(result.code)}: ${shown(result.message)}${result.retryable ? " (may succeed later)" : ""}`;
    case "unknown":
      return ` ${shown(result.cause.code)}: ${shown(result.cause.message)}; SES may have taken it (sha256 ${result.sha256})`;
    case "partial":
      return "";
  }
}

/** True when nobody knows of at least one call whether SES took the message. */
export function isUnknown(result: SendResult): boolean {
  const calls = result.groups?.map((group) => group.result) ?? [result];
  return calls.some(({ status }) => status === "unknown");
}
