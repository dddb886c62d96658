// The actions that verify, delete and list identities. Those named after VerifiedEmailAddress are deprecated since
// 15 May 2012; two of them have no Result element in their answer.
import { identityName, statusAt } from "../account/identities.ts";
import { startAddress, startDkim, startDomain } from "../account/verification.ts";
import { invalidValue, SesError } from "../protocol/errors.ts";
import { given } from "../protocol/query.ts";
import { oneOf, validation } from "../protocol/validation.ts";
import { text, textList } from "../protocol/xml.ts";
import { type Action, requiredParameter } from "./action.ts";

export const verifyEmailIdentity: Action = {
  name: "VerifyEmailIdentity",
  throttle: "second",
  changes: "identities",
  async run({ state, account, parameters, origin }) {
    const address = requiredParameter(parameters, "EmailAddress");
    await startAddress(state, account, address, origin);
    return "";
  },
};

export const verifyEmailAddress: Action = {
  name: "VerifyEmailAddress",
  throttle: "second",
  changes: "identities",
  async run({ state, account, parameters, origin }) {
    const address = requiredParameter(parameters, "EmailAddress");
    await startAddress(state, account, address, origin);
    return undefined;
  },
};

export const verifyDomainIdentity: Action = {
  name: "VerifyDomainIdentity",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const domain = requiredParameter(parameters, "Domain");
    return text("VerificationToken", startDomain(state, account, domain));
  },
};

export const verifyDomainDkim: Action = {
  name: "VerifyDomainDkim",
  throttle: "second",
  changes: "identities",
  run({ state, account, parameters }) {
    const domain = requiredParameter(parameters, "Domain");
    return textList("DkimTokens", startDkim(state, account, domain));
  },
};

export const deleteIdentity: Action = {
  name: "DeleteIdentity",
  throttle: "second",
  changes: "identities",
  run({ account, parameters }) {
    const identity = requiredParameter(parameters, "Identity");
    account.identities.delete(identityName(identity));
    return "";
  },
};

export const deleteVerifiedEmailAddress: Action = {
  name: "DeleteVerifiedEmailAddress",
  throttle: "second",
  changes: "identities",
  run({ account, parameters }) {
    const address = requiredParameter(parameters, "EmailAddress");
    const identity = account.identities.get(identityName(address));
    if (identity?.type === "EmailAddress") account.identities.delete(identity.name);
    return undefined;
  },
};

const mostItems = 1_000;

export const listIdentities: Action = {
  name: "ListIdentities",
  throttle: "second",
  changes: "nothing",
  run({ account, parameters }) {
    const found = validation();
    const type = oneOf(found, given(parameters, "IdentityType"), "identityType", ["Domain", "EmailAddress"]);
    found.done();
    const items = maxItems(parameters.get("MaxItems"));
    const after = readToken(given(parameters, "NextToken"), account.region);
    // In order of names: a page goes on after a name, even when that one was deleted meanwhile.
    const names = [...account.identities.values()]
      .filter((identity) => type === undefined || identity.type === type)
      .map((identity) => identity.name)
      .sort()
      .filter((name) => after === undefined || name > after);
    const page = names.slice(0, items);
    const last = names.length > page.length ? page.at(-1) : undefined;
    return (
      textList("Identities", page) + (last === undefined ? "" : text("NextToken", writeToken(last, account.region)))
    );
  },
};

function maxItems(asked: string | undefined): number {
  if (asked === undefined) return mostItems;
  if (asked === "") throw new SesError("MalformedInput", "missing value for decimal type");
  if (!/^-?\d{1,10}$/.test(asked)) throw new SesError("MalformedInput", "");
  const items = Number(asked);
  if (items >= 1 && items <= mostItems) return items;
  throw invalidValue(`Value ${items} for parameter MaxItems is invalid. MaxItems must be between 1 and ${mostItems}.`);
}

function writeToken(after: string, region: string): string {
  return Buffer.from(JSON.stringify([region, after])).toString("base64url");
}

// A token is good for the region it was given in, whatever type of identity is asked for.
function readToken(token: string | undefined, region: string): string | undefined {
  if (token === undefined) return undefined;
  const read = parseToken(token);
  if (Array.isArray(read) && read.length === 2 && read[0] === region && typeof read[1] === "string") return read[1];
  throw invalidValue("Invalid value for NextToken.");
}

function parseToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    return undefined;
  }
}

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
