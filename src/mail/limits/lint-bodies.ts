// Rules over what parts hold: raw.encoding (content), attachment.blocked-type, charset.unknown, raw.type (charset).
// RFC 2045 s6.7, s6.8; RFC 2046 s4.1.2.

import { decodedBody } from "../read/body.ts";
import { decodeWords } from "../read/encoded-words.ts";
import { lineFrom } from "../read/octets.ts";
import { findField } from "../read/outline.ts";
import { base64Fault, type ContentFault, quotedPrintableFault } from "../read/transfer-content.ts";
import type { RawVisit } from "../read/walk.ts";
import { bodyPath, type Lint, placeOf, refuse, warn } from "./lint.ts";
import { blockedExtension } from "./ses.ts";

/** Looks into every leaf. */
export function lintBodies(lint: Lint): void {
  for (const visit of lint.visits) {
    lintFile(lint, visit);
    const { part } = visit;
    if (part.parts.length > 0 || part.message !== undefined) continue;
    const range = { start: part.bodyStart, end: part.bodyEnd };
    if (part.encoding === "base64") reportContent(lint, visit, base64Fault(lint.bytes, range));
    else if (part.encoding === "quoted-printable") reportContent(lint, visit, quotedPrintableFault(lint.bytes, range));
  }
}

function reportContent(lint: Lint, visit: RawVisit, { error, long, blank }: ContentFault): void {
  const { bodyStart, bodyLine, encoding } = visit.part;
  const finding = (offset: number, what: string) => ({
    code: "raw.encoding" as const,
    path: bodyPath(visit),
    line: lineFrom(lint.bytes, bodyStart, bodyLine, offset),
    what,
    rfc: encoding === "base64" ? "RFC 2045 s6.8" : "RFC 2045 s6.7",
  });
  if (error >= 0) refuse(lint, finding(error, `invalid ${encoding}`));
  if (blank >= 0) {
    const rfc = "RFC 2045 s6.7(3)";
    warn(lint, { ...finding(blank, "a blank at the end of a line, which readers take out: write it as =20"), rfc });
  }
  if (long >= 0) warn(lint, finding(long, `a line of ${encoding} is longer than 76 characters`));
}

function lintFile(lint: Lint, visit: RawVisit): void {
  const { part } = visit;
  // RFC 2047 s5: a file name must not be an encoded-word, yet readers decode it.
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

/** Looks at the texts that are shown with the message; a file has the octets that it has. */
export function lintTexts(lint: Lint): void {
  for (const visit of lint.visits) {
    const { type, disposition } = visit.part;
    if (visit.enclosed || disposition === "attachment") continue;
    if (type === "text/plain" || type === "text/html") lintText(lint, visit);
  }
}

function lintText(lint: Lint, visit: RawVisit): void {
  const { part } = visit;
  const label = part.parameters.get("charset");
  const field = findField(part.fields, "content-type");
  const head = { path: [...placeOf(visit), "Content-Type"], line: field?.line ?? part.headLine };
  const decoder = label === undefined ? undefined : decoderOf(label);
  if (label !== undefined && decoder === undefined && !isAsciiLabel(label)) {
    const what = "the charset of a text is not known here";
    warn(lint, { code: "charset.unknown", ...head, what, rfc: "RFC 2046 s4.1.2", hint: "utf-8" });
    return;
  }
  // The rule of octets reports 8-bit octets under a label that has none.
  const isEncoded = part.encoding === "base64" || part.encoding === "quoted-printable";
  const isEightBit = part.encoding === "8bit" || part.encoding === "binary";
  if (!isEncoded && !isEightBit) return;
  const octets = decodedBody(lint.bytes, part);
  if (!octets.some((octet) => octet > 0x7f)) return;
  if (label === undefined || isAsciiLabel(label)) {
    const what = `a text of other characters than ASCII ${label === undefined ? "has no charset" : "says that it is ASCII"}`;
    warn(lint, {
      code: "raw.type",
      ...head,
      what,
      rfc: "RFC 2046 s4.1.2",
      hint: 'name the charset, as in "charset=utf-8"',
    });
  } else if (decoder !== undefined && !isIn(octets, decoder)) {
    const what = "the octets of a text are not in its charset";
    warn(lint, { code: "raw.type", path: bodyPath(visit), line: part.bodyLine, what, rfc: "RFC 2046 s4.1.2" });
  }
}

// TextDecoder takes ASCII for windows-1252.
function isAsciiLabel(label: string): boolean {
  return /^(?:us-)?ascii$/i.test(label.trim());
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}

function isIn(octets: Uint8Array, decoder: TextDecoder): boolean {
  try {
    decoder.decode(octets);
    return true;
  } catch {
    return false;
  }
}
