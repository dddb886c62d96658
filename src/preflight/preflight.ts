// Runs the rules over a mail. Off the way that messages take to be sent: everything is composed and read for it.
import { checkOptions, optionNames } from "../given.ts";
import type { Severity } from "../issues.ts";
import { isOptions } from "../options/plain.ts";
import type { MailInput } from "../testing/mail.ts";
import { attachmentRules } from "./attachments.ts";
import { bodyRules } from "./bodies.ts";
import { clientRules } from "./clients.ts";
import { fieldRules } from "./fields.ts";
import { type Finding, type RuleName, ruleNames } from "./finding.ts";
import { leftoverRules } from "./leftovers.ts";
import { linkRules } from "./links.ts";
import { type MailFacts, type MailView, mailView } from "./mail-view.ts";
import { referenceRules } from "./references.ts";
import type { Rule } from "./rule.ts";
import { unsubscribeRules } from "./unsubscribe.ts";

/** What to look for. */
export interface PreflightOptions {
  /** Severities other than the rules' own; `off` leaves a rule out. */
  readonly rules?: Readonly<Partial<Record<RuleName, Severity | "off">>>;
  /**
   * `bulk` for newsletters and the like, which need one-click unsubscribe. Told by the fields of the mail when absent:
   * List-Unsubscribe, List-Id, Precedence.
   */
  readonly audience?: "bulk";
  /**
   * Mail clients whose gaps are told, as in `["gmail.*", "outlook.windows"]`; none when absent. Takes the package
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

/** A rule, for lists of them. */
export type RuleInfo = Pick<Rule, "name" | "severity" | "source">;

const RULES: readonly Rule[] = [
  ...bodyRules,
  ...leftoverRules,
  ...linkRules,
  ...referenceRules,
  ...attachmentRules,
  ...fieldRules,
  ...unsubscribeRules,
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
 * @throws TypeError (as a rejection) when the value holds no mail or an option is unusable; ClientDataMissingError when
 * clients are named without their package; what a source throws comes through
 * @example
 * for (const { rule, message } of await preflight(m)) console.log(rule, message);
 */
export async function preflight(mail: MailInput, options: PreflightOptions = {}): Promise<readonly Finding[]> {
  const view = await mailView(mail, factsOf(options));
  const findings: Finding[] = [];
  for (const rule of RULES) {
    const severity = options.rules?.[rule.name] ?? rule.severity;
    if (severity !== "off") findings.push(...findingsOf(rule, severity, view));
  }
  return Object.freeze(findings);
}

const OPTIONS = optionNames("rules audience placeholders clients htmlBytes imageBytes");
const RULE_NAMES = { known: new Set<string>(ruleNames) };

function factsOf(given: PreflightOptions): MailFacts {
  const { rules = {}, audience, placeholders = [], clients = [] } = checkOptions(given, OPTIONS);
  const { htmlBytes = 102 * 1_024, imageBytes = 1_024 * 1_024 } = given;
  if (!isOptions(rules)) throw new TypeError("rules are an object of names and severities");
  if (audience !== undefined && audience !== "bulk") throw new TypeError("audience is bulk, or absent");
  for (const [name, list] of Object.entries({ placeholders, clients })) {
    if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) {
      throw new TypeError(`${name} are a list of strings`);
    }
  }
  for (const [name, severity] of Object.entries(rules)) {
    checkOptions({ [name]: severity }, RULE_NAMES, ["rules"]);
    if (!["off", "warning", "error", undefined].includes(severity)) {
      throw new TypeError(`the rule ${name} can be off, a warning or an error`);
    }
  }
  for (const [name, bytes] of Object.entries({ htmlBytes, imageBytes })) {
    if (!(typeof bytes === "number" && bytes >= 0)) throw new TypeError(`${name} is a number of bytes`);
  }
  const known = ["amazonSESUnsubscribeUrl", ...placeholders.map((name) => name.trim())];
  return { isBulk: audience === "bulk", htmlBytes, imageBytes, placeholders: new Set(known), clients };
}

const MOST = 10;

// A template that is wrong is wrong in every row of a table: the same is told once, and ten are enough.
function findingsOf({ name, source, look }: Rule, severity: Severity, view: MailView): readonly Finding[] {
  const findings: Finding[] = [];
  const told = new Set<string>();
  let more = 0;
  for (const found of look(view)) {
    const key = `${found.path.join("\n")}\n${found.message}`;
    if (told.has(key)) continue;
    told.add(key);
    if (findings.length === MOST) more++;
    else findings.push({ rule: name, severity, source, ...found, path: Object.freeze([...found.path]) });
  }
  const last = findings.at(-1);
  if (more > 0 && last !== undefined) findings[MOST - 1] = { ...last, message: `${last.message} (and ${more} more)` };
  return findings.map((finding) => Object.freeze(finding));
}
