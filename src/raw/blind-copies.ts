// The recipients that a message hides from its readers, and that its own head would show. RFC 5322 s3.6.3.
import { type Path, type Report, warningIssue } from "../issues.ts";
import type { RawPart } from "./outline.ts";
import { isMessageHead, walkRaw } from "./walk.ts";

/** Warns once of a Bcc or Resent-Bcc in the head of a message or of one that it encloses: who forwards it shows them. */
export function warnOfBcc(root: RawPart, path: Path, report: Report): void {
  for (const visit of walkRaw(root)) {
    const field = isMessageHead(visit)
      ? visit.part.fields.find((one) => /^(?:resent-)?bcc$/i.test(one.name))
      : undefined;
    if (field === undefined) continue;
    report(warningIssue("raw.bcc", path, `the message has the field ${field.name}`, { rfc: "RFC 5322 s3.6.3" }));
    return;
  }
}
