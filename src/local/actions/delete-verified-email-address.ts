// DeleteVerifiedEmailAddress: forgets an address. Deprecated since 15 May 2012; its answer has no Result element.

import { identityName } from "../account/identities.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

export const deleteVerifiedEmailAddress: Action = {
  name: "DeleteVerifiedEmailAddress",
  throttle: "second",
  changes: "identities",
  run({ account, parameters }) {
    const found = validation();
    const address = required(found, given(parameters, "EmailAddress"), "emailAddress");
    found.done();
    const identity = account.identities.get(identityName(address));
    if (identity?.type === "EmailAddress") account.identities.delete(identity.name);
    return undefined;
  },
};
