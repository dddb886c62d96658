// What keeps raw bytes and their envelope from being sent. Nothing of either is repaired or left out.
import { isBytes } from "../encoding/kinds.ts";
import { optionIssues, optionNames } from "../given.ts";
import { errorIssue, type Issue } from "../issues.ts";
import { nullReversePath } from "../limits/message-size.ts";
import type { Limits } from "../limits/profiles.ts";
import type { Envelope } from "../message/types.ts";
import { isOptions } from "../options/plain.ts";
import { emptyEnvelope } from "./sending-issues.ts";

const ALL_IN_TO = "put every recipient into to: the fields of the message say who is shown";
const MAIL = optionNames("raw envelope");
const ENVELOPE = optionNames("from to", new Map(["cc", "bcc", "Cc", "Bcc"].map((name) => [name, ALL_IN_TO])));

/** @param mail what a caller gave, typed or not */
export function rawIssues(
  mail: { readonly raw: Uint8Array; readonly envelope: Envelope },
  limits: Limits,
): readonly Issue[] {
  const shape = shapeIssues(mail);
  if (shape.length > 0) return shape;
  const issues: Issue[] = [];
  const { raw, envelope: own } = mail;
  if (raw.length > limits.bytes) {
    issues.push(errorIssue("limit.bytes", [], `the message takes ${raw.length} bytes, SES takes ${limits.bytes}`));
  }
  if (own.to.length === 0) issues.push(emptyEnvelope(["envelope", "to"]));
  if (own.to.length > limits.recipients) {
    const what = `${own.to.length} recipients are more than ${limits.recipients}`;
    issues.push(
      errorIssue("limit.recipients", ["envelope", "to"], what, { hint: 'split: "envelope" sends in groups' }),
    );
  }
  if (own.from === "" || own.from === "<>") issues.push(nullReversePath("Amazon SES"));
  else if (!ADDRESS.test(own.from)) issues.push(badAddress(["envelope", "from"]));
  for (const [index, to] of own.to.entries()) if (!ADDRESS.test(to)) issues.push(badAddress(["envelope", "to", index]));
  return issues;
}

// What may stand in a call's list: one address, ASCII; a blank only within a quoted local part.
const ADDRESS =
  /^(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"|[\x21\x23-\x3f\x41-\x7e]{1,64})@[\x21-\x7e]{1,255}$/;

function badAddress(path: readonly (string | number)[]): Issue {
  return errorIssue("address.syntax", path, "this is no ASCII address", { rfc: "RFC 5321 s4.1.2" });
}

function shapeIssues(mail: unknown): readonly Issue[] {
  if (!isOptions(mail)) return [errorIssue("input.type", [], "raw mail is an object { raw, envelope: { from, to } }")];
  const raw: unknown = Reflect.get(mail, "raw");
  const own: unknown = Reflect.get(mail, "envelope");
  const issues: Issue[] = [];
  if (!isBytes(raw)) issues.push(errorIssue("input.type", ["raw"], "raw must be a Uint8Array of the whole message"));
  if (own === undefined) {
    issues.push(errorIssue("input.type", ["envelope"], "the envelope is missing: give { from, to }"));
    issues.push(...optionIssues(mail, MAIL));
    return issues;
  }
  // A name that is not read could be of somebody who then gets nothing.
  issues.push(...optionIssues(own, ENVELOPE, ["envelope"]));
  if (!isOptions(own)) return issues;
  if (typeof Reflect.get(own, "from") !== "string") {
    issues.push(errorIssue("input.type", ["envelope", "from"], "from must be one address as a string"));
  }
  const to: unknown = Reflect.get(own, "to");
  if (!Array.isArray(to) || !Array.from<unknown>(to).every((one) => typeof one === "string")) {
    issues.push(errorIssue("input.type", ["envelope", "to"], "to must be a list of addresses, each a string"));
  }
  return issues;
}
