// What can be wrong with a message that another program wrote: a code, a place, and one sentence for each.

import { fieldGrammar } from "../headers/field-names.ts";
import type { AddressDefect } from "./addresses.ts";
import { readAddressList } from "./addresses.ts";
import { readDate } from "./dates.ts";
import { idsFault, isIdWord } from "./message-ids.ts";
import { lineFrom } from "./octets.ts";
import { findField, type RawDefectKind, type RawField, type RawPart } from "./outline.ts";
import type { ParameterDefect } from "./parameters.ts";
import { isKnownCharset } from "./text.ts";
import { base64Fault, quotedPrintableFault } from "./transfer-content.ts";
import { isMessageHead, pathOf, type RawVisit } from "./walk.ts";
import { checkWords } from "./word-faults.ts";

/** The code of a {@link ReadDefect}: a fault of the outline, or of a value or body that was looked into. */
export type DefectCode = RawDefectKind | "address" | "date" | "message-id" | "encoded-word" | "charset" | "body";

/** A fault, and where it is. */
export interface ReadDefect {
  readonly code: DefectCode;
  /** Indices from the outermost part down; an enclosed message is child 0 of its part. */
  readonly path: readonly number[];
  /** Octets from the start of the message. */
  readonly offset: number;
  /** Number of the line, from 1. */
  readonly line: number;
  /** The field it is in. */
  readonly field?: string;
  readonly message: string;
  /** The section of the rule, as in `RFC 5322 s2.2`. */
  readonly rfc: string;
}

/** What a fault of the outline is, in words. */
export interface DefectRule {
  readonly what: string;
  readonly rfc: string;
}

/** A sentence for each fault of the outline that is one thing; those of content fields have several. */
export const outlineRules: Readonly<Record<Exclude<RawDefectKind, "type" | "disposition" | "encoding">, DefectRule>> = {
  "byte-order-mark": {
    what: "a byte order mark before the head: readers do not find the first field",
    rfc: "RFC 5322 s2.2",
  },
  "mbox-line": { what: "a line of an mbox file precedes the head", rfc: "RFC 4155" },
  "no-fields": { what: "there is no header field", rfc: "RFC 5322 s3.6" },
  "no-blank-line": { what: "no blank line ends the head", rfc: "RFC 5322 s2.1" },
  "malformed-field": { what: "invalid header field; expected name: value", rfc: "RFC 5322 s2.2" },
  "empty-name": { what: "a field has no name", rfc: "RFC 5322 s2.2" },
  "name-blank": { what: "a field has a blank before its colon", rfc: "RFC 5322 s4.5" },
  "blank-fold": { what: "a folded line holds blanks only", rfc: "RFC 5322 s3.2.2" },
  "head-too-long": { what: "the head is too long", rfc: "RFC 5322 s2.1.1" },
  "too-many-fields": { what: "the head has too many fields", rfc: "RFC 5322 s3.6" },
  "boundary-missing": { what: "a multipart has no boundary", rfc: "RFC 2046 s5.1.1" },
  "boundary-illegal": {
    what: "a boundary is 1 to 70 of certain characters, the last no blank",
    rfc: "RFC 2046 s5.1.1",
  },
  "boundary-repeated": { what: "the boundary is that of an enclosing multipart", rfc: "RFC 2046 s5.1.1" },
  "boundary-prefix": {
    what: "the boundary starts like that of an enclosing multipart, or the other way round",
    rfc: "RFC 2046 s5.1.1",
  },
  "boundary-unused": { what: "the boundary of a multipart does not occur in it", rfc: "RFC 2046 s5.1.1" },
  "boundary-unclosed": { what: "a multipart ends without its closing delimiter", rfc: "RFC 2046 s5.1.1" },
  parts: { what: "there are too many parts", rfc: "RFC 2046 s5.1" },
  depth: { what: "parts nest too deep", rfc: "RFC 2046 s5.1" },
};

/** What breaks the grammar of Content-Type and Content-Disposition, in words. */
export const parameterRules: Readonly<Record<ParameterDefect, string>> = {
  value: "the value before the parameters cannot be read",
  equals: "a parameter has no `=` (SES answers `Expected '=', got 'null'`)",
  parameter: "expected name=value in a parameter: quote values that contain spaces or specials",
  quote: "a quoted string or a comment does not end",
  repeated: "a parameter occurs twice",
  extended: "sections of an extended parameter are not 0, 1, 2 …, or its encoding is wrong",
};

/** The rule of a Content-Transfer-Encoding that cannot be. */
export function encodingRule({ type }: RawPart): DefectRule {
  return /^(?:multipart|message)\//.test(type)
    ? { what: "what holds parts or a message is 7bit or 8bit", rfc: "RFC 2045 s6.4" }
    : { what: "Content-Transfer-Encoding is 7bit, 8bit, quoted-printable or base64", rfc: "RFC 2045 s6.1" };
}

const addressRules: Readonly<Record<AddressDefect, string>> = {
  address: "a mailbox has no address",
  text: "there are words beside an address that belong to nothing",
  unclosed: "a quoted string, comment, angle bracket or group does not end",
  semicolon: "a semicolon outside of a group, where a comma is expected",
  group: "a colon where no group can begin",
  backslash: "a backslash outside of a quoted string",
};

/** Everything that is wrong with the parts, in the order of the bytes, each part's values and body after its outline. */
export function defectsOf(bytes: Uint8Array, visits: readonly RawVisit[]): readonly ReadDefect[] {
  return visits.flatMap((visit) => {
    const path = pathOf(visit);
    return [...outlineDefects(visit), ...valueDefects(bytes, visit), ...bodyDefects(bytes, visit.part)].map(
      (found) => ({ ...found, path }),
    );
  });
}

type Found = Omit<ReadDefect, "path">;

function outlineDefects(visit: RawVisit): readonly Found[] {
  const { part } = visit;
  // RFC 2046 s5.1.1: a part may end with its head.
  const all = isMessageHead(visit) ? part.defects : part.defects.filter(({ kind }) => kind !== "no-blank-line");
  return all.flatMap(({ kind, offset, line, parameters }): readonly Found[] => {
    const place = { code: kind, offset, line };
    switch (kind) {
      case "encoding": {
        const { what, rfc } = encodingRule(part);
        return [{ ...place, field: "Content-Transfer-Encoding", message: what, rfc }];
      }
      case "type":
      case "disposition":
        return (parameters ?? []).map((defect) => ({
          ...place,
          field: kind === "type" ? "Content-Type" : "Content-Disposition",
          message: parameterRules[defect],
          rfc: defect === "extended" ? "RFC 2231 s3" : "RFC 2045 s5.1",
        }));
      default:
        return [{ ...place, message: outlineRules[kind].what, rfc: outlineRules[kind].rfc }];
    }
  });
}

function valueDefects(bytes: Uint8Array, visit: RawVisit): readonly Found[] {
  return visit.part.fields.flatMap((field) => {
    const place = { offset: field.start, line: field.line, field: field.name };
    return [
      ...grammarDefects(field, isMessageHead(visit)).map((found) => ({ ...place, ...found })),
      ...wordDefects(bytes, field).map((found) => ({ ...place, ...found })),
    ];
  });
}

type Fault = Pick<Found, "code" | "message" | "rfc">;

function grammarDefects({ name, value }: RawField, inMessageHead: boolean): readonly Fault[] {
  const grammar = fieldGrammar(name);
  const isContentId = name.toLowerCase() === "content-id";
  if (!inMessageHead && !isContentId) return [];
  switch (grammar) {
    case "mailbox":
    case "mailboxes":
    case "addresses": {
      const { defects } = readAddressList(value);
      return defects.map((kind) => ({ code: "address", message: addressRules[kind], rfc: "RFC 5322 s3.4" }));
    }
    case "date": {
      const message = "the date and time cannot be read";
      return readDate(value).date === undefined ? [{ code: "date", message, rfc: "RFC 5322 s3.3" }] : [];
    }
    case "id":
    case "ids": {
      const fault = isContentId && isIdWord(value) ? undefined : idsFault(value, grammar === "id" ? "one" : "many");
      return fault === undefined ? [] : [{ code: "message-id", message: fault, rfc: "RFC 5322 s3.6.4" }];
    }
    default:
      return [];
  }
}

function wordDefects(bytes: Uint8Array, field: RawField): readonly (Fault & { readonly line: number })[] {
  if (!field.value.includes("=?")) return [];
  const faults = checkWords(bytes.subarray(field.start, field.end)).filter(({ severity }) => severity === "error");
  return faults.map(({ what, line }) => {
    return { code: "encoded-word", message: what, rfc: "RFC 2047 s4", line: field.line + line };
  });
}

function bodyDefects(bytes: Uint8Array, part: RawPart): readonly Found[] {
  if (part.parts.length > 0 || part.message !== undefined) return [];
  const { encoding, bodyStart, bodyEnd, bodyLine } = part;
  const found: Found[] = [];
  const label = part.parameters.get("charset");
  if (part.type.startsWith("text/") && label !== undefined && !isKnownCharset(label)) {
    const { start: offset, line } = findField(part.fields, "content-type") ?? {
      start: part.headStart,
      line: part.headLine,
    };
    const message = "the charset of a text is not known here: it is read as UTF-8, or one character for each octet";
    found.push({ code: "charset", offset, line, field: "Content-Type", message, rfc: "RFC 2046 s4.1.2" });
  }
  const fault =
    encoding === "base64" ? base64Fault : encoding === "quoted-printable" ? quotedPrintableFault : undefined;
  const offset = fault?.(bytes, { start: bodyStart, end: bodyEnd }).error ?? -1;
  if (offset >= 0) {
    const line = lineFrom(bytes, bodyStart, bodyLine, offset);
    const rfc = encoding === "base64" ? "RFC 2045 s6.8" : "RFC 2045 s6.7";
    found.push({ code: "body", offset, line, message: `invalid ${encoding}`, rfc });
  }
  return found;
}
