// GetIdentityVerificationAttributes: the state of a verification, and for domains the token of the TXT record.

import { refreshDomains } from "../account/dns-check.ts";
import { findIdentity, statusAt } from "../account/identities.ts";
import { saveState } from "../account/persist.ts";
import { verificationToken } from "../model/ids.ts";
import { text, type Xml } from "../protocol/xml.ts";
import type { Action, Call } from "./action.ts";
import { identityList, identityMap } from "./identity-list.ts";

export const getIdentityVerificationAttributes: Action = {
  name: "GetIdentityVerificationAttributes",
  throttle: "second",
  changes: "nothing",
  async run(call) {
    const names = identityList(call);
    if (await refreshDomains(call.state, call.account, names)) await saveState(call.state);
    return identityMap("VerificationAttributes", names, (name) => attributesOf(call, name));
  },
};

function attributesOf({ state, account }: Call, name: string): Xml | undefined {
  const identity = findIdentity(account, name);
  if (identity === undefined) return undefined;
  const status = text("VerificationStatus", statusAt(identity, state.now()));
  if (identity.type === "EmailAddress") return status;
  return status + text("VerificationToken", verificationToken(account.region, identity.name));
}
