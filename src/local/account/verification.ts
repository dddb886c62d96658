// Verification of identities: how it begins, and what ends it (a link, a DNS record, an admin call, time).

import { systemMessage } from "../inbox/delivered.ts";
import { storeMessage } from "../inbox/store.ts";
import type { Account, Identity } from "../model/account.ts";
import { dkimTokens, messageId, verificationToken } from "../model/ids.ts";
import type { StoredMessage } from "../model/message.ts";
import type { LocalState, Resolve } from "../model/state.ts";
import { checkAddress, checkDomainName } from "../protocol/address.ts";
import { invalidValue } from "../protocol/errors.ts";
import { accountOf, saveState } from "./accounts.ts";
import { dkimStatusAt, ensureIdentity, findIdentity, parents, statusAt } from "./identities.ts";

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
  await storeMessage(state, verificationMail(state, account.region, identity, origin));
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
 * Verifies an identity without confirmation, and adds it when it is new: the admin call. A domain that waits for
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

/** The mail for an address whose verification is pending. */
function verificationMail(state: LocalState, region: string, identity: Identity, origin: string): StoredMessage {
  const query = new URLSearchParams({ region, identity: identity.name, token: identity.linkToken ?? "" });
  const link = `${origin}/verify?${query}`;
  return systemMessage({
    id: messageId(region, state.now(), state.random),
    kind: "verification",
    region,
    at: state.now(),
    from: `no-reply@${region}.amazonses.com`,
    to: identity.name,
    subject: `Verify your address for Amazon SES in ${region}`,
    text: [
      `Somebody asked to verify ${identity.name} as an address to send from, in region ${region}.`,
      "Open this link within 24 hours to confirm it:",
      "",
      link,
      "",
      "The link leads back to the local endpoint that wrote this mail.",
    ],
  });
}

/**
 * Brings the state of the domains behind these addresses or domains up to date. Without a resolver nothing happens;
 * a lookup that fails changes nothing.
 *
 * @returns true when a state changed
 */
export async function refreshDomains(state: LocalState, account: Account, names: readonly string[]): Promise<boolean> {
  const { resolve } = state.settings;
  if (resolve === undefined) return false;
  const domains = new Set(names.flatMap(parents));
  let changed = false;
  for (const domain of domains) {
    const identity = account.identities.get(domain);
    if (identity !== undefined && (await refresh(state, { account, identity, resolve }))) changed = true;
  }
  return changed;
}

interface Lookup {
  readonly account: Account;
  readonly identity: Identity;
  readonly resolve: Resolve;
}

async function refresh(state: LocalState, { account, identity, resolve }: Lookup): Promise<boolean> {
  const { name } = identity;
  let changed = false;
  if (statusAt(identity, state.now()) === "Pending") {
    const records = await lookUp(resolve, `_amazonses.${name}`, "TXT");
    if (records.includes(verificationToken(account.region, name))) {
      identity.status = "Success";
      changed = true;
    }
  }
  if (dkimStatusAt(identity, state.now()) === "Pending" && (await hasDkimRecords(resolve, account.region, name))) {
    identity.dkimStatus = "Success";
    // A domain that publishes the keys is verified by that alone.
    identity.status = "Success";
    changed = true;
  }
  return changed;
}

async function hasDkimRecords(resolve: Resolve, region: string, domain: string): Promise<boolean> {
  for (const token of dkimTokens(region, domain)) {
    const records = await lookUp(resolve, `${token}._domainkey.${domain}`, "CNAME");
    // RFC 1034 s3.1: names compare without case, and a final dot marks the root.
    const names = records.map((record) => record.toLowerCase().replace(/\.$/, ""));
    if (!names.includes(`${token}.dkim.amazonses.com`)) return false;
  }
  return true;
}

const patience = 5_000;

async function lookUp(resolve: Resolve, name: string, type: "TXT" | "CNAME"): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((done) => {
    timer = setTimeout(done, patience, []);
  });
  try {
    return await Promise.race([resolve(name, type), late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
