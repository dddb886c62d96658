// VerifyDomainIdentity: begins the verification of a domain; gives the token of its TXT record.
import type { Action } from "../action.ts";
import { given } from "../query.ts";
import { required, validation } from "../validation.ts";
import { startDomain } from "../verification.ts";
import { text } from "../xml.ts";

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
