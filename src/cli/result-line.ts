// What became of a send, in lines.
import type { CallResult, Failed, GroupResult, SendResult } from "../ses.ts";
import { plural } from "./issue-lines.ts";
import { type Paint, shown } from "./paint.ts";

const LOOKS = { sent: "green", failed: "red", unknown: "yellow", partial: "yellow" } as const;

/** The line of one result; for a message that went out in several calls a line each. */
export function resultLine(file: string, result: SendResult, paint: Paint): string {
  const status = paint(LOOKS[result.status], result.status);
  if (result.groups === undefined) return `${shown(file)}: ${status}${detailOf(result)}`;
  return [`${shown(file)}: ${status}`, ...result.groups.map((group) => groupLines(group, paint))].join("\n");
}

// Who did not get it has to be told: only they may be sent to again.
function groupLines({ recipients, result }: GroupResult, paint: Paint): string {
  const line = `  ${plural(recipients.length, "recipient")}: ${paint(LOOKS[result.status], result.status)}${detailOf(result)}`;
  return result.status === "sent" ? line : [line, ...recipients.map((one) => `    ${shown(one)}`)].join("\n");
}

function detailOf(result: SendResult | CallResult): string {
  switch (result.status) {
    case "sent":
      return ` ${shown(result.messageId)}`;
    case "failed":
      return ` ${shown(result.code)}: ${shown(result.message)}${causeOf(result)}`;
    case "unknown":
      return ` ${shown(result.cause.code)}: ${shown(result.cause.message)}; SES may have taken it (sha256 ${result.sha256})`;
    case "partial":
      return "";
  }
}

function causeOf({ code, cause, retryable, scope }: Failed): string {
  const system = cause === undefined || cause.code === code ? "" : ` (${shown(cause.code)})`;
  if (scope === "account") return `${system}; it holds for every message, and may pass`;
  if (scope === "configuration-set")
    return `${system}; it holds for every message of this configuration set, and may pass`;
  return `${system}${retryable ? "; may succeed later" : ""}`;
}

/** True when nobody knows of at least one call whether SES took the message. */
export function isUnknown(result: SendResult): boolean {
  const calls = result.groups?.map((group) => group.result) ?? [result];
  return calls.some(({ status }) => status === "unknown");
}
