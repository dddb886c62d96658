// A file that the service attaches to the message it composes, as a part.

import { IssueList } from "../../issues.ts";
import { blockedExtension, sesBlockedExtensions } from "../../mail/limits/ses.ts";
import { readContentType, typeOfName } from "../../mail/message/content-type.ts";
import type { PartInput } from "../../mail/message/types.ts";
import { survey } from "../../mail/octets/choose.ts";

import type { DeliveryNote } from "../model/message.ts";
import { invalidContent, invalidValue } from "../protocol/errors.ts";
import type { DeliveryNotes } from "./notes.ts";

/** The part of a file, its bytes as they were given. @throws SesError for a type that the service refuses */
export function simpleFile(file: SimpleFile, notes: DeliveryNotes): PartInput {
  const { content, filename, disposition, description, contentId } = file;
  const { type, parameters: given } = typeOf(file);
  // The name in the type is an older place of the name of the file, RFC 2046 s4.1: one is written for both.
  const { name = filename, ...parameters } = given;
  if (blockedExtension([filename, name], sesBlockedExtensions) !== undefined) {
    throw invalidContent();
  }
  return {
    type,
    parameters,
    content,
    filename,
    disposition,
    encoding: encodingOf(file, type, notes),
    ...(description === undefined || description === "" ? {} : { description }),
    ...(contentId === undefined ? {} : { id: contentId }),
  };
}

function typeOf({ contentType, filename, place }: SimpleFile) {
  if (contentType === undefined) return { type: typeOfName(filename) ?? "application/octet-stream", parameters: {} };
  const read = readContentType(contentType, new IssueList().root);
  if (read === undefined) throw invalidValue(`${place}.ContentType: '${contentType}' is not a content type.`);
  return read;
}

const longestLine = 998;

// A 7-bit part is written without any encoding: what is not lines of ASCII does not survive it.
function encodingOf(
  { content, encoding, place, filename }: SimpleFile,
  type: string,
  notes: DeliveryNotes,
): FileEncoding {
  const { ascii, nul, bareLineEnds, longestLine: longest } = survey(content);
  const isText = ascii && !nul && longest <= longestLine;
  // RFC 2046 s5.2.1: an enclosed message is not encoded.
  if (type.startsWith("message/")) {
    if (!isText) notes.add(enclosedNote(place, filename));
    return "7bit";
  }
  if (encoding !== "7bit") return encoding;
  if (isText && !bareLineEnds) return encoding;
  const note = {
    code: "ses.attachment-encoding",
    place: `${place}.ContentTransferEncoding`,
    hint: "Set ContentTransferEncoding to BASE64. Here the file is attached unchanged.",
  } as const;
  const written = `the service writes "${filename}" as SEVEN_BIT, its default`;
  // A text whose lines end otherwise is still the same text to its reader.
  if (isText) notes.add({ ...note, severity: "warning", message: `${written}: its line ends become CRLF` });
  else notes.damage({ ...note, severity: "error", message: `${written}, which damages what is not lines of ASCII` });
  return "base64";
}

function enclosedNote(place: string, filename: string): DeliveryNote {
  return {
    code: "ses.attachment-encoding",
    severity: "warning",
    place: `${place}.ContentType`,
    message: `an enclosed message is not encoded: here the 8-bit parts of "${filename}" are encoded one by one`,
    hint: "Set ContentType to application/octet-stream where its bytes have to arrive unchanged.",
  };
}

/** How a file travels. */
export type FileEncoding = "7bit" | "base64" | "quoted-printable";

/** A file to attach. */
export interface SimpleFile {
  readonly content: Uint8Array;
  readonly filename: string;
  /** `type/subtype` with parameters; from the name's extension when absent. */
  readonly contentType: string | undefined;
  readonly disposition: "attachment" | "inline";
  readonly description: string | undefined;
  readonly contentId: string | undefined;
  readonly encoding: FileEncoding;
  /** The parameter it came in. */
  readonly place: string;
}
