// Everything the checks say about one message: what the service changes, preflight of what readers get, lint of the
// bytes as they were sent.
import { formatPath } from "../../issues.ts";
import { lintRaw } from "../../limits/lint-raw.ts";
import { sesV1, sesV2 } from "../../limits/profiles.ts";
import { deliveredBytes } from "../delivered.ts";
import type { StoredMessage } from "../model.ts";
import { parsedMail } from "../parsed-mail.ts";
import type { FindingJson, LintJson } from "./api.ts";

const mostFindings = 200;

/** The findings, against the limits of the API that the message came in by. */
export async function lintJson(message: StoredMessage): Promise<LintJson> {
  const limits = message.action.startsWith("v2") ? sesV2 : sesV1;
  const findings = [
    ...serviceFindings(message),
    ...(await preflightFindings(message)),
    ...lintRaw(message.raw, limits).map(
      ({ code, severity, message: text, path, rfc, hint }): FindingJson => ({
        check: "lint",
        code,
        severity,
        message: text,
        place: formatPath(path),
        rfc: rfc ?? null,
        hint: hint ?? null,
      }),
    ),
  ];
  return { limits: limits.name, total: findings.length, findings: findings.slice(0, mostFindings) };
}

function serviceFindings({ notes }: StoredMessage): readonly FindingJson[] {
  return notes.map(({ code, severity, message, place, hint }) => ({
    check: "service",
    code,
    severity,
    message,
    place,
    rfc: null,
    hint: hint ?? null,
  }));
}

// Only of what a client sent: the endpoint's own mails have no author who could change them.
async function preflightFindings(message: StoredMessage): Promise<readonly FindingJson[]> {
  if (message.kind !== "sent") return [];
  const { problem } = parsedMail(message);
  if (problem !== undefined) return [unread(problem)];
  try {
    // Loaded when the first message is checked: sending needs none of it.
    const { preflight } = await import("../../testing/preflight/preflight.ts");
    const findings = await preflight(deliveredBytes(message));
    return findings.map(({ rule, severity, message: text, path, line, source, hint }) => ({
      check: "preflight",
      code: rule,
      severity,
      message: text,
      place: [formatPath(path), line === undefined ? "" : `line ${line}`].filter(Boolean).join(", "),
      rfc: source,
      hint: hint ?? null,
    }));
  } catch {
    return [unread("The message cannot be read.")];
  }
}

function unread(problem: string): FindingJson {
  const message = `preflight did not look at the message. ${problem}`;
  return { check: "preflight", code: "unread", severity: "warning", message, place: "", rfc: null, hint: null };
}
