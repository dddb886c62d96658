// DeleteIdentity: forgets an address or a domain; one that is unknown is deleted just as well.

import { identityName } from "../account/identities.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

export const deleteIdentity: Action = {
  name: "DeleteIdentity",
  throttle: "second",
  changes: "identities",
  run({ account, parameters }) {
    const found = validation();
    const identity = required(found, given(parameters, "Identity"), "identity");
    found.done();
    account.identities.delete(identityName(identity));
    return "";
  },
};
