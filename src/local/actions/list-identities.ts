// ListIdentities: all identities whatever their state, in pages of 1 to 1000 with an opaque token.
import type { Action } from "../action.ts";
import { invalidValue } from "../errors.ts";
import { given, integerOf } from "../query.ts";
import { numberWithin, oneOf, validation } from "../validation.ts";
import { text, textList } from "../xml.ts";

const mostItems = 1_000;

export const listIdentities: Action = {
  name: "ListIdentities",
  throttle: "second",
  changes: "nothing",
  run({ account, parameters }) {
    const found = validation();
    const type = oneOf(found, given(parameters, "IdentityType"), "identityType", ["Domain", "EmailAddress"]);
    const asked = given(parameters, "MaxItems");
    const items = asked === undefined ? mostItems : integerOf(asked, "maxItems");
    numberWithin(found, items, "maxItems", { least: 1, most: mostItems });
    found.done();
    const after = readToken(given(parameters, "NextToken"), type);
    // In order of names: a page goes on after a name, even when that one was deleted meanwhile.
    const names = [...account.identities.values()]
      .filter((identity) => type === undefined || identity.type === type)
      .map((identity) => identity.name)
      .sort()
      .filter((name) => after === undefined || name > after);
    const page = names.slice(0, items);
    const last = names.length > page.length ? page.at(-1) : undefined;
    return textList("Identities", page) + (last === undefined ? "" : text("NextToken", writeToken(last, type)));
  },
};

function writeToken(after: string, type: string | undefined): string {
  return Buffer.from(JSON.stringify([type ?? "", after])).toString("base64url");
}

// A token goes with the IdentityType it was given for.
function readToken(token: string | undefined, type: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const read = parseToken(token);
  if (Array.isArray(read) && read.length === 2 && read[0] === (type ?? "") && typeof read[1] === "string")
    return read[1];
  throw invalidValue("Invalid value for NextToken.");
}

function parseToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    return undefined;
  }
}
