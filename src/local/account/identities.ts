// Identities of a region: what they are called, what state they are in, who may send.
import type { Account, Identity, NotificationType, VerificationStatus } from "../model/account.ts";
import type { StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { asDomain } from "../protocol/address.ts";
import { SesError } from "../protocol/errors.ts";

const HOUR = 60 * 60 * 1_000;

/** A link in a verification mail lives that long, in ms. */
const ADDRESS_WINDOW = 24 * HOUR;

/** DNS records are looked for that long, in ms. */
const DOMAIN_WINDOW = 72 * HOUR;

/** The key of an identity: an address as it is, since its case counts; a domain in lower case. */
export function identityName(given: string): string {
  const name = given.trim();
  return name.includes("@") ? name : asDomain(name);
}

/** The identity of that name, if it was added. */
export function findIdentity(account: Account, given: string): Identity | undefined {
  return account.identities.get(identityName(given));
}

/** The identity of that name, added in state NotStarted when it is new. */
export function ensureIdentity(state: LocalState, account: Account, given: string): Identity {
  const name = identityName(given);
  const found = account.identities.get(name);
  if (found !== undefined) return found;
  const identity: Identity = {
    name,
    type: name.includes("@") ? "EmailAddress" : "Domain",
    status: "NotStarted",
    startedAt: state.now(),
    linkToken: undefined,
    dkimEnabled: true,
    dkimStatus: "NotStarted",
    dkimStartedAt: state.now(),
    forwardingEnabled: true,
    topics: new Map(),
  };
  account.identities.set(name, identity);
  return identity;
}

/** The verification state at a time: what stays Pending too long has failed. */
export function statusAt(identity: Identity, now: number): VerificationStatus {
  const window = identity.type === "Domain" ? DOMAIN_WINDOW : ADDRESS_WINDOW;
  return expired(identity.status, identity.startedAt + window, now);
}

/** The state of the domain's DKIM records at a time. */
export function dkimStatusAt(identity: Identity, now: number): VerificationStatus {
  return expired(identity.dkimStatus, identity.dkimStartedAt + DOMAIN_WINDOW, now);
}

function expired(status: VerificationStatus, end: number, now: number): VerificationStatus {
  return status === "Pending" && now >= end ? "Failed" : status;
}

/** The domain identity that signs for an address or domain: its own domain, no parent. */
export function domainIdentity(account: Account, given: string): Identity | undefined {
  const name = identityName(given);
  return account.identities.get(asDomain(name.slice(name.lastIndexOf("@") + 1)));
}

/** True when an address may be sent from: itself, its domain or a parent domain is verified. */
export function isVerified(account: Account, address: string, now: number): boolean {
  const own = account.identities.get(address);
  if (own !== undefined && statusAt(own, now) === "Success") return true;
  return parents(address).some((domain) => {
    const identity = account.identities.get(domain);
    return (
      identity !== undefined && (statusAt(identity, now) === "Success" || dkimStatusAt(identity, now) === "Success")
    );
  });
}

/** The domain of an address and the domains above it, in lower case. */
export function parents(address: string): readonly string[] {
  const labels = address
    .slice(address.lastIndexOf("@") + 1)
    .toLowerCase()
    .split(".");
  // RFC 1035 s2.3.4: 255 octets hold no more than 127 labels, and a longer name does not exist.
  if (labels.length > 127) return [];
  return labels.map((_, index) => labels.slice(index).join("."));
}

/** Feedback goes by mail unless that was turned off and both topics are set. */
export function forwardingEnabled(identity: Identity): boolean {
  return identity.forwardingEnabled || !(identity.topics.has("Bounce") && identity.topics.has("Complaint"));
}

// With `anySender` an identity that is unknown is added as verified.
function adopt(state: LocalState, account: Account, given: string): Identity {
  const identity = ensureIdentity(state, account, given);
  if (identity.status === "NotStarted") identity.status = "Success";
  return identity;
}

/** The identity to change settings of. @throws SesError when it is not a verified one */
export function ownedIdentity(state: LocalState, account: Account, given: string): Identity {
  if (state.settings.anySender) return adopt(state, account, given);
  const identity = findIdentity(account, given);
  const verified = identity !== undefined && isVerified(account, identity.name, state.now());
  if (verified) return identity;
  throw new SesError(
    "InvalidParameterValue",
    `Identity ${given} is invalid. Must be a verified email address or domain.`,
  );
}

/** The identities whose settings count, the one that wins first. */
function identitiesBehind(account: Account, address: string): readonly Identity[] {
  const names = [address, ...parents(address)];
  return names.map((name) => account.identities.get(name)).filter((identity) => identity !== undefined);
}

/** The topic for notifications of this type; undefined when none is set. */
export function topicFor(account: Account, message: StoredMessage, type: NotificationType): string | undefined {
  for (const identity of identitiesBehind(account, message.source)) {
    const topic = identity.topics.get(type);
    if (topic !== undefined) return topic;
  }
  return undefined;
}

/** True when bounces and complaints of this message are forwarded by mail. */
export function forwards(account: Account, message: StoredMessage): boolean {
  const identities = identitiesBehind(account, message.source);
  // The settings of an address decide once one of them was changed; before that its domain decides.
  const set = identities.find((identity) => !identity.forwardingEnabled || identity.topics.size > 0);
  const decides = set ?? identities[0];
  return decides === undefined || forwardingEnabled(decides);
}

/** The name of the identity that the message was sent as. */
export function sendingIdentity(account: Account, message: StoredMessage): string {
  return identitiesBehind(account, message.source)[0]?.name ?? message.source;
}
