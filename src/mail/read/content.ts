// What the Content-* fields of a part in raw bytes say about it. RFC 2045 s5, s6; RFC 2183.
import type { RawField } from "./head.ts";
import { type ParameterDefect, type RawParameters, readParameters } from "./parameters.ts";

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

interface Read extends RawParameters {
  readonly field: RawField;
}

/**
 * Reads the content fields of a part.
 *
 * @param fields - the part's fields
 * @param otherwise - the type of a part that has no Content-Type
 */
export function readContentFields(
  fields: readonly RawField[],
  otherwise: string,
): { readonly description: RawDescription; readonly defects: readonly ContentDefect[] } {
  const type = readContentField(fields, "content-type");
  const disposition = readContentField(fields, "content-disposition");
  const encoding = readContentField(fields, "content-transfer-encoding");
  const filename = disposition?.parameters.get("filename") ?? type?.parameters.get("name");
  const description: RawDescription = {
    // RFC 2045 s5.2: a Content-Type that cannot be read counts as text/plain.
    type: type === undefined ? otherwise : isMediaType(type.value) ? type.value : "text/plain",
    parameters: type?.parameters ?? noParameters,
    encoding: encoding?.value ?? "7bit",
    ...(disposition === undefined ? {} : { disposition: disposition.value }),
    ...(filename === undefined ? {} : { filename }),
    filenames: [...valuesOf(disposition, "filename"), ...valuesOf(type, "name")],
  };
  const defects = [
    ...parameterDefect("type", type),
    ...parameterDefect("disposition", disposition),
    ...(encoding === undefined || isLegalEncoding(description) ? [] : [at("encoding", encoding.field)]),
  ];
  return { description, defects };
}

const noParameters: ReadonlyMap<string, string> = new Map();

function readContentField(fields: readonly RawField[], name: string): Read | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : { field, ...readParameters(field.value) };
}

/** The first field of that name, which is given in lower case. */
export function findField(fields: readonly RawField[], name: string): RawField | undefined {
  return fields.find((field) => field.name.length === name.length && field.name.toLowerCase() === name);
}

function valuesOf(from: RawParameters | undefined, name: string): readonly string[] {
  return from === undefined ? [] : from.all.filter((one) => one.name === name).map((one) => one.value);
}

function isMediaType(value: string): boolean {
  return /^[!#$%&'*+\-.0-9^_`a-z{|}~]+\/[!#$%&'*+\-.0-9^_`a-z{|}~]+$/.test(value);
}

function at(kind: ContentDefect["kind"], { start, line }: RawField): ContentDefect {
  return { kind, offset: start, line };
}

function parameterDefect(kind: "type" | "disposition", read: Read | undefined): readonly ContentDefect[] {
  if (read === undefined) return [];
  const noType = kind === "type" && read.value !== "" && !isMediaType(read.value);
  const parameters: readonly ParameterDefect[] = noType ? ["value", ...read.defects] : read.defects;
  if (parameters.length === 0) return [];
  const defect = { ...at(kind, read.field), parameters };
  return [read.unexpected === undefined ? defect : { ...defect, unexpected: read.unexpected }];
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
