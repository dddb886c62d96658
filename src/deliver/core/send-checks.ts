// Everything that keeps a message from being sent, found before a byte of it is encoded.

import { optionIssues, optionNames } from "../../given.ts";
import { errorIssue, hasError, type Issue, IssueList, MessageError, type Path } from "../../issues.ts";
import { limitIssues, renderToCheck } from "../../mail/limits/check.ts";
import { nullReversePath } from "../../mail/limits/message-size.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { areLimits } from "../../mail/limits/read-limits.ts";
import type { Envelope, Message } from "../../mail/message/types.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import { mailIn, type Rendered } from "../../mail/render/render.ts";
import { isOptions } from "../../options/plain.ts";
import { type CallFields, callFieldNames, checkCallFields, checkServed, type FieldSupport } from "./call-fields.ts";

/** Where a message goes, as far as it is checked before: a transport. */
export interface Destination extends FieldSupport {
  readonly limits: Pick<Limits, "nullSender">;
}

// What an outbox and a queue check against: they do not know yet which client sends.
const AMAZON_SES: Destination = {
  name: "Amazon SES",
  fields: new Set(callFieldNames),
  limits: { nullSender: false },
};

/** What is known beside the limits. */
export interface SendTerms {
  /** Amazon SES with every field of a call when absent. */
  readonly destination?: Destination | undefined;
  /** Recipients of all calls together, where the message is sent in several. */
  readonly recipients?: number;
}

/** Limits, envelope and the fields beside the message. */
export function sendingIssues(
  m: Message | Rendered,
  fields: CallFields,
  limits: Limits,
  { destination = AMAZON_SES, recipients }: SendTerms = {},
): readonly Issue[] {
  const list = new IssueList();
  if (!areLimits(limits, list.root.at("limits"))) return list.issues;
  const rendered = renderToCheck(m);
  const { message: own, envelope } = mailIn(rendered);
  const empty = envelope.to.length === 0;
  if (empty) list.add(goesToNobody(own));
  for (const issue of limitIssues(rendered, limits, recipients)) {
    // Without recipients one issue says it all.
    if (!empty || (issue.code !== "address.missing" && issue.code !== "envelope.empty")) list.add(issue);
  }
  // Whatever the limits say: SES sends for verified identities.
  if (limits.nullSender && !destination.limits.nullSender && envelope.from === "") {
    list.add(nullReversePath(destination.name));
  }
  checkFields(fields, limits, destination, list);
  return list.issues;
}

/** As {@link sendingIssues}, for bytes that another program composed. */
export function rawSendingIssues(
  mail: { readonly raw: Uint8Array; readonly envelope: Envelope },
  fields: CallFields,
  limits: Limits,
  { destination = AMAZON_SES, recipients }: SendTerms = {},
): readonly Issue[] {
  const list = new IssueList();
  if (!areLimits(limits, list.root.at("limits"))) return list.issues;
  list.addAll(rawIssues(mail, { ...limits, recipients: recipients ?? limits.recipients }, destination));
  checkFields(fields, limits, destination, list);
  return list.issues;
}

function checkFields(fields: CallFields, limits: Limits, destination: Destination, list: IssueList): void {
  checkServed(fields, destination, list.root);
  checkCallFields(fields, limits, list.root);
}

/** The issue of a message without recipients, where they would be. */
export function goesToNobody(m: Message): Issue {
  return emptyEnvelope(m.envelope?.to === undefined ? ["to"] : ["envelope", "to"]);
}

// SES takes no message without recipients; a call with an empty list would fall back to the header's recipients.
function emptyEnvelope(path: Path): Issue {
  const hint = "set to, cc, bcc or envelope.to";
  return errorIssue("envelope.empty", path, "the message has no recipients", { rfc: "RFC 5321 s3.3", hint });
}

/** @throws MessageError with all of the issues, when one of them is an error. */
export function throwErrors(issues: readonly Issue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined && hasError(issues)) throw new MessageError([first, ...rest]);
}

// Raw bytes and their envelope: nothing of either is repaired or left out.
const ALL_IN_TO = "put every recipient into to: the fields of the message say who is shown";
const MAIL = optionNames("raw envelope");
const ENVELOPE = optionNames("from to", new Map(["cc", "bcc", "Cc", "Bcc"].map((name) => [name, ALL_IN_TO])));

// What a caller gave, typed or not.
function rawIssues(
  mail: { readonly raw: Uint8Array; readonly envelope: Envelope },
  limits: Limits,
  { name, limits: { nullSender } }: Destination,
): readonly Issue[] {
  const shape = shapeIssues(mail);
  if (shape.length > 0) return shape;
  const issues: Issue[] = [];
  const { raw, envelope: own } = mail;
  if (raw.length > limits.bytes) {
    issues.push(
      errorIssue("limit.bytes", [], `the message takes ${raw.length} bytes, ${limits.name} takes ${limits.bytes}`),
    );
  }
  if (own.to.length === 0) issues.push(emptyEnvelope(["envelope", "to"]));
  if (own.to.length > limits.recipients) {
    const what = `${own.to.length} recipients are more than ${limits.recipients}`;
    issues.push(
      errorIssue("limit.recipients", ["envelope", "to"], what, { hint: 'split: "envelope" sends in groups' }),
    );
  }
  if (own.from === "" || own.from === "<>") {
    if (own.from === "<>" || !nullSender || !limits.nullSender) issues.push(nullReversePath(name));
  } else if (!ADDRESS.test(own.from)) issues.push(badAddress(["envelope", "from"]));
  for (const [index, to] of own.to.entries()) if (!ADDRESS.test(to)) issues.push(badAddress(["envelope", "to", index]));
  return issues;
}

// What may be in a call's list: one address, ASCII; a blank only within a quoted local part.
const ADDRESS =
  /^(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"|[\x21\x23-\x3f\x41-\x7e]{1,64})@[\x21-\x7e]{1,255}$/;

function badAddress(path: readonly (string | number)[]): Issue {
  return errorIssue("address.syntax", path, "expected an ASCII address", { rfc: "RFC 5321 s4.1.2" });
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
  // A name that is not read could hold a recipient, who would then get nothing.
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
