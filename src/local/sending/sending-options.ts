// Parameters beside the message: tags, configuration set, ARNs. From the request, else from the X-SES fields of the
// message; never merged.
import { TAG_LENGTH, type TagFault, type TagPart, tagFault } from "../../mail/limits/ses.ts";
import { invalidValue } from "../protocol/errors.ts";
import { given, indices, type Parameters } from "../protocol/query.ts";
import { fieldValue, type ReceivedMessage } from "./received-message.ts";

/** A name and a value that a message is counted under. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** Checks tags: each name before its value. @throws SesError InvalidParameterValue in the service's words */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  for (const { name, value } of tags) {
    checkText("name", name);
    checkText("value", value);
  }
  return tags;
}

function checkText(part: TagPart, text: string): void {
  const fault = tagFault(part, text, TAG_LENGTH);
  if (fault !== undefined) throw invalidValue(FAULTS[fault](part, text));
}

// The service's own texts, recorded in 2024-07, blanks included.
const FAULTS: Readonly<Record<TagFault, (part: TagPart, text: string) => string>> = {
  missing: (part) => `The tag ${part} must be specified.`,
  "too-long": (part) => `Tag ${part} cannot exceed ${TAG_LENGTH} characters.`,
  characters: (part, text) =>
    `Invalid tag ${part} <${text}>: only alphanumeric ASCII characters, ${ALSO[part]} are allowed.`,
};
const ALSO: Readonly<Record<TagPart, string>> = { name: "'_',  '-'", value: "'_',  '-' , '.', '@'" };

/** The tags of an X-SES-MESSAGE-TAGS field: `name1=value1, name2=value2`. */
export function tagsOfMessage(message: ReceivedMessage): readonly Tag[] {
  const pieces = (fieldValue(message, "x-ses-message-tags") ?? "").split(",");
  const tags = pieces.flatMap((piece) => {
    const text = piece.trim();
    const equals = text.indexOf("=");
    if (text === "") return [];
    return [{ name: text.slice(0, Math.max(0, equals)).trim(), value: text.slice(equals + 1).trim() }];
  });
  return checkTags(tags);
}

const longestName = 64;

/** The name that a message is sent under; undefined without one. @throws SesError InvalidParameterValue */
export function configurationSetOf(given: string | undefined, message: ReceivedMessage): string | undefined {
  const name = given ?? fieldValue(message, "x-ses-configuration-set")?.trim();
  if (name === undefined || name === "") return undefined;
  // API reference v2, ConfigurationSetName: letters, digits, hyphens and underscores, at most 64.
  if (name.length > longestName) throw invalidValue(`Configuration set name cannot exceed ${longestName} characters.`);
  if (/[^A-Za-z0-9_-]/.test(name)) {
    const allowed = "only alphanumeric ASCII characters, '_', and '-' are allowed";
    throw invalidValue(`Invalid configuration set name <${name}>: ${allowed}.`);
  }
  return name;
}

/** Tags, configuration set and ARNs, as far as they are given. */
export function sendingOptions(parameters: Parameters): SendingOptions {
  const numbers = new Set([
    ...indices(parameters, "Tags.member.", ".Name"),
    ...indices(parameters, "Tags.member.", ".Value"),
  ]);
  const tags = [...numbers].map((number) => ({
    name: parameters.get(`Tags.member.${number}.Name`) ?? "",
    value: parameters.get(`Tags.member.${number}.Value`) ?? "",
  }));
  return {
    tags,
    configurationSet: given(parameters, "ConfigurationSetName"),
    sourceArn: given(parameters, "SourceArn"),
    returnPathArn: given(parameters, "ReturnPathArn"),
  };
}

/** Parameters of today's service: accepted, kept with the message, without an effect. */
export interface SendingOptions {
  readonly tags?: readonly Tag[] | undefined;
  readonly configurationSet?: string | undefined;
  readonly sourceArn?: string | undefined;
  readonly fromArn?: string | undefined;
  readonly returnPathArn?: string | undefined;
}
