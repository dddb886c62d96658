// VerifyDomainDkim: registers a domain for Easy DKIM; gives the tokens of its three CNAME records.
import type { Action } from "../action.ts";
import { given } from "../query.ts";
import { required, validation } from "../validation.ts";
import { startDkim } from "../verification.ts";
import { textList } from "../xml.ts";

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
