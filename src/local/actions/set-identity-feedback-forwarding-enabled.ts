// SetIdentityFeedbackForwardingEnabled: bounces and complaints by mail; off only with topics for both.

import { ownedIdentity } from "../account/identities.ts";
import { invalidValue } from "../protocol/errors.ts";
import { booleanOf, given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

export const setIdentityFeedbackForwardingEnabled: Action = {
  name: "SetIdentityFeedbackForwardingEnabled",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const found = validation();
    const name = required(found, given(parameters, "Identity"), "identity");
    const forwarding = required(found, given(parameters, "ForwardingEnabled"), "forwardingEnabled");
    found.done();
    const on = booleanOf(forwarding, "forwardingEnabled");
    const identity = ownedIdentity(state, account, name);
    if (!on && !(identity.topics.has("Bounce") && identity.topics.has("Complaint"))) {
      throw invalidValue(
        `Identity ${name} must have an SNS topic set for both Bounce and Complaint before feedback forwarding is disabled.`,
      );
    }
    identity.forwardingEnabled = on;
    return "";
  },
};
