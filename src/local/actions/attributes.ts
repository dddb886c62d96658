// The actions that change nothing: attributes of 1 to 100 identities, the sending quota, statistics.
import { saveState } from "../account/accounts.ts";
import { dkimStatusAt, domainIdentity, findIdentity, forwardingEnabled, statusAt } from "../account/identities.ts";
import { quotaView, statisticsOf } from "../account/limits.ts";
import { refreshDomains } from "../account/verification.ts";
import { NOTIFICATION_TYPES, type StatisticsPoint } from "../model/account.ts";
import { dkimTokens, verificationToken } from "../model/ids.ts";
import { listOf } from "../protocol/query.ts";
import { lengthWithin, missing, validation } from "../protocol/validation.ts";
import { list, map, textList, texts, type Xml } from "../protocol/xml.ts";
import type { Actions, Call } from "./action.ts";

export const attributes: Actions = {
  GetIdentityVerificationAttributes: (call) => freshMap("VerificationAttributes", call, verificationAttributes),
  GetIdentityDkimAttributes: (call) => freshMap("DkimAttributes", call, dkimAttributes),
  GetIdentityNotificationAttributes: (call) => identityMap("NotificationAttributes", call, notificationAttributes),
  GetSendQuota({ state, account }) {
    const quota = quotaView(account, state.now());
    return texts({
      SentLast24Hours: double(quota.sentLast24Hours),
      Max24HourSend: double(quota.max24HourSend),
      MaxSendRate: double(quota.maxSendRate),
    });
  },
  GetSendStatistics({ state, account }) {
    return list("SendDataPoints", statisticsOf(account, state.now()).toReversed().map(pointXml));
  },
};

const mostIdentities = 100;

/** The identities asked for, each once, in order. @throws SesError ValidationError */
function identityList({ parameters }: Call): readonly string[] {
  const identities = listOf(parameters, "Identities").filter((name) => name !== "");
  const found = validation();
  // Clients write an empty list as `Identities=`: that is a list, and it gives an empty map.
  if (identities.length === 0 && !parameters.has("Identities")) missing(found, "identities");
  lengthWithin(found, identities, "identities", mostIdentities);
  found.done();
  return [...new Set(identities)];
}

/** What is known of an identity; undefined when it is not known. */
type AttributesOf = (call: Call, identity: string) => Xml | undefined;

/** What is known of each identity asked for, as a map; one that is not known has no entry. */
function identityMap(name: string, call: Call, attributesOf: AttributesOf, names = identityList(call)): Xml {
  const entries = names.flatMap((identity) => {
    const value = attributesOf(call, identity);
    return value === undefined ? [] : [[identity, value] as const];
  });
  return map(name, entries);
}

/** The same, after the records of domains were looked up. */
async function freshMap(name: string, call: Call, attributesOf: AttributesOf): Promise<Xml> {
  const names = identityList(call);
  if (await refreshDomains(call.state, call.account, names)) await saveState(call.state);
  return identityMap(name, call, attributesOf, names);
}

function verificationAttributes({ state, account }: Call, name: string): Xml | undefined {
  const identity = findIdentity(account, name);
  if (identity === undefined) return undefined;
  const VerificationStatus = statusAt(identity, state.now());
  if (identity.type === "EmailAddress") return texts({ VerificationStatus });
  return texts({ VerificationStatus, VerificationToken: verificationToken(account.region, identity.name) });
}

function dkimAttributes({ state, account }: Call, name: string): Xml | undefined {
  const domain = domainIdentity(account, name);
  const known = findIdentity(account, name) ?? domain;
  if (known === undefined) return undefined;
  const status = domain === undefined ? "NotStarted" : dkimStatusAt(domain, state.now());
  const tokens = domain === undefined || status === "NotStarted" ? [] : dkimTokens(account.region, domain.name);
  return (
    texts({ DkimEnabled: String(known.dkimEnabled), DkimVerificationStatus: status }) +
    (tokens.length === 0 ? "" : textList("DkimTokens", tokens))
  );
}

function notificationAttributes({ account }: Call, name: string): Xml | undefined {
  const identity = findIdentity(account, name);
  if (identity === undefined) return undefined;
  const topics = NOTIFICATION_TYPES.flatMap((type) => {
    const arn = identity.topics.get(type);
    return arn === undefined ? [] : [[`${type}Topic`, arn]];
  });
  const headers = NOTIFICATION_TYPES.map((type) => [`HeadersIn${type}NotificationsEnabled`, "false"]);
  return texts({
    ForwardingEnabled: String(forwardingEnabled(identity)),
    ...Object.fromEntries([...topics, ...headers]),
  });
}

// The service writes `200.0`, never `200`.
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function pointXml(point: Readonly<StatisticsPoint>): Xml {
  return texts({
    DeliveryAttempts: String(point.deliveryAttempts),
    Timestamp: `${new Date(point.at).toISOString().slice(0, 19)}Z`,
    Rejects: String(point.rejects),
    Bounces: String(point.bounces),
    Complaints: String(point.complaints),
  });
}
