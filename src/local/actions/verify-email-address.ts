// VerifyEmailAddress: mails a link to an address. Deprecated since 15 May 2012; its answer has no Result element.

import { startAddress } from "../account/verification.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

export const verifyEmailAddress: Action = {
  name: "VerifyEmailAddress",
  throttle: "second",
  changes: "identities",
  async run({ state, account, parameters, origin }) {
    const found = validation();
    const address = required(found, given(parameters, "EmailAddress"), "emailAddress");
    found.done();
    await startAddress(state, account, address, origin);
    return undefined;
  },
};
