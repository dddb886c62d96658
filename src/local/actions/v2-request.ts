// Reads the JSON of a v2 SendEmail request: its shape first, all that is missing at once; then the addresses.
import { invalidValue } from "../protocol/errors.ts";
import {
  blobAt,
  filledTextAt,
  type Json,
  readJson,
  structureAt,
  structuresAt,
  textAt,
  textsAt,
} from "../protocol/v2-json.ts";
import {
  lengthWithin,
  memberName,
  missing,
  oneOf,
  required,
  type Validation,
  validation,
} from "../protocol/validation.ts";
import { type AddressNames, type ReadAddresses, readAddresses } from "../sending/addresses.ts";
import type { SimpleContent } from "../sending/compose.ts";
import type { DeliveryNotes } from "../sending/notes.ts";
import type { Tag } from "../sending/sending-options.ts";
import type { FileEncoding, SimpleFile } from "../sending/simple-file.ts";

/** A request as it was read. */
export interface V2Input {
  readonly addresses: ReadAddresses;
  readonly content: Exclude<V2Content, { readonly kind: "template" }>;
  readonly tags: readonly Tag[];
  readonly configurationSet: string | undefined;
  readonly fromArn: string | undefined;
  readonly feedbackArn: string | undefined;
}

/** Reads the body of a request. @throws SesError SerializationException, ValidationError, InvalidParameterValue */
export function readV2Input(body: Uint8Array, notes: DeliveryNotes): V2Input {
  const input = readJson(body);
  const destination = structureAt(input, "Destination") ?? {};
  const found = validation("hidden");
  const given = {
    source: filledTextAt(input, "FromEmailAddress"),
    to: textsAt(destination, "ToAddresses"),
    cc: textsAt(destination, "CcAddresses"),
    bcc: textsAt(destination, "BccAddresses"),
    feedbackTo: filledTextAt(input, "FeedbackForwardingEmailAddress"),
    replyTo: textsAt(input, "ReplyToAddresses"),
  };
  const content = v2Content(input, found);
  const rest = {
    tags: structuresAt(input, "EmailTags").map((tag) => ({
      name: textAt(tag, "Name") ?? "",
      value: textAt(tag, "Value") ?? "",
    })),
    configurationSet: filledTextAt(input, "ConfigurationSetName"),
    fromArn: filledTextAt(input, "FromEmailAddressIdentityArn"),
    feedbackArn: filledTextAt(input, "FeedbackForwardingEmailAddressIdentityArn"),
  };
  found.done();
  noteUnplayed(input, notes);
  return { content: withSource(content, given.source), addresses: readAddresses(given, NAMES, notes), ...rest };
}

const NAMES: AddressNames = {
  source: "FromEmailAddress",
  to: "Destination.ToAddresses",
  cc: "Destination.CcAddresses",
  bcc: "Destination.BccAddresses",
  feedbackTo: "FeedbackForwardingEmailAddress",
  replyTo: "ReplyToAddresses",
};

// What is composed needs a sender in the request.
function withSource(content: V2Content, source: string | undefined): V2Input["content"] {
  if (content.kind === "template") {
    if (source === undefined) throw invalidValue("Source cannot be empty");
    throw invalidValue("This local endpoint keeps no templates: send Simple or Raw content.");
  }
  // The service gives no text here.
  if (content.kind === "simple" && source === undefined) throw invalidValue("");
  return content;
}

const UNPLAYED = ["ListManagementOptions", "TenantName", "EndpointId", "ConfigurationOverrides"];

function noteUnplayed(input: Json, notes: DeliveryNotes): void {
  for (const place of UNPLAYED) {
    if (!Object.hasOwn(input, place) || input[place] === null) continue;
    const message = `${place} has no effect at this local endpoint: the message is delivered as without it`;
    notes.add({ code: "ses.not-played", severity: "warning", place, message, hint: undefined });
  }
}

/** What a message is composed of. */
export interface V2Simple {
  readonly subject: SimpleContent;
  readonly text: SimpleContent | undefined;
  readonly html: SimpleContent | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly SimpleFile[];
}

/** A request's content. */
export type V2Content =
  | { readonly kind: "raw"; readonly raw: Uint8Array }
  | ({ readonly kind: "simple" } & V2Simple)
  | { readonly kind: "template" };

/** Reads the content; what is missing is noted in `found`. @throws SesError */
function v2Content(input: Json, found: Validation): V2Content {
  const content = structureAt(input, "Content");
  if (content === undefined) {
    missing(found, "content");
    return { kind: "template" };
  }
  const raw = structureAt(content, "Raw");
  const simple = structureAt(content, "Simple");
  const template = structureAt(content, "Template");
  if ([raw, simple, template].filter((one) => one !== undefined).length !== 1) {
    throw invalidValue("Content must contain exactly one of Raw, Simple and Template.");
  }
  if (raw !== undefined) return rawContent(raw, found);
  return simple === undefined ? { kind: "template" } : { kind: "simple", ...simpleContent(simple, found) };
}

function rawContent(raw: Json, found: Validation): V2Content {
  const bytes = blobAt(raw, "Data", "content.raw.data");
  if (bytes === undefined) missing(found, "content.raw.data");
  return { kind: "raw", raw: bytes ?? new Uint8Array() };
}

function simpleContent(simple: Json, found: Validation): V2Simple {
  const body = structureAt(simple, "Body");
  const [text, html] = ["Text", "Html"].map((name) =>
    body === undefined ? undefined : textContent(structureAt(body, name), `body.${name.toLowerCase()}`, found),
  );
  const subject = textContent(structureAt(simple, "Subject"), "subject", found);
  if (subject === undefined) missing(found, "content.simple.subject");
  // A body of nothing is a body to the model of the API, and not a message that a caller means to send.
  if (text === undefined && html === undefined) missing(found, "content.simple.body");
  return {
    subject: subject ?? { data: "", place: "" },
    text,
    html,
    headers: headersOf(simple, found),
    files: v2Files(simple, found),
  };
}

function textContent(content: Json | undefined, member: string, found: Validation): SimpleContent | undefined {
  if (content === undefined) return undefined;
  const data = required(found, textAt(content, "Data"), `content.simple.${member}.data`);
  return { data, charset: filledTextAt(content, "Charset"), place: `Content.Simple.${placeOf(member)}` };
}

function placeOf(member: string): string {
  return member.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

const mostHeaders = 15;

const longestHeader = 996;

// API reference v2, MessageHeader.
function headersOf(simple: Json, found: Validation): V2Simple["headers"] {
  const list = structuresAt(simple, "Headers");
  // What is in them is not looked at yet, and v2 shows no values.
  const unread = list.map(() => "");
  lengthWithin(found, unread, "content.simple.headers", mostHeaders);
  return list.slice(0, mostHeaders).map((header, index) => {
    const member = `content.simple.headers.${index + 1}.member`;
    const name = required(found, textAt(header, "Name"), `${member}.name`);
    const value = required(found, textAt(header, "Value"), `${member}.value`);
    constrain(found, name, `${member}.name`, { most: 126, pattern: /^[!-9;-@A-~]+$/ });
    constrain(found, value, `${member}.value`, { most: 995, pattern: /^[ -~]*$/ });
    if (name.length + value.length > longestHeader) {
      throw invalidValue(`The name and value of header '${name}' exceed ${longestHeader} characters.`);
    }
    return { name, value };
  });
}

function constrain(
  found: Validation,
  text: string,
  member: string,
  { most, pattern }: { readonly most: number; readonly pattern: RegExp },
): void {
  lengthWithin(found, text, member, most);
  if (text.length <= most && text !== "" && !pattern.test(text)) {
    found.fail(text, member, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
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
function v2Files(content: Json, found: Validation): readonly SimpleFile[] {
  return structuresAt(content, "Attachments").map((file, index) => {
    const member = `content.simple.attachments.${index + 1}.member`;
    const bytes = blobAt(file, "RawContent", `${member}.rawContent`);
    if (bytes === undefined) missing(found, `${member}.rawContent`);
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
  const path = `${member}.${memberName(name)}`;
  if (text.length < least) found.fail(text, path, `Member must have length greater than or equal to ${least}`);
  lengthWithin(found, text, path, most);
  return text;
}
