// A call as the two APIs name its parts. Recipients come from the call's envelope; nothing beside it can add any.

import { addressKey, readAddresses } from "../../headers/address.ts";
import { isGroup } from "../../headers/mailbox.ts";
import { IssueList } from "../../issues.ts";
import { readHead } from "../../read/head.ts";
import type { RawCall } from "../core/transport.ts";

/** Parameters of SendRawEmail (API 2010-12-01). */
export function v1Parameters(call: RawCall, Data: Uint8Array) {
  const { configurationSet, tags, sourceArn, fromArn, returnPathArn } = call.fields;
  return {
    RawMessage: { Data },
    Source: call.source,
    Destinations: [...call.recipients],
    ...(tags === undefined ? {} : { Tags: tagList(tags) }),
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
    ...(sourceArn === undefined ? {} : { SourceArn: sourceArn }),
    ...(fromArn === undefined ? {} : { FromArn: fromArn }),
    ...(returnPathArn === undefined ? {} : { ReturnPathArn: returnPathArn }),
  };
}

/**
 * Parameters of SendEmail (API v2) with raw content; what holds the content stands last.
 *
 * FromEmailAddress and ReplyToAddresses are left out: SES would write them over the message's own From and Reply-To, and
 * the reader would see a bare address. The author is the message's From field; the envelope's sender gets the bounces.
 */
export function v2Parameters<D>(call: RawCall, Data: D) {
  const { configurationSet, tags, endpointId, tenantName, listManagement } = call.fields;
  return {
    Destination: { ToAddresses: [...call.recipients] },
    ...(tags === undefined ? {} : { EmailTags: tagList(tags) }),
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
    ...v2Identities(call),
    ...(endpointId === undefined ? {} : { EndpointId: endpointId }),
    ...(tenantName === undefined ? {} : { TenantName: tenantName }),
    ...(listManagement === undefined
      ? {}
      : { ListManagementOptions: { ContactListName: listManagement.contactList, TopicName: listManagement.topic } }),
    Content: { Raw: { Data } },
  };
}

// Where bounces go, and the identities that authorize the author and that address. The ARN of the author serves for raw
// content without FromEmailAddress: it stands in place of X-SES-SOURCE-ARN and X-SES-FROM-ARN.
function v2Identities({ raw, source, fields }: RawCall) {
  const { sourceArn, fromArn, returnPathArn, feedbackForwarding, feedbackForwardingArn } = fields;
  const differs = feedbackForwarding === undefined && !isSoleAuthor(raw, source);
  const feedback = differs ? source : feedbackForwarding;
  const identityArn = fromArn ?? sourceArn;
  const feedbackArn = feedbackForwardingArn ?? returnPathArn ?? (differs ? sourceArn : undefined);
  return {
    ...(identityArn === undefined ? {} : { FromEmailAddressIdentityArn: identityArn }),
    ...(feedback === undefined ? {} : { FeedbackForwardingEmailAddress: feedback }),
    ...(feedbackArn === undefined ? {} : { FeedbackForwardingEmailAddressIdentityArn: feedbackArn }),
  };
}

function tagList(tags: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(tags).map(([Name, Value]) => ({ Name, Value }));
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
  // A tab folds like a space. What an 8-bit octet of a name stands for does not matter here.
  const text = from.value.replaceAll("\t", " ").replace(/[^\x20-\x7e]/g, "?");
  const found = readAddresses(text, list.root.at("From"), "mailboxes");
  const [only, ...others] = found;
  return list.hasErrors || only === undefined || isGroup(only) || others.length > 0 ? undefined : only.address;
}
