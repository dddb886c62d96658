// ListVerifiedEmailAddresses: the addresses whose verification succeeded. Deprecated since 15 May 2012.

import { statusAt } from "../account/identities.ts";
import { textList } from "../protocol/xml.ts";
import type { Action } from "./action.ts";

export const listVerifiedEmailAddresses: Action = {
  name: "ListVerifiedEmailAddresses",
  throttle: "second",
  changes: "nothing",
  run({ state, account }) {
    const verified = [...account.identities.values()].filter(
      (identity) => identity.type === "EmailAddress" && statusAt(identity, state.now()) === "Success",
    );
    return textList("VerifiedEmailAddresses", verified.map((identity) => identity.name).sort());
  },
};
