// The name of a configuration set: from a parameter, else from the X-SES field of the message.
import { invalidValue } from "../protocol/errors.ts";
import { fieldValue, type ReceivedMessage } from "./received-message.ts";

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
