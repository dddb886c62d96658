// A call as the two APIs name its parts. Recipients come from the call's envelope; nothing beside it can add any.
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

/** Parameters of SendEmail (API v2) with raw content; what holds the content stands last. */
export function v2Parameters<D>(call: RawSend, Data: D) {
  const { configurationSet, tags, sourceArn, fromArn, returnPathArn } = call.fields;
  const { feedbackForwarding, feedbackForwardingArn, endpointId, tenantName, listManagement } = call.fields;
  const identityArn = sourceArn ?? fromArn;
  const feedbackArn = feedbackForwardingArn ?? returnPathArn;
  return {
    FromEmailAddress: call.source,
    Destination: { ToAddresses: [...call.recipients] },
    ...(tags === undefined ? {} : { EmailTags: tagList(tags) }),
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
    ...(identityArn === undefined ? {} : { FromEmailAddressIdentityArn: identityArn }),
    ...(feedbackForwarding === undefined ? {} : { FeedbackForwardingEmailAddress: feedbackForwarding }),
    ...(feedbackArn === undefined ? {} : { FeedbackForwardingEmailAddressIdentityArn: feedbackArn }),
    ...(endpointId === undefined ? {} : { EndpointId: endpointId }),
    ...(tenantName === undefined ? {} : { TenantName: tenantName }),
    ...(listManagement === undefined
      ? {}
      : { ListManagementOptions: { ContactListName: listManagement.contactList, TopicName: listManagement.topic } }),
    Content: { Raw: { Data } },
  };
}

function tagList(tags: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(tags).map(([Name, Value]) => ({ Name, Value }));
}
