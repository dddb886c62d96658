// Issues as text for people.

type Path = readonly (string | number)[];

/** What the text of an issue is made of. */
interface Described {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

// V8 has no string of more than 2^29 characters, and `stack` is longer than `message`.
const MOST_TEXT = 2 ** 28;

/**
 * Issues as the message of an error, one per line, errors first: they have to be fixed. Text that no string could hold
 * ends with how many issues are missing.
 *
 * @param most - how many characters the lines may have
 */
export function describeIssues(
  issues: readonly (Described & { readonly severity: "error" | "warning" })[],
  most = MOST_TEXT,
): string {
  let text = "";
  let count = 0;
  for (const severity of ["error", "warning"]) {
    for (const issue of issues) {
      if (issue.severity !== severity) continue;
      const line = (severity === "error" ? "" : "warning: ") + describeIssue(issue);
      if (text.length + line.length >= most) return `${text}\nand ${issues.length - count} more: see issues`;
      text += count++ === 0 ? line : `\n${line}`;
    }
  }
  return text;
}

/** An issue in one line: code, path, what is wrong, and in parentheses what to write instead. */
export function describeIssue({ code, path, message, hint }: Described): string {
  const place = path.length > 0 ? ` at ${formatPath(path)}` : "";
  return oneLine(`${code}${place}: ${message}${hint === undefined ? "" : ` (${hint})`}`);
}

/**
 * Text for people on one line: what a log or a terminal takes for a line break, a command or a change of direction is
 * written as an escape.
 */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const MOST_SHOWN = 60;

/** A key as it is shown in an issue: it may be anything, so it is short and on one line. */
export function shownName(key: string): string {
  return oneLine(JSON.stringify(key.length > MOST_SHOWN ? `${key.slice(0, MOST_SHOWN)}…` : key));
}

/** A path as people write it: `attachments[0].filename`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (key.length <= MOST_SHOWN && /^[A-Za-z_$][\w$]*$/.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${shownName(key)}]`;
  }
  return text;
}
