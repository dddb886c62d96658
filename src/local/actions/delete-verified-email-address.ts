// DeleteVerifiedEmailAddress: forgets an address. Deprecated since 15 May 2012; its answer has no Result element.
import type { Action } from "../action.ts";
import { identityName } from "../identities.ts";
import { given } from "../query.ts";
import { required, validation } from "../validation.ts";

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
