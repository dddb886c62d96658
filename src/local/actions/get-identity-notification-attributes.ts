// GetIdentityNotificationAttributes: feedback forwarding, the topics that are set, and whether
// notifications hold the headers of the mail: never here, since SetIdentityHeadersInNotificationsEnabled is not implemented.

import { findIdentity, forwardingEnabled } from "../account/identities.ts";
import { type Identity, NOTIFICATION_TYPES } from "../model/model.ts";
import { text, type Xml } from "../protocol/xml.ts";
import type { Action } from "./action.ts";
import { identityList, identityMap } from "./identity-list.ts";

export const getIdentityNotificationAttributes: Action = {
  name: "GetIdentityNotificationAttributes",
  throttle: "second",
  changes: "nothing",
  run(call) {
    return identityMap("NotificationAttributes", identityList(call), (name) => {
      const identity = findIdentity(call.account, name);
      return identity && attributesOf(identity);
    });
  },
};

function attributesOf(identity: Identity): Xml {
  const topics = NOTIFICATION_TYPES.map((type) => {
    const arn = identity.topics.get(type);
    return arn === undefined ? "" : text(`${type}Topic`, arn);
  });
  const headers = NOTIFICATION_TYPES.map((type) => text(`HeadersIn${type}NotificationsEnabled`, "false"));
  return [text("ForwardingEnabled", String(forwardingEnabled(identity))), ...topics, ...headers].join("");
}
