// Reads the JSON of a v2 SendEmail request. Own properties of the right type count; everything else is no value.
import { decodeBase64 } from "../encoding/base64.ts";
import type { SimpleContent } from "./compose-simple.ts";
import { invalidValue } from "./errors.ts";
import { readReceivedList } from "./received-addresses.ts";
import type { Recipients } from "./sending.ts";
import type { Tag } from "./tags.ts";

/** A request's content: a message as it is, or what one is composed of. */
export type V2Content =
  | { readonly raw: Uint8Array }
  | {
      readonly subject: SimpleContent;
      readonly text: SimpleContent | undefined;
      readonly html: SimpleContent | undefined;
      readonly headers: readonly Tag[];
    };

/** A request as it was read. */
export interface V2Input {
  readonly from: string | undefined;
  readonly recipients: Recipients;
  /** As given, for the fields of a composed message. */
  readonly lists: { readonly to: readonly string[]; readonly cc: readonly string[] };
  readonly replyTo: readonly string[];
  readonly feedbackTo: string | undefined;
  readonly content: V2Content;
  readonly tags: readonly Tag[];
  readonly configurationSet: string | undefined;
  readonly fromArn: string | undefined;
  readonly feedbackArn: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the body of a request. @throws SesError InvalidParameterValue */
export function readV2Input(body: Uint8Array): V2Input {
  const input = parse(body);
  const destination = member(input, "Destination");
  const lists = {
    to: textsOf(destination, "ToAddresses"),
    cc: textsOf(destination, "CcAddresses"),
    bcc: textsOf(destination, "BccAddresses"),
  };
  const replyTo = textsOf(input, "ReplyToAddresses");
  bare(replyTo);
  return {
    from: textOf(input, "FromEmailAddress"),
    recipients: { to: bare(lists.to), cc: bare(lists.cc), bcc: bare(lists.bcc) },
    lists,
    replyTo,
    feedbackTo: textOf(input, "FeedbackForwardingEmailAddress"),
    content: contentOf(member(input, "Content")),
    tags: tagsOf(input, "EmailTags"),
    configurationSet: textOf(input, "ConfigurationSetName"),
    fromArn: textOf(input, "FromEmailAddressIdentityArn"),
    feedbackArn: textOf(input, "FeedbackForwardingEmailAddressIdentityArn"),
  };
}

function parse(body: Uint8Array): Json {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw invalidValue("The body of the request is not valid JSON.");
  }
  if (!isObject(read)) throw invalidValue("The body of the request is not a JSON object.");
  return read;
}

function contentOf(content: Json): V2Content {
  const raw = textOf(member(content, "Raw"), "Data");
  if (raw !== undefined) {
    const bytes = decodeBase64(raw);
    if (bytes === undefined) throw invalidValue("The value at 'content.raw.data' is not valid base64.");
    return { raw: bytes };
  }
  if (!Object.hasOwn(content, "Simple"))
    throw invalidValue("Content must hold Raw or Simple; templates are not kept here.");
  const simple = member(content, "Simple");
  const body = member(simple, "Body");
  return {
    subject: partOf(simple, "Subject") ?? { data: "" },
    text: partOf(body, "Text"),
    html: partOf(body, "Html"),
    headers: tagsOf(simple, "Headers"),
  };
}

function partOf(parent: Json, name: string): SimpleContent | undefined {
  const part = member(parent, name);
  const data = Object.hasOwn(part, "Data") ? part.Data : undefined;
  return typeof data === "string" ? { data, charset: textOf(part, "Charset") } : undefined;
}

function tagsOf(parent: Json, name: string): readonly Tag[] {
  const list = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .filter(isObject)
    .map((entry) => ({ name: textOf(entry, "Name") ?? "", value: textOf(entry, "Value") ?? "" }));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(parent: Json, name: string): Json {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return isObject(value) ? value : {};
}

function textOf(parent: Json, name: string): string | undefined {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(parent: Json, name: string): readonly string[] {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string" && entry !== "") : [];
}

function bare(texts: readonly string[]): readonly string[] {
  return texts.flatMap((entry) => readReceivedList(entry).map(({ address }) => address));
}
