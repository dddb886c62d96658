// SetIdentityDkimEnabled: turns signing on or off; on only where the domain's DKIM records are verified.

import { refreshDomains } from "../account/dns-check.ts";
import { dkimStatusAt, domainIdentity, ensureIdentity, identityName, ownedIdentity } from "../account/identities.ts";
import { invalidValue } from "../protocol/errors.ts";
import { booleanOf, given } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Action, Call } from "./action.ts";

export const setIdentityDkimEnabled: Action = {
  name: "SetIdentityDkimEnabled",
  throttle: "second",
  changes: "identities",
  async run(call) {
    const found = validation();
    const name = required(found, given(call.parameters, "Identity"), "identity");
    const enabled = required(found, given(call.parameters, "DkimEnabled"), "dkimEnabled");
    found.done();
    const on = booleanOf(enabled, "dkimEnabled");
    if (on) await checkDomain(call, name);
    ownedIdentity(call.state, call.account, name).dkimEnabled = on;
    return "";
  },
};

async function checkDomain({ state, account }: Call, name: string): Promise<void> {
  await refreshDomains(state, account, [name]);
  const domainName = identityName(name.slice(name.lastIndexOf("@") + 1));
  if (state.settings.anySender) ensureIdentity(state, account, domainName).dkimStatus = "Success";
  const domain = domainIdentity(account, name);
  if (domain !== undefined && dkimStatusAt(domain, state.now()) === "Success") return;
  throw invalidValue(`Domain ${domainName} is not verified for DKIM signing.`);
}
