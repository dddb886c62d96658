// GetIdentityDkimAttributes: is signing on, are the records found, and which tokens; an address shows its domain's.

import { refreshDomains } from "../account/dns-check.ts";
import { dkimStatusAt, domainIdentity, findIdentity } from "../account/identities.ts";
import { saveState } from "../account/persist.ts";
import { dkimTokens } from "../model/ids.ts";
import { text, textList, type Xml } from "../protocol/xml.ts";
import type { Action, Call } from "./action.ts";
import { identityList, identityMap } from "./identity-list.ts";

export const getIdentityDkimAttributes: Action = {
  name: "GetIdentityDkimAttributes",
  throttle: "second",
  changes: "nothing",
  async run(call) {
    const names = identityList(call);
    if (await refreshDomains(call.state, call.account, names)) await saveState(call.state);
    return identityMap("DkimAttributes", names, (name) => attributesOf(call, name));
  },
};

function attributesOf({ state, account }: Call, name: string): Xml | undefined {
  const own = findIdentity(account, name);
  const domain = domainIdentity(account, name);
  const known = own ?? domain;
  if (known === undefined) return undefined;
  const status = domain === undefined ? "NotStarted" : dkimStatusAt(domain, state.now());
  const tokens = domain === undefined || status === "NotStarted" ? [] : dkimTokens(account.region, domain.name);
  return [
    text("DkimEnabled", String(known.dkimEnabled)),
    text("DkimVerificationStatus", status),
    tokens.length === 0 ? "" : textList("DkimTokens", tokens),
  ].join("");
}
