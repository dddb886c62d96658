// The bodies that a message's own options give as text: text, html, amp and watch. RFC 2046 s4.1.
import type { Charset } from "../encoding/charset.ts";
import { toCrlf } from "../encoding/line-ends.ts";
import { errorIssue, type Path, type Report, warningIssue } from "../issues.ts";
import { bodyHint } from "./content-hints.ts";
import { canEncode } from "./source.ts";
import { looksLikePath } from "./suspect-string.ts";
import { MARK, MARK_HINT } from "./unicode-text.ts";

/** Reads one text body: a string whose characters the charset has. Gives it with CRLF line ends (RFC 2046 s4.1.1). */
export function readText(input: unknown, charset: Charset, path: Path, report: Report): string | undefined {
  if (typeof input !== "string") {
    report(errorIssue("body.type", path, "a body is a string", { hint: bodyHint(input) }));
    return undefined;
  }
  if (looksLikePath(input)) {
    const hint = 'read the file first: await readFile(path, "utf8")';
    report(warningIssue("body.type", path, "the body is the path of a file, not what is in it", { hint }));
  }
  if (input.startsWith(MARK)) {
    const message = "the text begins with a byte order mark, which some readers show";
    report(warningIssue("body.mark", path, message, { hint: MARK_HINT }));
  }
  return canEncode(input, charset, path, report) ? toCrlf(input) : undefined;
}
