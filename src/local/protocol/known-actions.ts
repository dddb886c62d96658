// The actions that today's version 2010-12-01 of the API has. The reference of 2015 has 18 of them, the ones that are
// implemented here; a client that calls one of the others hears so, and not that there is no such action.
import { SesError } from "./errors.ts";

const NAMES = `
CloneReceiptRuleSet CreateConfigurationSet CreateConfigurationSetEventDestination
CreateConfigurationSetTrackingOptions CreateCustomVerificationEmailTemplate CreateReceiptFilter CreateReceiptRule
CreateReceiptRuleSet CreateTemplate DeleteConfigurationSet DeleteConfigurationSetEventDestination
DeleteConfigurationSetTrackingOptions DeleteCustomVerificationEmailTemplate DeleteIdentity DeleteIdentityPolicy
DeleteReceiptFilter DeleteReceiptRule DeleteReceiptRuleSet DeleteTemplate DeleteVerifiedEmailAddress
DescribeActiveReceiptRuleSet DescribeConfigurationSet DescribeReceiptRule DescribeReceiptRuleSet
GetAccountSendingEnabled GetCustomVerificationEmailTemplate GetIdentityDkimAttributes
GetIdentityMailFromDomainAttributes GetIdentityNotificationAttributes GetIdentityPolicies
GetIdentityVerificationAttributes GetSendQuota GetSendStatistics GetTemplate ListConfigurationSets
ListCustomVerificationEmailTemplates ListIdentities ListIdentityPolicies ListReceiptFilters ListReceiptRuleSets
ListTemplates ListVerifiedEmailAddresses PutConfigurationSetDeliveryOptions PutIdentityPolicy ReorderReceiptRuleSet
SendBounce SendBulkTemplatedEmail SendCustomVerificationEmail SendEmail SendRawEmail SendTemplatedEmail
SetActiveReceiptRuleSet SetIdentityDkimEnabled SetIdentityFeedbackForwardingEnabled
SetIdentityHeadersInNotificationsEnabled SetIdentityMailFromDomain SetIdentityNotificationTopic
SetReceiptRulePosition TestRenderTemplate UpdateAccountSendingEnabled UpdateConfigurationSetEventDestination
UpdateConfigurationSetReputationMetricsEnabled UpdateConfigurationSetSendingEnabled
UpdateConfigurationSetTrackingOptions UpdateCustomVerificationEmailTemplate UpdateReceiptRule UpdateTemplate
VerifyDomainDkim VerifyDomainIdentity VerifyEmailAddress VerifyEmailIdentity`;

/** Every action of the API, by name. */
export const KNOWN_ACTIONS: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));

/**
 * The answer to an action that is not implemented here. For a name that the service has it says so; every other name
 * gets the service's own text.
 */
export function absentAction(name: string, version: string, implemented: Iterable<string>): SesError {
  if (!KNOWN_ACTIONS.has(name))
    return new SesError("InvalidAction", `Could not find operation ${name.slice(0, 200)} for version ${version}`);
  return new SesError(
    "InvalidAction",
    `mimewright does not implement the action ${name} of Amazon SES. It implements ${[...implemented].join(", ")}.`,
  );
}
