// GetIdentityVerificationAttributes: the state of a verification, and for domains the token of the TXT record.
import type { Action, Call } from "../action.ts";
import { refreshDomains } from "../dns-check.ts";
import { verificationToken } from "../identifiers.ts";
import { findIdentity, statusAt } from "../identities.ts";
import { saveState } from "../persist.ts";
import { text, type Xml } from "../xml.ts";
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
