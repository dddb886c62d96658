// `mimewright check`: every issue of messages, composed or not.
import { checkLimits, type Issue, type Limits, lintRaw } from "../index.ts";
import { type Finding, type PreflightOptions, preflight, ruleNames } from "../preflight.ts";
import { oneOf, readArgs } from "./args.ts";
import { EXIT, type Io, UsageError } from "./io.ts";
import { findingLines, issueLines, tally } from "./issue-lines.ts";
import { limitsOf } from "./limits.ts";
import { checkInput, loadMail, type Mail } from "./load.ts";
import { paintOf, shown } from "./paint.ts";

export const help = `mimewright check file.eml|message.json|- ... [options]

Tells everything that is wrong with messages: raw ones by the rules of the standards and of Amazon SES, JSON ones as
compose reads them, with paths into the JSON. Exit code 1 when there is an error, 0 when there are warnings at most.

  --limits NAME       ses-v1 (10 MB, default), ses-v2 (40 MB) or smtp
  --strict            warnings count as errors
  --json              for programs: { "ok", "files": [{ "file", "ok", "issues", "findings"? }] }
  --preflight         looks at what goes wrong at the reader too: clipping, links, images, leftovers of templates

For preflight:
  --bulk              the mail is one of many, so that it needs one-click unsubscribe
  --placeholder NAME  {{NAME}} is filled in later; repeatable
  --rule NAME=HOW     a rule is off, a warning or an error; repeatable
`;

interface FileReport {
  readonly file: string;
  readonly ok: boolean;
  readonly issues: readonly Issue[];
  readonly findings?: readonly Finding[];
}

/** Checks files. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      limits: { type: "string", default: "ses-v1" },
      preflight: { type: "boolean", default: false },
      bulk: { type: "boolean", default: false },
      rule: { type: "string", multiple: true, default: [] },
      placeholder: { type: "string", multiple: true, default: [] },
      strict: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  if (positionals.length === 0) throw new UsageError("which file?");
  const plan: Plan = {
    limits: limitsOf(values.limits),
    preflight: values.preflight ? preflightOptions(values) : undefined,
    stops: new Set(values.strict ? ["error", "warning"] : ["error"]),
  };
  const reports: FileReport[] = [];
  for (const file of positionals) {
    const report = await checkFile(file, plan, io);
    reports.push(report);
    if (!values.json) io.out(reportLines(report, io));
  }
  const ok = reports.every((report) => report.ok);
  if (values.json) io.out(`${JSON.stringify({ ok, files: reports }, undefined, 2)}\n`);
  return ok ? EXIT.done : EXIT.failed;
}

interface PreflightValues {
  readonly bulk: boolean;
  readonly rule: readonly string[];
  readonly placeholder: readonly string[];
}

function preflightOptions({ bulk, rule, placeholder }: PreflightValues): PreflightOptions {
  const rules = rule.map((setting) => {
    const [name, severity] = setting.split("=", 2);
    const known = oneOf("--rule", name, ruleNames);
    return [known, oneOf(`--rule ${known}`, severity, ["off", "warning", "error"])] as const;
  });
  return { rules: Object.fromEntries(rules), placeholders: placeholder, ...(bulk ? { audience: "bulk" } : {}) };
}

interface Plan {
  readonly limits: Limits;
  readonly preflight: PreflightOptions | undefined;
  /** The severities that make a file bad. */
  readonly stops: ReadonlySet<string>;
}

async function checkFile(file: string, plan: Plan, io: Io): Promise<FileReport> {
  const { issues, readable } = issuesOf(await loadMail(file, io), plan.limits);
  const report = { file, ok: !isBad(issues, plan), issues };
  if (plan.preflight === undefined || readable === undefined) return report;
  const findings = await preflight(readable, plan.preflight);
  return { ...report, ok: report.ok && !isBad(findings, plan), findings };
}

/** The issues, and the message where there can be one: preflight looks at one that is over a limit, too. */
function issuesOf(mail: Mail, limits: Limits) {
  if (mail.kind === "raw") return { issues: lintRaw(mail.bytes, limits), readable: mail.bytes };
  const checked = checkInput(mail);
  if (!checked.ok) return { issues: checked.issues, readable: undefined };
  return { issues: [...checked.issues, ...checkLimits(checked.value, limits)], readable: checked.value };
}

function isBad(found: readonly { readonly severity: string }[], { stops }: Plan): boolean {
  return found.some(({ severity }) => stops.has(severity));
}

function reportLines({ file, issues, findings = [] }: FileReport, io: Io): string {
  const paint = paintOf(io, "out");
  const lines = [
    ...issues.map((issue) => issueLines(issue, paint)),
    ...findings.map((one) => findingLines(one, paint)),
  ];
  return `${paint("bold", shown(file))}: ${tally([...issues, ...findings])}\n${lines.join("")}`;
}
