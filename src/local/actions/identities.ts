// The actions that verify, delete and list identities. Those named after VerifiedEmailAddress are deprecated since
// 15 May 2012; two of them have no Result element in their answer.
import { identityName, statusAt } from "../account/identities.ts";
import { startAddress, startDkim, startDomain } from "../account/verification.ts";
import { invalidValue, SesError } from "../protocol/errors.ts";
import { given } from "../protocol/query.ts";
import { oneOf, validation } from "../protocol/validation.ts";
import { text, textList } from "../protocol/xml.ts";
import { type Actions, type Call, requiredParameter } from "./action.ts";

export const identityChanges: Actions = {
  async VerifyEmailIdentity(call) {
    await verifyAddress(call);
    return "";
  },
  async VerifyEmailAddress(call) {
    await verifyAddress(call);
    return undefined;
  },
  VerifyDomainIdentity(call) {
    return text("VerificationToken", startDomain(call.state, call.account, requiredParameter(call, "Domain")));
  },
  VerifyDomainDkim(call) {
    return textList("DkimTokens", startDkim(call.state, call.account, requiredParameter(call, "Domain")));
  },
  DeleteIdentity(call) {
    call.account.identities.delete(identityName(requiredParameter(call, "Identity")));
    return "";
  },
  DeleteVerifiedEmailAddress(call) {
    const { identities } = call.account;
    const identity = identities.get(identityName(requiredParameter(call, "EmailAddress")));
    if (identity?.type === "EmailAddress") identities.delete(identity.name);
    return undefined;
  },
};

function verifyAddress(call: Call): Promise<void> {
  return startAddress(call.state, call.account, requiredParameter(call, "EmailAddress"), call.origin);
}

const mostItems = 1_000;

export const identityLists: Actions = {
  ListIdentities({ account, parameters }) {
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
  ListVerifiedEmailAddresses({ state, account }) {
    const verified = [...account.identities.values()].filter(
      (identity) => identity.type === "EmailAddress" && statusAt(identity, state.now()) === "Success",
    );
    return textList("VerifiedEmailAddresses", verified.map((identity) => identity.name).sort());
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
