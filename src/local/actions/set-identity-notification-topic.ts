// SetIdentityNotificationTopic: the SNS topic of one notification type; left out, it is cleared.

import { forwardingEnabled, ownedIdentity } from "../account/identities.ts";
import { NOTIFICATION_TYPES } from "../model/model.ts";
import { invalidValue } from "../protocol/errors.ts";
import { given } from "../protocol/query.ts";
import { oneOf, required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

const ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

export const setIdentityNotificationTopic: Action = {
  name: "SetIdentityNotificationTopic",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const found = validation();
    const name = required(found, given(parameters, "Identity"), "identity");
    const asked = given(parameters, "NotificationType");
    required(found, asked, "notificationType");
    const type = oneOf(found, asked, "notificationType", NOTIFICATION_TYPES);
    found.done();
    // Left out it clears; an empty text is a topic that does not exist.
    const topic = parameters.get("SnsTopic");
    if (topic !== undefined && !ARN.test(topic)) throw invalidValue(`SNS topic ${topic.slice(0, 300)} is invalid.`);
    const identity = ownedIdentity(state, account, name);
    if (type === undefined) return "";
    if (topic === undefined) identity.topics.delete(type);
    else identity.topics.set(type, topic);
    // Without both topics feedback would be lost: mail takes over again.
    identity.forwardingEnabled = forwardingEnabled(identity);
    return "";
  },
};
