// `mimewright check`: every issue of messages, composed or not.
import { checkLimits, type Issue, type Limits, lintRaw } from "../index.ts";
import { ClientDataMissingError, type Finding, type PreflightOptions, preflight, ruleNames } from "../preflight.ts";
import { limitsOf, oneOf, readArgs, someFiles } from "./args.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { checkInput, loadMail, type Mail } from "./load.ts";
import { findingLines, issueLines, tally } from "./report.ts";
import { type Paint, paintOf, shown, shownLines } from "./terminal.ts";

export const help = `mimewright check file.eml|message.json|- ... [options]

Tells everything that is wrong with messages: raw ones by the rules of the standards and of Amazon
SES, JSON ones as compose reads them, with paths into the JSON.

  --limits NAME       ses-v1 (10 MB, default), ses-v2 (40 MB) or smtp
  --strict            warnings count as errors
  --json              for programs: { "ok", "files": [{ "file", "ok", "issues", … }] }
  --preflight         looks at what goes wrong at the reader too: clipping, links, images,
                      leftovers of templates

For --preflight:
  --bulk              the mail is one of many, so that it needs one-click unsubscribe
  --reader NAME       tells what this mail client does not show, as in gmail.* or outlook.windows;
                      repeatable; takes the package caniemail
  --placeholder NAME  {{NAME}} is filled in later; repeatable
  --rule NAME=HOW     a rule is off, a warning or an error; repeatable

Exit codes: 0 no errors; 1 errors; 2 a file that cannot be read (the others are checked).
`;

interface FileReport {
  readonly file: string;
  readonly ok: boolean;
  readonly issues: readonly Issue[];
  readonly findings?: readonly Finding[];
  /** Why the file could not be read. */
  readonly trouble?: string;
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
      reader: { type: "string", multiple: true, default: [] },
      placeholder: { type: "string", multiple: true, default: [] },
      strict: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const files = someFiles(positionals);
  const plan: Plan = {
    limits: limitsOf(values.limits),
    preflight: preflightOptions(values),
    stops: new Set(values.strict ? ["error", "warning"] : ["error"]),
  };
  const reports: FileReport[] = [];
  for (const file of files) {
    const report = await tryFile(file, plan, io);
    reports.push(report);
    if (!values.json) tell(report, io);
  }
  const ok = reports.every((report) => report.ok);
  // What is no order to a terminal is JSON still: the codes are those of JSON.
  if (values.json) io.out(`${shownLines(JSON.stringify({ ok, files: reports }, undefined, 2))}\n`);
  if (reports.some(({ trouble }) => trouble !== undefined)) return EXIT.usage;
  return ok ? EXIT.done : EXIT.failed;
}

interface PreflightValues {
  readonly preflight: boolean;
  readonly bulk: boolean;
  readonly rule: readonly string[];
  readonly placeholder: readonly string[];
  readonly reader: readonly string[];
}

function preflightOptions({
  preflight,
  bulk,
  rule,
  placeholder,
  reader,
}: PreflightValues): PreflightOptions | undefined {
  if (!preflight && (bulk || rule.length > 0 || placeholder.length > 0 || reader.length > 0)) {
    throw new UsageError("--bulk, --rule, --placeholder and --reader are for --preflight");
  }
  if (!preflight) return undefined;
  const rules = rule.map((setting) => {
    const [name, severity] = setting.split("=", 2);
    const known = oneOf("--rule", name, ruleNames);
    return [known, oneOf(`--rule ${known}`, severity, ["off", "warning", "error"])] as const;
  });
  return {
    rules: Object.fromEntries(rules),
    placeholders: placeholder,
    clients: reader,
    ...(bulk ? { audience: "bulk" } : {}),
  };
}

interface Plan {
  readonly limits: Limits;
  readonly preflight: PreflightOptions | undefined;
  /** The severities that make a file bad. */
  readonly stops: ReadonlySet<string>;
}

// A file that cannot be read keeps no other from being checked.
async function tryFile(file: string, plan: Plan, io: Io): Promise<FileReport> {
  try {
    return await checkFile(file, plan, io);
  } catch (error) {
    if (!(error instanceof TroubleError)) throw error;
    const name = `${file}: `;
    const trouble = error.message.startsWith(name) ? error.message.slice(name.length) : error.message;
    return { file, ok: false, issues: [], trouble };
  }
}

async function checkFile(file: string, plan: Plan, io: Io): Promise<FileReport> {
  const { issues, readable } = issuesOf(await loadMail(file, io), plan.limits);
  const report = { file, ok: !isBad(issues, plan), issues };
  if (plan.preflight === undefined || readable === undefined) return report;
  const findings = await preflight(readable, plan.preflight).catch(asUsage);
  return { ...report, ok: report.ok && !isBad(findings, plan), findings };
}

// A client that nobody knows, or no data about any.
function asUsage(error: unknown): never {
  const isOurs =
    error instanceof ClientDataMissingError || (error instanceof TypeError && /^clients: /.test(error.message));
  throw isOurs ? new UsageError(error.message.replace("clients:", "--reader:")) : error;
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

function tell(report: FileReport, io: Io): void {
  if (report.trouble === undefined) io.out(reportLines(report, paintOf(io, "out")));
  else io.err(`mimewright check: ${shown(`${report.file}: ${report.trouble}`)}\n`);
}

function reportLines({ file, issues, findings = [] }: FileReport, paint: Paint): string {
  const lines = [
    ...issues.map((issue) => issueLines(issue, paint)),
    ...findings.map((one) => findingLines(one, paint)),
  ];
  return `${paint("bold", shown(file))}: ${tally([...issues, ...findings])}\n${lines.join("")}`;
}
