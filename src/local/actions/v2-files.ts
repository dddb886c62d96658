// Content.Simple.Attachments: files that the service attaches to the message it composes.
import { blobAt, type Json, structuresAt, textAt } from "../protocol/v2-json.ts";
import { oneOf, required, type Validation } from "../protocol/validation.ts";

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

// The order of the API's model.
const ENCODINGS = ["BASE64", "QUOTED_PRINTABLE", "SEVEN_BIT"] as const;
const DISPOSITIONS = ["ATTACHMENT", "INLINE"] as const;

const WRITTEN: Readonly<Record<(typeof ENCODINGS)[number], FileEncoding>> = {
  BASE64: "base64",
  QUOTED_PRINTABLE: "quoted-printable",
  SEVEN_BIT: "7bit",
};

/** Reads the attachments; what breaks a constraint is noted in `found`. @throws SesError */
export function v2Files(content: Json, found: Validation): readonly SimpleFile[] {
  return structuresAt(content, "Attachments").map((file, index) => {
    const member = `content.simple.attachments.${index + 1}.member`;
    const bytes = blobAt(file, "RawContent", `${member}.rawContent`);
    if (bytes === undefined) found.fail(undefined, `${member}.rawContent`, "Member must not be null");
    const filename = required(found, lengthAt(file, "FileName", { found, member, most: 255 }), `${member}.fileName`);
    const encoding = oneOf(
      found,
      textAt(file, "ContentTransferEncoding"),
      `${member}.contentTransferEncoding`,
      ENCODINGS,
    );
    const disposition = oneOf(found, textAt(file, "ContentDisposition"), `${member}.contentDisposition`, DISPOSITIONS);
    return {
      content: bytes ?? new Uint8Array(),
      filename,
      contentType: lengthAt(file, "ContentType", { found, member, least: 1, most: 78 }),
      disposition: disposition === "INLINE" ? "inline" : "attachment",
      description: lengthAt(file, "ContentDescription", { found, member, most: 1_000 }),
      contentId: lengthAt(file, "ContentId", { found, member, least: 1, most: 78 }),
      // Developer guide, Working with email attachments: SEVEN_BIT is the default.
      encoding: WRITTEN[encoding ?? "SEVEN_BIT"],
      place: `Content.Simple.Attachments.${index + 1}`,
    };
  });
}

interface Bounds {
  readonly found: Validation;
  readonly member: string;
  readonly least?: number;
  readonly most: number;
}

function lengthAt(file: Json, name: string, { found, member, least = 0, most }: Bounds): string | undefined {
  const text = textAt(file, name);
  if (text === undefined) return undefined;
  const path = `${member}.${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  if (text.length < least) found.fail(text, path, `Member must have length greater than or equal to ${least}`);
  if (text.length > most) found.fail(text, path, `Member must have length less than or equal to ${most}`);
  return text;
}
