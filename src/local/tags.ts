// Message tags and a configuration set: from parameters, else from the X-SES fields of the message. Never merged.
import { TAG_LENGTH, type TagFault, type TagPart, tagFault } from "../limits/ses.ts";
import { invalidValue } from "./errors.ts";
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
