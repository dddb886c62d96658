// Which topic a notification goes to, and whether feedback goes by mail: the settings of the address a message is
// from, else those of its domain or of a domain above it.
import { forwardingEnabled, parents } from "../account/identities.ts";
import type { Account, Identity, NotificationType, StoredMessage } from "../model/model.ts";

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
  // An address that nobody changed a setting of leaves the decision to its domain.
  const set = identities.find((identity) => !identity.forwardingEnabled || identity.topics.size > 0);
  const decides = set ?? identities[0];
  return decides === undefined || forwardingEnabled(decides);
}

/** The name of the identity that the message was sent as. */
export function sendingIdentity(account: Account, message: StoredMessage): string {
  return identitiesBehind(account, message.source)[0]?.name ?? message.source;
}
