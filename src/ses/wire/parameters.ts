// A call as the two APIs name its parts. Recipients come from the call's envelope; nothing beside it can add any.
import { isSoleAuthor } from "./author.ts";
import type { RawSend } from "./wire.ts";

/** Parameters of SendRawEmail (API 2010-12-01). */
export function v1Parameters(call: RawSend, Data: Uint8Array) {
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
export function v2Parameters<D>(call: RawSend, Data: D) {
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
function v2Identities({ raw, source, fields }: RawSend) {
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
