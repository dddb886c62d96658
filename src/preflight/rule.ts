// One rule of preflight.
import type { Severity } from "../issues.ts";
import type { Found, RuleName } from "./finding.ts";
import type { MailView } from "./mail-view.ts";

/** A rule: what it is called, where it comes from, and how it looks at a mail. */
export interface Rule {
  readonly name: RuleName;
  readonly severity: Severity;
  /** A standard, or the page of the service that sets the rule. */
  readonly source: string;
  readonly look: (view: MailView) => Iterable<Found>;
}
