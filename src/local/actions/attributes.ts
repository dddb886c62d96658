// The actions that change nothing: attributes of 1 to 100 identities, the sending quota, statistics.
import { saveState } from "../account/accounts.ts";
import { dkimStatusAt, domainIdentity, findIdentity, forwardingEnabled, statusAt } from "../account/identities.ts";
import { quotaView, statisticsOf } from "../account/limits.ts";
import { refreshDomains } from "../account/verification.ts";
import { type Identity, NOTIFICATION_TYPES, type StatisticsPoint } from "../model/account.ts";
import { dkimTokens, verificationToken } from "../model/ids.ts";
import { listOf } from "../protocol/query.ts";
import { lengthWithin, validation } from "../protocol/validation.ts";
import { list, map, text, textList, type Xml } from "../protocol/xml.ts";
import type { Action, Call } from "./action.ts";

const mostIdentities = 100;

/** The identities asked for, each once, in order. @throws SesError ValidationError */
function identityList({ parameters }: Call): readonly string[] {
  const identities = listOf(parameters, "Identities").filter((name) => name !== "");
  const found = validation();
  // Clients write an empty list as `Identities=`: that is a list, and it gives an empty map.
  if (identities.length === 0 && !parameters.has("Identities")) {
    found.fail(undefined, "identities", "Member must not be null");
  }
  lengthWithin(found, identities, "identities", mostIdentities);
  found.done();
  return [...new Set(identities)];
}

/** What is known of each identity, as a map; one that is not known has no entry. */
function identityMap(
  name: string,
  identities: readonly string[],
  attributesOf: (identity: string) => Xml | undefined,
): Xml {
  const entries = identities.flatMap((identity) => {
    const value = attributesOf(identity);
    return value === undefined ? [] : [[identity, value] as const];
  });
  return map(name, entries);
}

export const getIdentityVerificationAttributes: Action = {
  name: "GetIdentityVerificationAttributes",
  throttle: "second",
  changes: "nothing",
  async run(call) {
    const names = identityList(call);
    if (await refreshDomains(call.state, call.account, names)) await saveState(call.state);
    return identityMap("VerificationAttributes", names, (name) => verificationAttributes(call, name));
  },
};

function verificationAttributes({ state, account }: Call, name: string): Xml | undefined {
  const identity = findIdentity(account, name);
  if (identity === undefined) return undefined;
  const status = text("VerificationStatus", statusAt(identity, state.now()));
  if (identity.type === "EmailAddress") return status;
  return status + text("VerificationToken", verificationToken(account.region, identity.name));
}

export const getIdentityDkimAttributes: Action = {
  name: "GetIdentityDkimAttributes",
  throttle: "second",
  changes: "nothing",
  async run(call) {
    const names = identityList(call);
    if (await refreshDomains(call.state, call.account, names)) await saveState(call.state);
    return identityMap("DkimAttributes", names, (name) => dkimAttributes(call, name));
  },
};

function dkimAttributes({ state, account }: Call, name: string): Xml | undefined {
  const own = findIdentity(account, name);
  const domain = domainIdentity(account, name);
  const known = own ?? domain;
  if (known === undefined) return undefined;
  const status = domain === undefined ? "NotStarted" : dkimStatusAt(domain, state.now());
  const tokens = domain === undefined || status === "NotStarted" ? [] : dkimTokens(account.region, domain.name);
  return [
    text("DkimEnabled", String(known.dkimEnabled)),
    text("DkimVerificationStatus", status),
    tokens.length === 0 ? "" : textList("DkimTokens", tokens),
  ].join("");
}

export const getIdentityNotificationAttributes: Action = {
  name: "GetIdentityNotificationAttributes",
  throttle: "second",
  changes: "nothing",
  run(call) {
    return identityMap("NotificationAttributes", identityList(call), (name) => {
      const identity = findIdentity(call.account, name);
      return identity && notificationAttributes(identity);
    });
  },
};

function notificationAttributes(identity: Identity): Xml {
  const topics = NOTIFICATION_TYPES.map((type) => {
    const arn = identity.topics.get(type);
    return arn === undefined ? "" : text(`${type}Topic`, arn);
  });
  const headers = NOTIFICATION_TYPES.map((type) => text(`HeadersIn${type}NotificationsEnabled`, "false"));
  return [text("ForwardingEnabled", String(forwardingEnabled(identity))), ...topics, ...headers].join("");
}

export const getSendQuota: Action = {
  name: "GetSendQuota",
  throttle: "second",
  changes: "nothing",
  run({ state, account }) {
    const quota = quotaView(account, state.now());
    return [
      text("SentLast24Hours", double(quota.sentLast24Hours)),
      text("Max24HourSend", double(quota.max24HourSend)),
      text("MaxSendRate", double(quota.maxSendRate)),
    ].join("");
  },
};

// The service writes `200.0`, never `200`.
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

export const getSendStatistics: Action = {
  name: "GetSendStatistics",
  throttle: "second",
  changes: "nothing",
  run({ state, account }) {
    return list("SendDataPoints", statisticsOf(account, state.now()).toReversed().map(pointXml));
  },
};

function pointXml(point: Readonly<StatisticsPoint>): Xml {
  return [
    text("DeliveryAttempts", String(point.deliveryAttempts)),
    text("Timestamp", `${new Date(point.at).toISOString().slice(0, 19)}Z`),
    text("Rejects", String(point.rejects)),
    text("Bounces", String(point.bounces)),
    text("Complaints", String(point.complaints)),
  ].join("");
}
