// Message tags and a configuration set: from parameters, else from the X-SES fields of the message. Never merged.
import { invalidValue } from "./errors.ts";
import { fieldValue, type ReceivedMessage } from "./received-message.ts";

/** A name and a value that a message is counted under. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

const longest = 255;

/** Checks tags. @throws SesError InvalidParameterValue in the service's words */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  for (const { name, value } of tags) {
    checkText(name, "name");
    checkText(value, "value");
  }
  return tags;
}

function checkText(text: string, what: "name" | "value"): void {
  if (text === "") throw invalidValue(`The tag ${what} must be specified.`);
  if (text.length > longest) throw invalidValue(`Tag ${what} cannot exceed ${longest} characters.`);
  if (/[^A-Za-z0-9_-]/.test(text)) {
    // Two blanks before '-': the service's own text.
    throw invalidValue(`Invalid tag ${what} <${text}>: only alphanumeric ASCII characters, '_',  '-' are allowed.`);
  }
}

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
