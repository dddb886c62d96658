// VerifyEmailIdentity: mails a link to an address; opening it within 24 hours verifies the address.

import { startAddress } from "../account/verification.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action } from "./action.ts";

export const verifyEmailIdentity: Action = {
  name: "VerifyEmailIdentity",
  throttle: "second",
  changes: "identities",
  async run({ state, account, parameters, origin }) {
    const found = validation();
    const address = required(found, given(parameters, "EmailAddress"), "emailAddress");
    found.done();
    await startAddress(state, account, address, origin);
    return "";
  },
};
