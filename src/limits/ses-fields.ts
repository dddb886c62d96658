// Values of the fields that steer SES. A value that breaks these rules sends the message, but not its events.
// Amazon SES Developer Guide, Amazon SES-specific headers.
import { errorIssue, type Path, type Report } from "../issues.ts";
import type { Limits } from "./profiles.ts";

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
  const bad = value.split(",").findIndex((tag) => {
    const equals = tag.indexOf("=");
    const parts = equals < 0 ? [tag.trim()] : [tag.slice(0, equals).trim(), tag.slice(equals + 1).trim()];
    return parts.length < 2 || parts.some((part) => part.length > tagLength || !word.test(part));
  });
  if (bad < 0) return;
  const what = `tag ${bad + 1} is not name=value of at most ${tagLength} of A-Z a-z 0-9 _ - each`;
  report(errorIssue("limit.tag", path, what, { hint: "separate tags with commas" }));
}

function checkConfigurationSet(value: string, path: Path, limits: Limits, report: Report): void {
  const longest = limits.configurationSetLength;
  if (value.length <= longest && word.test(value)) return;
  const what = `the name of a configuration set is 1 to ${longest} of A-Z a-z 0-9 _ -`;
  report(errorIssue("limit.configuration-set", path, what));
}
