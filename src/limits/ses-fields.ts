// Values of the fields that steer SES. A value that breaks these rules sends the message, but not its events.
// Amazon SES Developer Guide, Amazon SES-specific headers.
import { errorIssue, type Path, type Report } from "../issues.ts";
import type { Limits } from "./profiles.ts";
import { tagFault, tagRule } from "./tags.ts";

const word = /^[A-Za-z0-9_-]+$/;

/** Checks a field by its name; fields that do not steer SES pass. */
export function checkSesField(name: string, value: string, path: Path, limits: Limits, report: Report): void {
  if (!limits.sesFields) return;
  const lower = name.toLowerCase();
  if (lower === "x-ses-message-tags") checkTags(value, path, limits, report);
  else if (lower === "x-ses-configuration-set") checkConfigurationSet(value, path, limits, report);
}

// `n1=v1, n2=v2`
function checkTags(value: string, path: Path, { tagLength }: Limits, report: Report): void {
  for (const [index, tag] of value.split(",").entries()) {
    const why = wrongWith(tag, tagLength);
    if (why === undefined) continue;
    // One issue a field: what follows the first mistake is often part of it.
    report(
      errorIssue("limit.tag", path, `tag ${index + 1}: ${why}`, { hint: "write name=value, separated by commas" }),
    );
    return;
  }
}

function wrongWith(tag: string, longest: number): string | undefined {
  const equals = tag.indexOf("=");
  if (equals < 0) return "it is not name=value";
  if (tagFault("name", tag.slice(0, equals).trim(), longest) !== undefined) return tagRule("name", longest);
  return tagFault("value", tag.slice(equals + 1).trim(), longest) === undefined ? undefined : tagRule("value", longest);
}

function checkConfigurationSet(value: string, path: Path, limits: Limits, report: Report): void {
  const longest = limits.configurationSetLength;
  if (value.length <= longest && word.test(value)) return;
  const what = `the name of a configuration set is 1 to ${longest} of A-Z a-z 0-9 _ -`;
  report(errorIssue("limit.configuration-set", path, what));
}
