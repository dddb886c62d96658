// What three actions share: the parameter Identities.member.N, at least one, at most 100, and an answer by identity.

import { listOf } from "../protocol/query.ts";
import { lengthWithin, validation } from "../protocol/validation.ts";
import { map, type Xml } from "../protocol/xml.ts";
import type { Call } from "./action.ts";

const mostIdentities = 100;

/** The identities asked for, each once, in order. @throws SesError ValidationError */
export function identityList({ parameters }: Call): readonly string[] {
  const identities = listOf(parameters, "Identities").filter((name) => name !== "");
  const found = validation();
  // Clients write an empty list as `Identities=`: that is a list, and it gives an empty map.
  if (identities.length === 0 && !parameters.has("Identities")) {
    found.fail(undefined, "identities", "Member must not be null");
  }
  lengthWithin(found, identities, "identities", mostIdentities);
  found.done();
  return [...new Set(identities)];
}

/** What is known of each identity, as a map; one that is not known has no entry. */
export function identityMap(
  name: string,
  identities: readonly string[],
  attributesOf: (identity: string) => Xml | undefined,
): Xml {
  const entries = identities.flatMap((identity) => {
    const value = attributesOf(identity);
    return value === undefined ? [] : [[identity, value] as const];
  });
  return map(name, entries);
}
