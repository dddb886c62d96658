// `mimewright check`: every issue of messages, composed or not.

import type { Reader } from "../given.ts";
import { type Issue, type Limits, lintRaw, sesV1 } from "../index.ts";
import type { Place } from "../issues.ts";
import {
  ClientDataMissingError,
  type Finding,
  type PreflightOptions,
  preflight,
  type RuleName,
  ruleNames,
} from "../preflight.ts";
import {
  anyText,
  type Command,
  type CommandLine,
  type FlagTable,
  limitsName,
  readFlags,
  repeated,
  someFiles,
  toggle,
  valued,
  wordOf,
} from "./args.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { loadMail, type Mail, renderInput } from "./load.ts";
import { findingLines, issueLines, tally } from "./report.ts";
import { type Paint, paintOf, shown, shownLines } from "./terminal.ts";

type Setting = readonly [rule: RuleName, how: "off" | "warning" | "error"];

interface CheckFlags {
  readonly limits: Limits;
  readonly strict: boolean;
  readonly json: boolean;
  readonly preflight: boolean;
  readonly bulk: boolean;
  readonly reader: readonly string[];
  readonly placeholder: readonly string[];
  readonly rule: readonly Setting[];
}

const aRule: Reader<Setting> = (value, place) => {
  const [name, severity] = String(value).split("=", 2);
  const known = wordOf(...ruleNames)(name, place);
  const how = known === undefined ? undefined : wordOf("off", "warning", "error")(severity, place.at(known));
  return known === undefined || how === undefined ? undefined : [known, how];
};

const flags: FlagTable<CheckFlags> = {
  limits: valued(limitsName),
  strict: toggle,
  json: toggle,
  preflight: toggle,
  bulk: toggle,
  reader: repeated(anyText),
  placeholder: repeated(anyText),
  rule: repeated(aRule),
};

const help = `mimewright check file.eml|message.json|- ... [options]

Reports every issue of messages: raw ones by the rules of the standards and of Amazon SES, JSON ones
as compose reads them, with paths into the JSON.

  --limits NAME       ses-v1 (10 MB, default), ses-v2 (40 MB) or smtp
  --strict            treats warnings as errors
  --json              for programs: { "ok", "files": [{ "file", "ok", "issues", … }] }
  --preflight         also checks what goes wrong at the reader: clipping, links, images, leftovers
                      of templates

For --preflight:
  --bulk              the mail is one of many, so that it needs one-click unsubscribe
  --reader NAME       reports what this mail client does not show, such as gmail.* or
                      outlook.windows; repeatable; needs the package caniemail
  --placeholder NAME  {{NAME}} is filled in later; repeatable
  --rule NAME=HOW     sets a rule to off, warning or error; repeatable
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
export const check: Command = { flags, help, run };

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, files } = readFlags(args, flags, checkLine);
  const plan: Plan = {
    limits: values.limits ?? sesV1,
    preflight: preflightOptions(values),
    stops: new Set(values.strict === true ? ["error", "warning"] : ["error"]),
  };
  const reports: FileReport[] = [];
  for (const file of files) {
    const report = await tryFile(file, plan, io);
    reports.push(report);
    if (values.json !== true) print(report, io);
  }
  const ok = reports.every((report) => report.ok);
  // Escaped for terminals, the text is still the same JSON: the escapes are those of JSON.
  if (values.json === true) io.out(`${shownLines(JSON.stringify({ ok, files: reports }, undefined, 2))}\n`);
  if (reports.some(({ trouble }) => trouble !== undefined)) return EXIT.usage;
  return ok ? EXIT.done : EXIT.failed;
}

const OF_PREFLIGHT = ["bulk", "reader", "placeholder", "rule"] as const;

function checkLine(line: CommandLine<CheckFlags>, place: Place): void {
  someFiles(line, place);
  if (line.values.preflight === true) return;
  for (const name of OF_PREFLIGHT)
    if (line.values[name] !== undefined) place.at(name).error("input.option", "the flag needs --preflight");
}

function preflightOptions(values: Partial<CheckFlags>): PreflightOptions | undefined {
  const { preflight: isAsked, bulk, rule = [], placeholder = [], reader = [] } = values;
  if (isAsked !== true) return undefined;
  return {
    rules: Object.fromEntries(rule),
    placeholders: placeholder,
    clients: reader,
    ...(bulk === true ? { audience: "bulk" } : {}),
  };
}

interface Plan {
  readonly limits: Limits;
  readonly preflight: PreflightOptions | undefined;
  /** The severities that make a file bad. */
  readonly stops: ReadonlySet<string>;
}

// The other files are checked even when one cannot be read.
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

// An unknown client, or no data about clients.
function asUsage(error: unknown): never {
  const isOurs =
    error instanceof ClientDataMissingError || (error instanceof TypeError && /^clients: /.test(error.message));
  throw isOurs ? new UsageError(error.message.replace("clients:", "--reader:")) : error;
}

/** The issues, and the message where there is one: preflight checks a message over a limit, too. */
function issuesOf(mail: Mail, limits: Limits) {
  if (mail.kind === "raw") return { issues: lintRaw(mail.read.bytes, limits), readable: mail.read.bytes };
  const checked = renderInput(mail, { limits });
  return { issues: checked.issues, readable: checked.ok ? checked.rendered : undefined };
}

function isBad(found: readonly { readonly severity: string }[], { stops }: Plan): boolean {
  return found.some(({ severity }) => stops.has(severity));
}

function print(report: FileReport, io: Io): void {
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
