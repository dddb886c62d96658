// The actions that are implemented: the 18 of the API reference of 2015.
import type { Action } from "./action.ts";
import { deleteIdentity } from "./delete-identity.ts";
import { deleteVerifiedEmailAddress } from "./delete-verified-email-address.ts";
import { getIdentityDkimAttributes } from "./get-identity-dkim-attributes.ts";
import { getIdentityNotificationAttributes } from "./get-identity-notification-attributes.ts";
import { getIdentityVerificationAttributes } from "./get-identity-verification-attributes.ts";
import { getSendQuota } from "./get-send-quota.ts";
import { getSendStatistics } from "./get-send-statistics.ts";
import { listIdentities } from "./list-identities.ts";
import { listVerifiedEmailAddresses } from "./list-verified-email-addresses.ts";
import { sendEmail } from "./send-email.ts";
import { sendRawEmail } from "./send-raw-email.ts";
import { setIdentityDkimEnabled } from "./set-identity-dkim-enabled.ts";
import { setIdentityFeedbackForwardingEnabled } from "./set-identity-feedback-forwarding-enabled.ts";
import { setIdentityNotificationTopic } from "./set-identity-notification-topic.ts";
import { verifyDomainDkim } from "./verify-domain-dkim.ts";
import { verifyDomainIdentity } from "./verify-domain-identity.ts";
import { verifyEmailAddress } from "./verify-email-address.ts";
import { verifyEmailIdentity } from "./verify-email-identity.ts";

/** The actions that are implemented, by name. */
export const actions: ReadonlyMap<string, Action> = new Map(
  [
    deleteIdentity,
    deleteVerifiedEmailAddress,
    getIdentityDkimAttributes,
    getIdentityNotificationAttributes,
    getIdentityVerificationAttributes,
    getSendQuota,
    getSendStatistics,
    listIdentities,
    listVerifiedEmailAddresses,
    sendEmail,
    sendRawEmail,
    setIdentityDkimEnabled,
    setIdentityFeedbackForwardingEnabled,
    setIdentityNotificationTopic,
    verifyDomainDkim,
    verifyDomainIdentity,
    verifyEmailAddress,
    verifyEmailIdentity,
  ].map((action) => [action.name, action]),
);
