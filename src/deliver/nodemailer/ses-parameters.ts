// The `ses` parameters of a mail and of a transport: the names that both APIs of SES have for the fields of a call. All of
// it follows from the table of these fields.

import { nested, type Reader, readObject, refuse, shapeOf, text } from "../../given.ts";
import { IssueList, MessageError, type Place } from "../../issues.ts";
import {
  type CallField,
  type CallFields,
  callFieldNames,
  callFieldReaders,
  callFields,
  type WireForm,
} from "../core/call-fields.ts";

interface Tag {
  readonly Name: string;
  readonly Value: string;
}

interface ListOptions {
  readonly ContactListName: string;
  readonly TopicName?: string;
}

/**
 * Parameters of SendRawEmail (API v1) and SendEmail (v2) that a message or a transport may set, by the names of either
 * API.
 */
export interface SesParameters {
  /** The configuration set of the message. */
  readonly ConfigurationSetName?: string;
  /** Message tags, as API v1 names them. */
  readonly Tags?: readonly Tag[];
  /** Message tags, as API v2 names them. */
  readonly EmailTags?: readonly Tag[];
  /** ARN of the identity that may be used for the From field. v1. */
  readonly FromArn?: string;
  /** ARN of the identity that may be used for the envelope's sender. v1. */
  readonly SourceArn?: string;
  /** ARN of the identity that may be used for the Return-Path. v1. */
  readonly ReturnPathArn?: string;
  /** `SourceArn` and `FromArn` together. v2. */
  readonly FromEmailAddressIdentityArn?: string;
  /** Where bounces are forwarded to, in place of the envelope's sender. v2. */
  readonly FeedbackForwardingEmailAddress?: string;
  /** ARN of the identity of that address. v2. */
  readonly FeedbackForwardingEmailAddressIdentityArn?: string;
  /** A multi-region endpoint. v2. */
  readonly EndpointId?: string;
  /** The tenant that sends. v2. */
  readonly TenantName?: string;
  /** The contact list and the topic, for the links to unsubscribe. v2. */
  readonly ListManagementOptions?: ListOptions;
}

const RECIPIENTS = "set envelope, to, cc or bcc: recipients come from the envelope alone";

// What SES takes besides, with where the message says it.
const FROM_MESSAGE: ReadonlyMap<string, string> = new Map([
  ...["Destination", "Destinations", "RawMessage", "Content"].map((key) => [key, RECIPIENTS] as const),
  ["Source", "set envelope.from: bounces go there"],
  ["FromEmailAddress", "set from: SES would write this parameter over the message's own From field"],
  ["ReplyToAddresses", "set replyTo: SES would write this parameter over the message's own Reply-To field"],
]);

const TAG = shapeOf<Tag>({ Name: text, Value: text }, { required: ["Name", "Value"] });
const LIST = shapeOf<ListOptions>({ ContactListName: text, TopicName: text }, { required: ["ContactListName"] });

const isTag = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).some((key) => /^(?:name|value)$/i.test(key));

// One tag may be given without a list, as the SDK of version 2 took it.
const readTags: Reader<readonly Tag[]> = (value, place) => {
  const many = Array.isArray(value);
  if (!many && !isTag(value)) return refuse(value, "a list of tags: [{ Name, Value }]", place);
  const tags = (many ? value : [value]).map((one: unknown, index) => nested(TAG)(one, many ? place.at(index) : place));
  return tags.flatMap((tag) => {
    const { Name, Value } = tag ?? {};
    return Name === undefined || Value === undefined ? [] : [{ Name, Value }];
  });
};

const readList: Reader<object> = (value, place) => {
  const { ContactListName: contactList, TopicName: topic } = readObject(value, LIST, place) ?? {};
  if (contactList === undefined) return undefined;
  return topic === undefined ? { contactList } : { contactList, topic };
};

const READERS: { readonly [F in WireForm]: Reader<unknown> } = { text, tags: readTags, list: readList };

// Every parameter once: those of v1 before those of v2, which set several fields in places.
const NAMES = [
  ...callFieldNames.flatMap((field) => callFields[field].v1 ?? []),
  ...callFieldNames.map((field) => callFields[field].v2),
];
const PARAMETERS = shapeOf<Readonly<Record<string, unknown>>>(
  Object.fromEntries(NAMES.map((name) => [name, READERS[formOf(name)]])),
  { expected: "an object of parameters such as { ConfigurationSetName, Tags }", hints: FROM_MESSAGE },
);

function formOf(name: string): WireForm {
  const field = callFieldNames.find((one) => callFields[one].v1 === name || callFields[one].v2 === name);
  return field === undefined ? "text" : callFields[field].form;
}

/**
 * Reads the `ses` option of a mail. Own properties only: an inherited one was not written for this message.
 *
 * @throws MessageError `input.unknown-key` for anything that would name recipients or content, and for unknown names;
 * `input.option` for values of the wrong kind
 */
export function readSesParameters(value: unknown): CallFields {
  if (value === undefined || value === null) return {};
  const list = new IssueList();
  const fields = readParameters(value, list.root.at("ses"));
  list.throwIfErrors(MessageError);
  return fields;
}

const FIELDS = shapeOf<CallFields>(callFieldReaders);

/** Reads parameters as the fields of a call that they set. */
export function readParameters(value: unknown, place: Place): CallFields {
  const given = readObject(value, PARAMETERS, place) ?? {};
  const fields = Object.fromEntries(callFieldNames.map((field) => [field, valueGiven(field, given, place)]));
  return readObject(fields, FIELDS, place) ?? {};
}

function valueGiven(field: CallField, given: Readonly<Record<string, unknown>>, place: Place): unknown {
  const { v1, v2, form } = callFields[field];
  const own = v1 === undefined ? undefined : given[v1];
  const shared = standsFor(v2, field) ? given[v2] : undefined;
  return form === "tags" ? tagsOf(v1 === v2 ? [own] : [own, shared], place) : (own ?? shared);
}

// A name of v2 is that of the field that v1 does not have, or of all of them: FromEmailAddressIdentityArn serves for both
// ARNs of v1. The name that v1 has for one of them comes first.
function standsFor(v2: string, field: CallField): boolean {
  const only = callFieldNames.find((one) => callFields[one].v2 === v2 && callFields[one].v1 === undefined);
  return only === undefined || only === field;
}

// An empty list replaces the tags of the transport.
function tagsOf(lists: readonly unknown[], place: Place): object | undefined {
  if (lists.every((list) => list === undefined)) return undefined;
  const tags: Record<string, string> = Object.create(null);
  for (const { Name, Value } of lists.flatMap((list) => (isTags(list) ? list : []))) {
    if (Object.hasOwn(tags, Name)) {
      place.at("Tags").error("limit.tag", `the tag ${JSON.stringify(Name.slice(0, 100))} has two values`);
    } else tags[Name] = Value;
  }
  return tags;
}

// What `readTags` gave.
function isTags(value: unknown): value is readonly Tag[] {
  return Array.isArray(value);
}
