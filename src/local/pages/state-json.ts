// The endpoint as JSON: accounts with quota, statistics and identities, settings, faults; and the notifications.
import { dkimStatusAt, forwardingEnabled, statusAt } from "../account/identities.ts";
import { quotaView } from "../account/quota.ts";
import { statisticsOf } from "../account/statistics.ts";
import type { Account, Identity, LocalState } from "../model/model.ts";
import type { AccountJson, IdentityJson, NotificationJson, StateJson } from "./api.ts";

/** Everything but the messages. */
export function stateJson(state: LocalState): StateJson {
  const { preset, autoVerify, anySender, signatures, clockWindow, actionThrottle } = state.settings;
  const now = state.now();
  return {
    url: state.url,
    now: new Date(now).toISOString(),
    messages: state.messages.size,
    bytes: state.inboxSize,
    settings: { preset, autoVerify, anySender, signatures, clockWindow, actionThrottle },
    limits: state.limits,
    faults: state.faults,
    accounts: [...state.accounts.values()].map((account) => accountJson(account, now)),
  };
}

function accountJson(account: Account, now: number): AccountJson {
  return {
    region: account.region,
    sandbox: account.limits.sandbox,
    quota: quotaView(account, now),
    statistics: statisticsOf(account, now).map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
    identities: [...account.identities.values()].map((identity) => identityJson(identity, now)),
  };
}

/** One identity, its state as it is now. */
export function identityJson(identity: Identity, now: number): IdentityJson {
  return {
    name: identity.name,
    type: identity.type,
    status: statusAt(identity, now),
    dkimStatus: dkimStatusAt(identity, now),
    forwarding: forwardingEnabled(identity),
    topics: Object.fromEntries(identity.topics),
  };
}

/** The notifications that were published to topics, oldest first. */
export function notificationsJson(state: LocalState): readonly NotificationJson[] {
  return state.notifications.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
}
