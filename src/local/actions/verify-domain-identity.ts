// VerifyDomainIdentity: begins the verification of a domain; gives the token of its TXT record.

import { startDomain } from "../account/verification.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import { text } from "../protocol/xml.ts";
import type { Action } from "./action.ts";

export const verifyDomainIdentity: Action = {
  name: "VerifyDomainIdentity",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const found = validation();
    const domain = required(found, given(parameters, "Domain"), "domain");
    found.done();
    return text("VerificationToken", startDomain(state, account, domain));
  },
};
