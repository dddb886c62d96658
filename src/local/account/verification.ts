// Verification of identities: how it begins, what ends it (a link, a DNS record, an admin call, time).

import { takeMessage } from "../inbox/inbox-store.ts";
import { dkimTokens, verificationToken } from "../model/ids.ts";
import type { Account, Identity, LocalState } from "../model/model.ts";
import { checkAddress } from "../protocol/address.ts";
import { checkDomainName } from "../protocol/domain-name.ts";
import { invalidValue } from "../protocol/errors.ts";
import { accountOf, dkimStatusAt, ensureIdentity, findIdentity, statusAt } from "./identities.ts";
import { saveState } from "./persist.ts";
import { verificationMail } from "./verification-mail.ts";

/**
 * Begins the verification of an address: Pending and a mail with a link, or Success at once with `autoVerify`.
 *
 * @param origin - what the link begins with
 */
export async function startAddress(state: LocalState, account: Account, given: string, origin: string): Promise<void> {
  const identity = ensureIdentity(state, account, checkIdentityAddress(given));
  if (statusAt(identity, state.now()) === "Success") return;
  if (state.settings.autoVerify) {
    identity.status = "Success";
    return;
  }
  identity.status = "Pending";
  identity.startedAt = state.now();
  // A second mail carries the same link, so that whichever is opened works.
  identity.linkToken ??= Buffer.from(state.random(24)).toString("base64url");
  await takeMessage(state, verificationMail(state, account.region, identity, origin));
}

function checkIdentityAddress(given: string): string {
  const address = given.trim();
  if (address.length > 320) throw invalidValue(`Invalid email address<${address.slice(0, 320)}>.`);
  try {
    return checkAddress(address);
  } catch {
    throw invalidValue(`Invalid email address<${address}>.`);
  }
}

/** Begins the verification of a domain by TXT record; gives the token. */
export function startDomain(state: LocalState, account: Account, given: string): string {
  const identity = ensureIdentity(state, account, checkDomainName(given));
  beginDomain(state, identity);
  return verificationToken(account.region, identity.name);
}

function beginDomain(state: LocalState, identity: Identity): void {
  const status = statusAt(identity, state.now());
  if (status === "Success" || status === "Pending") return;
  identity.status = state.settings.autoVerify ? "Success" : "Pending";
  identity.startedAt = state.now();
}

/** Begins the verification of a domain's DKIM records, and registers the domain; gives the tokens. */
export function startDkim(state: LocalState, account: Account, given: string): readonly string[] {
  // The service names an address as what it is not, and says nothing of names.
  if (given.includes("@")) throw invalidValue(`Domain ${given.slice(0, 300)} is invalid.`);
  const identity = ensureIdentity(state, account, checkDomainName(given));
  beginDomain(state, identity);
  const status = dkimStatusAt(identity, state.now());
  if (status !== "Success" && status !== "Pending") {
    identity.dkimStatus = state.settings.autoVerify ? "Success" : "Pending";
    identity.dkimStartedAt = state.now();
  }
  return dkimTokens(account.region, identity.name);
}

/** What became of a link in a verification mail. */
export type LinkOutcome = "verified" | "expired" | "unknown";

/**
 * Follows the link of a verification mail. Durable when the promise settles.
 *
 * @param link - the three parameters of the link: `region`, `identity`, `token`
 */
export async function confirmLink(
  state: LocalState,
  link: { readonly region: string; readonly identity: string; readonly token: string },
): Promise<LinkOutcome> {
  const account = state.accounts.get(link.region);
  const identity = account === undefined ? undefined : findIdentity(account, link.identity);
  if (identity?.linkToken === undefined || identity.linkToken !== link.token) return "unknown";
  const status = statusAt(identity, state.now());
  if (status === "Success") return "verified";
  if (status !== "Pending") return "expired";
  identity.status = "Success";
  await saveState(state);
  return "verified";
}

/**
 * Verifies an identity without asking anybody, and adds it when it is new: the admin call. A domain that waits for
 * its DKIM records gets them verified too. Durable when the promise settles.
 *
 * @throws SesError InvalidParameterValue for what is neither an address nor a domain
 */
export async function verifyIdentity(state: LocalState, given: string, region: string): Promise<Identity> {
  const account = accountOf(state, region);
  const name = given.includes("@") ? checkIdentityAddress(given) : checkDomainName(given);
  const identity = ensureIdentity(state, account, name);
  identity.status = "Success";
  if (identity.dkimStatus !== "NotStarted") identity.dkimStatus = "Success";
  await saveState(state);
  return identity;
}
