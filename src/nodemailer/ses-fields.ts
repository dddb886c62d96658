// The `ses` option of a message or a transport, in the words of either API. It says what goes beside the message,
// and never who gets it.

import type { SendingFields, V2Fields } from "../deliver/core/call-fields.ts";
import { unknownKey } from "../given.ts";
import { errorIssue, type Issue, MessageError } from "../issues.ts";
import { isObject } from "./given.ts";

/** Parameters of SendRawEmail and SendEmail that a message or a transport may set. */
export interface SesParameters {
  readonly ConfigurationSetName?: string;
  readonly Tags?: readonly { readonly Name: string; readonly Value: string }[];
  /** Another name for `Tags`, as API v2 has it. */
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly SourceArn?: string;
  readonly FromArn?: string;
  readonly ReturnPathArn?: string;
  /** API v2's name for `SourceArn` and `FromArn` together. */
  readonly FromEmailAddressIdentityArn?: string;
  readonly FeedbackForwardingEmailAddress?: string;
  readonly FeedbackForwardingEmailAddressIdentityArn?: string;
  readonly EndpointId?: string;
  readonly TenantName?: string;
  readonly ListManagementOptions?: { readonly ContactListName: string; readonly TopicName?: string };
}

const STRINGS = new Map<string, keyof (SendingFields & V2Fields)>([
  ["ConfigurationSetName", "configurationSet"],
  ["SourceArn", "sourceArn"],
  ["FromArn", "fromArn"],
  ["ReturnPathArn", "returnPathArn"],
  ["FromEmailAddressIdentityArn", "sourceArn"],
  ["FeedbackForwardingEmailAddress", "feedbackForwarding"],
  ["FeedbackForwardingEmailAddressIdentityArn", "feedbackForwardingArn"],
  ["EndpointId", "endpointId"],
  ["TenantName", "tenantName"],
]);

const PARAMETERS: ReadonlySet<string> = new Set([...STRINGS.keys(), "Tags", "EmailTags", "ListManagementOptions"]);

const RECIPIENTS = "set envelope, to, cc or bcc: recipients come from the envelope alone";
const BOTH_ARNS = "FromEmailAddressIdentityArn";

// Parameters that the message itself stands for, and where to set them.
const HINTS: ReadonlyMap<string, string> = new Map([
  ...["Destination", "Destinations", "RawMessage", "Content"].map((key) => [key, RECIPIENTS] as const),
  ["Source", "set envelope.from: bounces go there"],
  ["FromEmailAddress", "set from: SES would write this parameter over the message's own From field"],
  ["ReplyToAddresses", "set replyTo: SES would write this parameter over the message's own Reply-To field"],
]);

/**
 * Reads own properties only: what stands on a prototype was not written for this message.
 *
 * @throws MessageError `input.unknown-key` for anything that would name recipients or content, and for unknown names.
 */
export function readSesParameters(given: unknown): SendingFields & V2Fields {
  if (given === undefined || given === null) return {};
  const issues: Issue[] = [];
  const fields: Record<string, unknown> = {};
  if (!isObject(given)) issues.push(errorIssue("input.type", ["ses"], "ses is an object of parameters"));
  else for (const [key, value] of Object.entries(given)) readParameter(key, value, fields, issues);
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  return fields;
}

function readParameter(key: string, value: unknown, fields: Record<string, unknown>, issues: Issue[]): void {
  if (value === undefined) return;
  const name = STRINGS.get(key);
  const path = ["ses", key];
  if (name !== undefined && typeof value === "string") {
    fields[name] = value;
    // API v2's one ARN serves for both; one that is given by its own name stays.
    if (key === BOTH_ARNS) fields.fromArn ??= value;
  } else if (name !== undefined) issues.push(errorIssue("input.type", path, "this parameter is a string"));
  else if (key === "Tags" || key === "EmailTags") fields.tags = readTags(value, { path, known: fields.tags }, issues);
  else if (key === "ListManagementOptions") fields.listManagement = readList(value, path, issues);
  else {
    issues.push(unknownKey(key, PARAMETERS, ["ses"], HINTS));
  }
}

interface TagPlace {
  readonly path: readonly string[];
  /** Those of the other name. */
  readonly known: unknown;
}

function readTags(value: unknown, { path, known }: TagPlace, issues: Issue[]): Record<string, string> {
  const tags: Record<string, string> = Object.assign(Object.create(null), known);
  for (const tag of Array.isArray(value) ? value : [value]) {
    const name = isObject(tag) && "Name" in tag ? tag.Name : undefined;
    const content = isObject(tag) && "Value" in tag ? tag.Value : undefined;
    if (typeof name !== "string" || typeof content !== "string") {
      issues.push(errorIssue("limit.tag", path, "a tag is { Name, Value }"));
    } else if (Object.hasOwn(tags, name)) {
      issues.push(errorIssue("limit.tag", path, `the tag ${JSON.stringify(name.slice(0, 100))} has two values`));
    } else tags[name] = content;
  }
  return tags;
}

function readList(value: unknown, path: readonly string[], issues: Issue[]) {
  const contactList = isObject(value) && "ContactListName" in value ? value.ContactListName : undefined;
  const topic = isObject(value) && "TopicName" in value ? value.TopicName : undefined;
  if (typeof contactList === "string") return { contactList, ...(typeof topic === "string" ? { topic } : {}) };
  issues.push(errorIssue("input.type", path, "ListManagementOptions has a ContactListName"));
  return undefined;
}
