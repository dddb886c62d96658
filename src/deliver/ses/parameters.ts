// A call as the two APIs name its parts. Recipients come from the call's envelope; nothing beside it can add any.

import { IssueList } from "../../issues.ts";
import { addressKey, readAddresses } from "../../mail/headers/address.ts";
import { isGroup } from "../../mail/headers/mailbox.ts";
import { readHead } from "../../mail/read/head.ts";
import { type CallField, type CallFields, callFieldNames, callFields } from "../core/call-fields.ts";
import type { RawCall } from "../core/transport.ts";
import type { SesApi } from "./wire.ts";

/** Parameters of SendRawEmail (API 2010-12-01). */
export function v1Parameters(call: RawCall, Data: Uint8Array) {
  return {
    RawMessage: { Data },
    Source: call.source,
    Destinations: [...call.recipients],
    ...fieldParameters("v1", call.fields),
  };
}

/**
 * Parameters of SendEmail (API v2) with raw content; what holds the content is last.
 *
 * FromEmailAddress and ReplyToAddresses are left out: SES would write them over the message's own From and Reply-To, and
 * the reader would see a bare address. The author is the message's From field; the envelope's sender gets the bounces.
 */
export function v2Parameters<D>(call: RawCall, Data: D) {
  return {
    Destination: { ToAddresses: [...call.recipients] },
    ...feedbackDefaults(call),
    ...fieldParameters("v2", call.fields),
    Content: { Raw: { Data } },
  };
}

/** The fields of a call as one API names them. */
export function fieldParameters(api: SesApi, fields: CallFields): Readonly<Record<string, unknown>> {
  const parameters: Record<string, unknown> = {};
  for (const name of callFieldNames) {
    const parameter = callFields[name][api];
    if (parameter !== undefined && fields[name] !== undefined) parameters[parameter] ??= parameterOf(name, fields);
  }
  return parameters;
}

function parameterOf(name: CallField, fields: CallFields): unknown {
  if (callFields[name].form === "tags")
    return Object.entries(fields.tags ?? {}).map(([Name, Value]) => ({ Name, Value }));
  if (callFields[name].form !== "list") return fields[name];
  return { ContactListName: fields.listManagement?.contactList, TopicName: fields.listManagement?.topic };
}

// Where bounces go when no field says so: to the envelope's sender, under the identity that authorizes it. The ARN of the
// author serves for raw content without FromEmailAddress: it replaces X-SES-SOURCE-ARN and X-SES-FROM-ARN.
function feedbackDefaults({ raw, source, fields }: RawCall): Readonly<Record<string, string>> {
  if (fields.feedbackForwarding !== undefined || isSoleAuthor(raw, source)) return {};
  const { feedbackForwarding: address, feedbackForwardingArn: arn } = callFields;
  return { [address.v2]: source, ...(fields.sourceArn === undefined ? {} : { [arn.v2]: fields.sourceArn }) };
}

// Who the message itself says it is from: API v2 takes the author from the bytes, and bounces go there unless the call
// names another address.

// SES refuses a head long before that.
const HEAD_BYTES = 1_048_576;
const FIELDS = 10_000;

/**
 * Whether `address` is the only mailbox of the only From field, so that a bounce reaches it anyway.
 *
 * @param raw a message, whatever charset its head is in
 * @example
 * isSoleAuthor(new TextEncoder().encode("From: Ann <ann@example.com>\r\n\r\n"), "ann@example.com"); // true
 */
export function isSoleAuthor(raw: Uint8Array, address: string): boolean {
  const author = soleAuthor(raw);
  return author !== undefined && addressKey(author) === addressKey(address);
}

function soleAuthor(raw: Uint8Array): string | undefined {
  const bytes = raw.subarray(0, HEAD_BYTES);
  const scan = { bytes, start: 0, line: 1, headBytes: HEAD_BYTES, fields: FIELDS, endsAt: () => false };
  const { fields } = readHead(scan);
  const [from, ...more] = fields.filter(({ name }) => name.toLowerCase() === "from");
  if (from === undefined || more.length > 0) return undefined;
  const list = new IssueList();
  // A tab folds like a space. What an 8-bit octet of a name means does not matter here.
  const text = from.value.replaceAll("\t", " ").replace(/[^\x20-\x7e]/g, "?");
  const found = readAddresses(text, list.root.at("From"), "mailboxes");
  const [only, ...others] = found;
  return list.hasErrors || only === undefined || isGroup(only) || others.length > 0 ? undefined : only.address;
}
