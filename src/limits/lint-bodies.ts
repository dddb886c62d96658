// Rules over what parts hold: raw.encoding (content), attachment.blocked-type. RFC 2045 s6.7, s6.8.

import { decodeWords } from "../read/encoded-words.ts";
import { lineFrom } from "../read/octets.ts";
import { base64Fault, type ContentFault, quotedPrintableFault } from "../read/transfer-content.ts";
import type { RawVisit } from "../read/walk.ts";
import { blockedExtension } from "./file-type.ts";
import { bodyPath, type Lint, placeOf, refuse, warn } from "./lint.ts";

/** Looks into every leaf. */
export function lintBodies(lint: Lint): void {
  for (const visit of lint.visits) {
    lintFile(lint, visit);
    const { part } = visit;
    if (part.parts.length > 0 || part.message !== undefined) continue;
    const range = { start: part.bodyStart, end: part.bodyEnd };
    if (part.encoding === "base64") tell(lint, visit, base64Fault(lint.bytes, range));
    else if (part.encoding === "quoted-printable") tell(lint, visit, quotedPrintableFault(lint.bytes, range));
  }
}

function tell(lint: Lint, visit: RawVisit, { error, long, blank }: ContentFault): void {
  const { bodyStart, bodyLine, encoding } = visit.part;
  const finding = (offset: number, what: string) => ({
    code: "raw.encoding" as const,
    path: bodyPath(visit),
    line: lineFrom(lint.bytes, bodyStart, bodyLine, offset),
    what,
    rfc: encoding === "base64" ? "RFC 2045 s6.8" : "RFC 2045 s6.7",
  });
  if (error >= 0) refuse(lint, finding(error, `this is no ${encoding}`));
  if (blank >= 0) {
    const rfc = "RFC 2045 s6.7(3)";
    warn(lint, { ...finding(blank, "a blank at the end of a line, which readers take out: write it as =20"), rfc });
  }
  if (long >= 0) warn(lint, finding(long, `a line of ${encoding} is longer than 76 characters`));
}

function lintFile(lint: Lint, visit: RawVisit): void {
  const { part } = visit;
  // An encoded-word is no way to write a file name (RFC 2047 s5), yet readers decode it.
  const names = part.filenames.flatMap((name) => (name.includes("=?") ? [name, decodeWords(name)] : [name]));
  const extension = blockedExtension(names, lint.limits.blockedExtensions);
  if (extension === undefined) return;
  const finding = {
    code: "attachment.blocked-type" as const,
    path: [...placeOf(visit), "filename"],
    line: part.headLine,
    what: `${lint.limits.name} refuses files of type .${extension}`,
  };
  // Whether a service looks into enclosed messages is not published.
  if (visit.enclosed) warn(lint, finding);
  else refuse(lint, finding);
}
