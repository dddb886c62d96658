// Issues, findings, results of sends and holds as people read them.

import { formatPath } from "../issues/wording.ts";
import type { Issue } from "../issues.ts";
import type { Finding } from "../preflight.ts";
import type { CallResult, Failed, GroupResult, HoldReason, SendResult } from "../ses.ts";
import type { UnfitError } from "./io.ts";
import { type Paint, shown } from "./terminal.ts";

/** The lines of issues, with a line at the end that counts them. */
export function issueReport(issues: readonly Issue[], paint: Paint): string {
  return `${issues.map((issue) => issueLines(issue, paint)).join("")}${tally(issues)}\n`;
}

/** Why a file is not a valid message. */
export function unfitReport({ file, message, issues }: UnfitError, paint: Paint): string {
  return `${shown(file)}: ${message}\n${issueReport(issues, paint)}`;
}

/** The lines of one issue, line end included. */
export function issueLines(issue: Issue, paint: Paint): string {
  const { severity, code, path, message, hint, rfc } = issue;
  return lines({ severity, name: code, place: formatPath(path), message, hint, source: rfc }, paint);
}

/** The lines of one finding of preflight. */
export function findingLines(finding: Finding, paint: Paint): string {
  const { severity, rule, path, line, message, hint, source } = finding;
  const place = `${formatPath(path)}${line === undefined ? "" : ` line ${line}`}`;
  return lines({ severity, name: `preflight.${rule}`, place, message, hint, source }, paint);
}

interface Line {
  readonly severity: "error" | "warning";
  readonly name: string;
  readonly place: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly source: string | undefined;
}

const INDENT = " ".repeat(9);

function lines({ severity, name, place, message, hint, source }: Line, paint: Paint): string {
  const head = `${paint(severity === "error" ? "red" : "yellow", severity.padEnd(INDENT.length))}${paint("bold", name)}`;
  const where = place === "" ? "" : ` at ${shown(place)}`;
  const from = source === undefined ? "" : paint("dim", ` (${source})`);
  const advice = hint === undefined ? "" : `${INDENT}hint: ${shown(hint)}\n`;
  return `${head}${where}\n${INDENT}${shown(message)}${from}\n${advice}`;
}

/** `2 errors, 1 warning`; `no issues` for none. */
export function tally(found: readonly { readonly severity: "error" | "warning" }[]): string {
  const errors = found.filter(({ severity }) => severity === "error").length;
  const parts = [many(errors, "error"), many(found.length - errors, "warning")].filter((part) => part !== undefined);
  return parts.length === 0 ? "no issues" : parts.join(", ");
}

function many(count: number, noun: string): string | undefined {
  return count === 0 ? undefined : plural(count, noun);
}

/** `1 recipient`, `1,024 recipients`. */
export function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count.toLocaleString("en-US")} ${noun}s`;
}

const LOOKS = { sent: "green", failed: "red", unknown: "yellow", partial: "yellow" } as const;

/** The line of one result; for a message that went out in several calls a line each. */
export function resultLine(file: string, result: SendResult, paint: Paint): string {
  const status = paint(LOOKS[result.status], result.status);
  if (result.groups === undefined) return `${shown(file)}: ${status}${detailOf(result)}`;
  return [`${shown(file)}: ${status}`, ...result.groups.map((group) => groupLines(group, paint))].join("\n");
}

// Names the recipients that did not get it: only they may be sent to again.
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
  if (scope === "account") return `${system}; every message is affected, for a while`;
  if (scope === "configuration-set")
    return `${system}; every message of this configuration set is affected, for a while`;
  return `${system}${retryable ? "; may succeed later" : ""}`;
}

/** True when the outcome of at least one call is unknown. */
export function isUnknown(result: SendResult): boolean {
  const calls = result.groups?.map((group) => group.result) ?? [result];
  return calls.some(({ status }) => status === "unknown");
}

/** A hold of an outbox or of a queue. */
export interface HeldLine extends HoldReason {
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A line for each. */
export function heldLines(held: readonly HeldLine[], paint: Paint): readonly string[] {
  return held.map(({ scope, configurationSet, code, message, until }) => {
    const whom =
      scope === "account"
        ? "all messages"
        : `messages of configuration set ${configurationSet === undefined ? "(the identity\u2019s own)" : shown(configurationSet)}`;
    const why = message === "" ? shown(code) : `${shown(code)}: ${shown(message)}`;
    return `${paint("yellow", "held")} until ${new Date(until).toISOString()}, then one is tried: ${whom}; ${why}`;
  });
}
