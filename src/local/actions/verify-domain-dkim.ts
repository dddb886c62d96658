// VerifyDomainDkim: registers a domain for Easy DKIM; gives the tokens of its three CNAME records.

import { startDkim } from "../account/verification.ts";
import { given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import { textList } from "../protocol/xml.ts";
import type { Action } from "./action.ts";

export const verifyDomainDkim: Action = {
  name: "VerifyDomainDkim",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const found = validation();
    const domain = required(found, given(parameters, "Domain"), "domain");
    found.done();
    return textList("DkimTokens", startDkim(state, account, domain));
  },
};
