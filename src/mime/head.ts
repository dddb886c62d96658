// The head of a part: its own fields, then the ones that describe its content. RFC 2045 s3, RFC 2183.

import type { Charset } from "../encoding/charset.ts";
import type { TransferEncoding } from "../encoding/choose.ts";
import { formatDate } from "../headers/date.ts";
import { type Field, formatField } from "../headers/field.ts";
import type { Part } from "../message/types.ts";
import { scanHeadText } from "./scan.ts";

/** What a head is written with. */
export interface HeadOptions {
  readonly charset: Charset;
  readonly legacyNames: boolean;
  readonly encoding: TransferEncoding;
  /** Of a multipart. */
  readonly boundary: string | undefined;
  /** The head of a message, which says that it is MIME, or of a part. */
  readonly of: "message" | "part";
}

/** A head that was written. */
export interface Head {
  /** ASCII, without the empty line after it. */
  readonly text: string;
  /** Octets of the longest line. */
  readonly longest: number;
  /** Octets of each of the part's own fields, folds and line ends included. */
  readonly fieldLengths: readonly number[];
}

/** Writes the head of a part. */
export function writeHead(part: Part, options: HeadOptions): Head {
  const names: string[] = [];
  const fieldLengths: number[] = [];
  let text = "";
  const write = (field: Field): number => {
    const written = formatField(field, options);
    names.push(field.name);
    text += written;
    return written.length;
  };
  for (const field of part.fields) fieldLengths.push(write(field));
  for (const field of contentFields(part, options)) write(field);
  return { text, longest: scanHeadText(text, names), fieldLengths };
}

function contentFields(part: Part, { encoding, boundary, of }: HeadOptions): readonly Field[] {
  const fields: Field[] = [];
  if (of === "message") fields.push(structured("MIME-Version", "1.0"));
  fields.push(parameterized("Content-Type", part.type, typeParameters(part, boundary)));
  // RFC 2045 s6.1: 7bit is what a part without the field has; a multipart says so only when it is another.
  if (encoding !== "7bit" || part.content !== undefined) fields.push(structured("Content-Transfer-Encoding", encoding));
  if (part.id !== undefined) fields.push({ name: "Content-ID", value: { kind: "ids", ids: [`<${part.id}>`] } });
  const disposition = dispositionParameters(part);
  if (part.disposition !== undefined || disposition.length > 0) {
    fields.push(parameterized("Content-Disposition", part.disposition ?? "attachment", disposition));
  }
  if (part.description !== undefined) {
    fields.push({ name: "Content-Description", value: { kind: "text", text: part.description } });
  }
  return fields;
}

type Parameters = readonly (readonly [name: string, value: string])[];

function structured(name: string, text: string): Field {
  return { name, value: { kind: "structured", text } };
}

function parameterized(name: string, value: string, parameters: Parameters): Field {
  return { name, value: { kind: "parameterized", value, parameters } };
}

// A plain ASCII name stands in the type too, where readers older than RFC 2183 look for it.
function typeParameters(part: Part, boundary: string | undefined): Parameters {
  const parameters: [string, string][] = Object.entries(part.parameters);
  if (boundary !== undefined) parameters.push(["boundary", boundary]);
  if (part.filename !== undefined) parameters.push(["name", part.filename]);
  return parameters;
}

function dispositionParameters(part: Part): Parameters {
  const parameters: [string, string][] = [];
  if (part.filename !== undefined) parameters.push(["filename", part.filename]);
  if (part.size !== undefined) parameters.push(["size", String(part.size)]);
  if (part.creationDate !== undefined) parameters.push(["creation-date", formatDate(part.creationDate)]);
  if (part.modificationDate !== undefined) parameters.push(["modification-date", formatDate(part.modificationDate)]);
  return parameters;
}
