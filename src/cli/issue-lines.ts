// Issues and findings as people read them: severity, code, place; what is wrong; what to do.
import { formatPath, type Issue } from "../issues.ts";
import type { Finding } from "../preflight.ts";
import type { UnfitError } from "./io.ts";
import { type Paint, shown } from "./paint.ts";

/** The lines of issues, with a line at the end that counts them. */
export function issueReport(issues: readonly Issue[], paint: Paint): string {
  return `${issues.map((issue) => issueLines(issue, paint)).join("")}${tally(issues)}\n`;
}

/** Why no message can be made of a file. */
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

interface Told {
  readonly severity: "error" | "warning";
  readonly name: string;
  readonly place: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly source: string | undefined;
}

const INDENT = " ".repeat(9);

function lines({ severity, name, place, message, hint, source }: Told, paint: Paint): string {
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
