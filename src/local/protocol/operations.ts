// The names of everything that Amazon SES can do: the actions of API v1 and the operations of API v2. A client that calls
// one that is not implemented here gets an answer that says so, and not that the name does not exist.
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

// Below /v2/email; {} is one segment of any text.
const OPERATIONS = `
GET /account GetAccount
PUT /account/dedicated-ips/warmup PutAccountDedicatedIpWarmupAttributes
POST /account/details PutAccountDetails
PUT /account/pricing-attributes PutAccountPricingAttributes
PUT /account/sending PutAccountSendingAttributes
PUT /account/suppression PutAccountSuppressionAttributes
PUT /account/vdm PutAccountVdmAttributes
POST /configuration-sets CreateConfigurationSet
DELETE /configuration-sets/{} DeleteConfigurationSet
GET /configuration-sets/{} GetConfigurationSet
PUT /configuration-sets/{}/archiving-options PutConfigurationSetArchivingOptions
PUT /configuration-sets/{}/delivery-options PutConfigurationSetDeliveryOptions
GET /configuration-sets/{}/event-destinations GetConfigurationSetEventDestinations
POST /configuration-sets/{}/event-destinations CreateConfigurationSetEventDestination
DELETE /configuration-sets/{}/event-destinations/{} DeleteConfigurationSetEventDestination
PUT /configuration-sets/{}/event-destinations/{} UpdateConfigurationSetEventDestination
PUT /configuration-sets/{}/reputation-options PutConfigurationSetReputationOptions
PUT /configuration-sets/{}/sending PutConfigurationSetSendingOptions
PUT /configuration-sets/{}/suppression-options PutConfigurationSetSuppressionOptions
PUT /configuration-sets/{}/tracking-options PutConfigurationSetTrackingOptions
PUT /configuration-sets/{}/vdm-options PutConfigurationSetVdmOptions
GET /contact-lists ListContactLists
POST /contact-lists CreateContactList
DELETE /contact-lists/{} DeleteContactList
GET /contact-lists/{} GetContactList
PUT /contact-lists/{} UpdateContactList
POST /contact-lists/{}/contacts CreateContact
POST /contact-lists/{}/contacts/list ListContacts
DELETE /contact-lists/{}/contacts/{} DeleteContact
GET /contact-lists/{}/contacts/{} GetContact
PUT /contact-lists/{}/contacts/{} UpdateContact
GET /custom-verification-email-templates ListCustomVerificationEmailTemplates
POST /custom-verification-email-templates CreateCustomVerificationEmailTemplate
DELETE /custom-verification-email-templates/{} DeleteCustomVerificationEmailTemplate
GET /custom-verification-email-templates/{} GetCustomVerificationEmailTemplate
PUT /custom-verification-email-templates/{} UpdateCustomVerificationEmailTemplate
GET /dedicated-ip-pools ListDedicatedIpPools
POST /dedicated-ip-pools CreateDedicatedIpPool
DELETE /dedicated-ip-pools/{} DeleteDedicatedIpPool
GET /dedicated-ip-pools/{} GetDedicatedIpPool
PUT /dedicated-ip-pools/{}/scaling PutDedicatedIpPoolScalingAttributes
GET /dedicated-ips GetDedicatedIps
GET /dedicated-ips/{} GetDedicatedIp
PUT /dedicated-ips/{}/pool PutDedicatedIpInPool
PUT /dedicated-ips/{}/warmup PutDedicatedIpWarmupAttributes
GET /deliverability-dashboard GetDeliverabilityDashboardOptions
PUT /deliverability-dashboard PutDeliverabilityDashboardOption
GET /deliverability-dashboard/blacklist-report GetBlacklistReports
GET /deliverability-dashboard/campaigns/{} GetDomainDeliverabilityCampaign
GET /deliverability-dashboard/domains/{}/campaigns ListDomainDeliverabilityCampaigns
GET /deliverability-dashboard/statistics-report/{} GetDomainStatisticsReport
POST /deliverability-dashboard/test CreateDeliverabilityTestReport
GET /deliverability-dashboard/test-reports ListDeliverabilityTestReports
GET /deliverability-dashboard/test-reports/{} GetDeliverabilityTestReport
POST /email-address-insights GetEmailAddressInsights
POST /export-jobs CreateExportJob
GET /export-jobs/{} GetExportJob
PUT /export-jobs/{}/cancel CancelExportJob
POST /identities CreateEmailIdentity
DELETE /identities/{} DeleteEmailIdentity
GET /identities/{} GetEmailIdentity
PUT /identities/{}/configuration-set PutEmailIdentityConfigurationSetAttributes
PUT /identities/{}/dkim PutEmailIdentityDkimAttributes
PUT /identities/{}/dkim/signing PutEmailIdentityDkimSigningAttributes
PUT /identities/{}/feedback PutEmailIdentityFeedbackAttributes
PUT /identities/{}/mail-from PutEmailIdentityMailFromAttributes
GET /identities/{}/policies GetEmailIdentityPolicies
DELETE /identities/{}/policies/{} DeleteEmailIdentityPolicy
POST /identities/{}/policies/{} CreateEmailIdentityPolicy
PUT /identities/{}/policies/{} UpdateEmailIdentityPolicy
POST /identity/certificates AssociateEmailIdentityCertificate
POST /identity/certificates/delete DisassociateEmailIdentityCertificate
POST /identity/certificates/list ListEmailIdentityCertificates
POST /import-jobs CreateImportJob
POST /import-jobs/list ListImportJobs
GET /import-jobs/{} GetImportJob
GET /insights/{} GetMessageInsights
POST /list-configuration-sets ListConfigurationSets
POST /list-export-jobs ListExportJobs
POST /list-identities ListEmailIdentities
POST /metrics/batch BatchGetMetricData
GET /multi-region-endpoints ListMultiRegionEndpoints
POST /multi-region-endpoints CreateMultiRegionEndpoint
DELETE /multi-region-endpoints/{} DeleteMultiRegionEndpoint
GET /multi-region-endpoints/{} GetMultiRegionEndpoint
POST /outbound-bulk-emails SendBulkEmail
POST /outbound-custom-verification-emails SendCustomVerificationEmail
POST /outbound-emails SendEmail
POST /reputation/entities ListReputationEntities
GET /reputation/entities/{}/{} GetReputationEntity
PUT /reputation/entities/{}/{}/customer-managed-status UpdateReputationEntityCustomerManagedStatus
PUT /reputation/entities/{}/{}/policy UpdateReputationEntityPolicy
POST /resources/tenants/list ListResourceTenants
GET /suppression/addresses ListSuppressedDestinations
PUT /suppression/addresses PutSuppressedDestination
DELETE /suppression/addresses/{} DeleteSuppressedDestination
GET /suppression/addresses/{} GetSuppressedDestination
DELETE /tags UntagResource
GET /tags ListTagsForResource
POST /tags TagResource
GET /templates ListEmailTemplates
POST /templates CreateEmailTemplate
DELETE /templates/{} DeleteEmailTemplate
GET /templates/{} GetEmailTemplate
PUT /templates/{} UpdateEmailTemplate
POST /templates/{}/render TestRenderEmailTemplate
POST /tenant/suppression PutTenantSuppressionAttributes
POST /tenants CreateTenant
POST /tenants/delete DeleteTenant
POST /tenants/get GetTenant
POST /tenants/list ListTenants
POST /tenants/resources CreateTenantResourceAssociation
POST /tenants/resources/delete DeleteTenantResourceAssociation
POST /tenants/resources/list ListTenantResources
POST /update-configuration-sets UpdateConfigurationSet
POST /vdm/recommendations ListRecommendations
`;

// Routes that older clients use for the same operations.
const OLDER = `
GET /configuration-sets ListConfigurationSets
GET /contact-lists/{}/contacts ListContacts
GET /identities ListEmailIdentities
GET /import-jobs ListImportJobs
`;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly name: string;
}

const TABLE: readonly Operation[] = `${OPERATIONS}${OLDER}`
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const [method = "", path = "", name = ""] = line.split(" ");
    return { method, path, name };
  });

/** Every operation of API v2, by name. */
export const KNOWN_OPERATIONS: ReadonlySet<string> = new Set(TABLE.map(({ name }) => name));

// Some clients end a path with a slash, and older ones have one operation below /v1/.
const BELOW_V1 = "PutEmailIdentityDkimSigningAttributes";
const BASE = /^\/v[12]\/email(?=\/)/;

/** The operation of a request, such as `CreateEmailIdentity`; undefined for what v2 never had. */
export function operationOf(method: string, path: string): string | undefined {
  if (!BASE.test(path)) return undefined;
  const below = path.replace(BASE, "").replace(/\/$/, "");
  const name = TABLE.find((one) => one.method === method && matchPath(one.path, below) !== undefined)?.name;
  return path.startsWith("/v1/") && name !== BELOW_V1 ? undefined : name;
}

/**
 * The values of the segments of a path that its pattern has braces for, in order: `/tags/{}` gives one. Undefined for
 * another path. An empty segment is not a value.
 */
export function matchPath(pattern: string, path: string): readonly string[] | undefined {
  const wanted = pattern.split("/");
  // One more than needed is enough to see that the path is longer.
  const given = path.split("/", wanted.length + 1);
  if (given.length !== wanted.length) return undefined;
  const values: string[] = [];
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith("{") && value !== "") values.push(value);
    else if (segment !== value) return undefined;
  }
  return values;
}

/** The answer to a request for which there is nothing here. */
export function absentOperation(method: string, path: string, implemented: readonly string[]): SesError {
  const name = operationOf(method, path);
  const here = `It implements ${implemented.join(" and ")}.`;
  if (name === undefined)
    return new SesError("InvalidAction", `There is no operation ${method} ${path.slice(0, 200)} in API v2. ${here}`);
  return new SesError("InvalidAction", `mimewright does not implement ${name} of Amazon SES API v2. ${here}`, {
    v2: { name: "NotImplementedException", status: 404 },
  });
}
