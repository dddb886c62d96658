// DeleteIdentity: forgets an address or a domain; one that is unknown is deleted just as well.
import type { Action } from "../action.ts";
import { identityName } from "../identities.ts";
import { given } from "../query.ts";
import { required, validation } from "../validation.ts";

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
