// Preflight in a test: everything that was found, in one error.
import type { MailInput } from "../testing/mail.ts";
import type { Finding } from "./finding.ts";
import { type PreflightOptions, preflight } from "./preflight.ts";

/** Something was found that should not be there. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(`preflight found ${findings.length}:\n${findingsReport(findings)}`);
    this.findings = findings;
  }
}

/** Findings as lines: severity, rule and place, what is wrong, and what to do. */
export function findingsReport(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, rule, path, line, message, hint }) => {
      const place = `${path.join(".")}${line === undefined ? "" : ` line ${line}`}`;
      return `${severity} ${rule} at ${place}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    })
    .join("\n");
}

/**
 * Fails when preflight finds anything, warnings included; `rules` turns off what may stay.
 *
 * @throws PreflightError (as a rejection) with the findings; what `preflight` throws comes through
 * @example
 * await assertPreflight(m, { audience: "bulk", rules: { "link-insecure": "off" } });
 */
export async function assertPreflight(mail: MailInput, options?: PreflightOptions): Promise<void> {
  const findings = await preflight(mail, options);
  if (findings.length > 0) throw new PreflightError(findings);
}
