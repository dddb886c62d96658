// Rules over the charset of what is shown as text: charset.unknown, raw.type. RFC 2046 s4.1.2.
import { decodedBody } from "../read/body.ts";
import { findField } from "../read/outline.ts";
import type { RawVisit } from "../read/walk.ts";
import { bodyPath, type Lint, placeOf, warn } from "./lint.ts";

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
  // 8-bit octets under a label that has none are told by the rule of octets.
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
