// Runs the rules over a mail. Off the way that messages take to be sent: everything is composed and read for it.
import { nested, oneOf, readOptionsOf, shapeOf, valueFrom } from "../../given.ts";
import type { Severity } from "../../issues.ts";
import type { MailInput } from "../mail.ts";
import { bodyRules } from "./bodies.ts";
import { fieldRules } from "./fields.ts";
import { type Finding, type RuleInfo, type RuleName, ruleNames } from "./finding.ts";
import { leftoverRules } from "./leftovers.ts";
import { linkRules } from "./links.ts";
import { type MailFacts, type MailView, mailView, type Rule } from "./mail-view.ts";
import { clientRules, referenceRules } from "./references.ts";

/** What to look for. */
export interface PreflightOptions {
  /** Severities other than the rules' own; `off` leaves a rule out. */
  readonly rules?: Readonly<Partial<Record<RuleName, Severity | "off">>>;
  /**
   * `bulk` for newsletters and the like, which need one-click unsubscribe. Derived from the fields of the mail when absent:
   * List-Unsubscribe, List-Id, Precedence.
   */
  readonly audience?: "bulk";
  /**
   * Mail clients whose gaps are reported, as in `["gmail.*", "outlook.windows"]`; none when absent. Takes the package
   * `caniemail`.
   */
  readonly clients?: readonly string[];
  /** Names of placeholders that are filled in later, as in `["firstName"]`. SES's own is known. */
  readonly placeholders?: readonly string[];
  /** Bytes of html from which on Gmail clips. 104,448 when absent. */
  readonly htmlBytes?: number;
  /** Bytes that an image within the html may have. 1,048,576 when absent. */
  readonly imageBytes?: number;
}

const RULES: readonly Rule[] = [
  ...bodyRules,
  ...leftoverRules,
  ...linkRules,
  ...referenceRules,
  ...fieldRules,
  ...clientRules,
];

/** Every rule with its severity and where it comes from. */
export const preflightRules: readonly RuleInfo[] = Object.freeze(
  RULES.map(({ name, severity, source }) => Object.freeze({ name, severity, source })),
);

/**
 * Looks for what goes wrong at the reader of a mail that is correct: html that is clipped, images without words, links
 * that lead nowhere, what a template left. Never changes the mail; time is linear in its size.
 *
 * @param mail - a message, raw bytes, or what `readEml` gave
 * @returns at most ten findings of each rule, in the order of the rules
 * @throws OptionError (as a rejection) when the value holds no mail or an option is unusable; ClientDataMissingError when
 * clients are named without their package; what a source throws comes through
 * @example
 * for (const { rule, message } of await preflight(m)) console.log(rule, message);
 */
export async function preflight(mail: MailInput, options: PreflightOptions = {}): Promise<readonly Finding[]> {
  const given = readOptionsOf(options, OPTIONS);
  const view = await mailView(mail, factsOf(given));
  const findings: Finding[] = [];
  for (const rule of RULES) {
    const wanted = given.rules?.[rule.name] ?? rule.severity;
    if (wanted !== "off") findings.push(...findingsOf(rule, wanted, view));
  }
  return Object.freeze(findings);
}

const strings = valueFrom(isListOfStrings, 'a list of strings, such as ["a", "b"]');
const bytes = valueFrom(isSize, "a number of bytes, 0 or more");
const severity = oneOf<Severity | "off">("off", "warning", "error");

const OPTIONS = shapeOf<
  Omit<PreflightOptions, "rules"> & { readonly rules?: Readonly<Partial<Record<string, Severity | "off">>> }
>({
  rules: nested(
    shapeOf<Record<string, Severity | "off">>(Object.fromEntries(ruleNames.map((name) => [name, severity]))),
  ),
  audience: oneOf("bulk"),
  placeholders: strings,
  clients: strings,
  htmlBytes: bytes,
  imageBytes: bytes,
});

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function factsOf({
  audience,
  placeholders = [],
  clients = [],
  htmlBytes = 102 * 1_024,
  imageBytes = 1_024 * 1_024,
}: PreflightOptions): MailFacts {
  const known = ["amazonSESUnsubscribeUrl", ...placeholders.map((name) => name.trim())];
  return { isBulk: audience === "bulk", htmlBytes, imageBytes, placeholders: new Set(known), clients };
}

const MOST = 10;

// A mistake in a template repeats in every row of a table: the same finding is reported once, and ten are enough.
function findingsOf({ name, source, look }: Rule, severity: Severity, view: MailView): readonly Finding[] {
  const findings: Finding[] = [];
  const reported = new Set<string>();
  let more = 0;
  for (const found of look(view)) {
    const key = `${found.path.join("\n")}\n${found.message}`;
    if (reported.has(key)) continue;
    reported.add(key);
    if (findings.length === MOST) more++;
    else findings.push({ rule: name, severity, source, ...found, path: Object.freeze([...found.path]) });
  }
  const last = findings.at(-1);
  if (more > 0 && last !== undefined) findings[MOST - 1] = { ...last, message: `${last.message} (and ${more} more)` };
  return findings.map((finding) => Object.freeze(finding));
}

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
