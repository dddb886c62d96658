// What the Content-* fields of a part in raw bytes say about it. RFC 2045 s5, s6; RFC 2183.
import { isToken } from "../headers/tokens.ts";
import type { RawField } from "./head.ts";
import { type NameText, type ParameterDefect, type RawParameters, readParameters } from "./parameters.ts";

/** What a part is, by its fields. */
export interface RawDescription {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly encoding: string;
  readonly disposition?: string;
  readonly filename?: string;
  readonly filenames: readonly string[];
}

/** A content field that says something impossible. */
export interface ContentDefect {
  readonly kind: "type" | "disposition" | "encoding";
  readonly offset: number;
  readonly line: number;
  readonly parameters?: readonly ParameterDefect[];
  readonly unexpected?: string;
}

/**
 * Reads the content fields of a part.
 *
 * @param fields - the part's fields
 * @param otherwise - the type of a part that has no Content-Type
 * @param nameText - what a plain name of a file means
 */
export function readContentFields(
  fields: readonly RawField[],
  otherwise: string,
  nameText?: NameText,
): { readonly description: RawDescription; readonly defects: readonly ContentDefect[] } {
  const defects: ContentDefect[] = [];
  const read = (kind: "type" | "disposition"): RawParameters | undefined => {
    const field = findField(fields, `content-${kind}`);
    if (field === undefined) return undefined;
    const found = readParameters(field.value, nameText);
    const { start: offset, line } = field;
    const noType = kind === "type" && found.value !== "" && !isMediaType(found.value);
    const parameters: readonly ParameterDefect[] = noType ? ["value", ...found.defects] : found.defects;
    const { unexpected } = found;
    if (parameters.length > 0) {
      defects.push({ kind, offset, line, parameters, ...(unexpected === undefined ? {} : { unexpected }) });
    }
    return found;
  };
  const type = read("type");
  const disposition = read("disposition");
  const label = findField(fields, "content-transfer-encoding");
  const filename = disposition?.parameters.get("filename") ?? type?.parameters.get("name");
  const description: RawDescription = {
    // RFC 2045 s5.2: a Content-Type that cannot be read counts as text/plain.
    type: type === undefined ? otherwise : isMediaType(type.value) ? type.value : "text/plain",
    parameters: type?.parameters ?? noParameters,
    encoding: label === undefined ? "7bit" : readParameters(label.value).value,
    ...(disposition === undefined ? {} : { disposition: disposition.value }),
    ...(filename === undefined ? {} : { filename }),
    filenames: [...valuesOf(disposition, "filename"), ...valuesOf(type, "name")],
  };
  if (label !== undefined && !isLegalEncoding(description)) {
    defects.push({ kind: "encoding", offset: label.start, line: label.line });
  }
  return { description, defects };
}

const noParameters: ReadonlyMap<string, string> = new Map();

/** The first field of that name, which is given in lower case. */
export function findField(fields: readonly RawField[], name: string): RawField | undefined {
  return fields.find((field) => field.name.length === name.length && field.name.toLowerCase() === name);
}

function valuesOf(from: RawParameters | undefined, name: string): readonly string[] {
  return from === undefined ? [] : from.all.filter((one) => one.name === name).map((one) => one.value);
}

function isMediaType(value: string): boolean {
  const slash = value.indexOf("/");
  return slash > 0 && isToken(value.slice(0, slash)) && isToken(value.slice(slash + 1));
}

/** True for the five of RFC 2045 s6.1. */
export function isKnownEncoding(encoding: string): boolean {
  return knownEncodings.has(encoding);
}

const knownEncodings = new Set(["7bit", "8bit", "binary", "quoted-printable", "base64"]);

function isLegalEncoding({ type, encoding }: RawDescription): boolean {
  return isKnownEncoding(encoding) && !(isEncoded(encoding) && isComposite(type));
}

/** True for the encodings that change octets. */
export function isEncoded(encoding: string): boolean {
  return encoding === "base64" || encoding === "quoted-printable";
}

/**
 * True for types whose content is never base64 or quoted-printable: RFC 2045 s6.4. RFC 6532 s3.5 frees message/global
 * and its kin.
 */
export function isComposite(type: string): boolean {
  return type.startsWith("multipart/") || (type.startsWith("message/") && !type.startsWith("message/global"));
}
